"""What a customer meets in the widget besides the plain way: files, late messages, keys, voices."""

from __future__ import annotations

import asyncio
import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, FilePayload, Route, expect

from tests.attachments.samples import PDF
from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import Window, Witness
from tests.browser.desk import PRIYA
from tests.browser.line import Line
from tests.browser.people import WIDGET, Agent, Colleague, Customer, Visit, becomes_online, shows
from tests.running import RunningDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PLAN: FilePayload = {"name": "Flight plan.txt", "mimeType": "text/plain", "buffer": b"Nov 30 to Dec 14"}
PAPER: FilePayload = {"name": "Paper.pdf", "mimeType": "application/pdf", "buffer": PDF}
PROGRAM: FilePayload = {"name": "plan.pdf.exe", "mimeType": "application/octet-stream", "buffer": b"MZ" * 99}
SHOWN = """([width, height]) => {
  const image = document.querySelector('[role=log] img');
  return image?.complete && image.naturalWidth === width && image.naturalHeight === height;
}"""


@pytest.fixture(scope="session")
def browser(whole_chromium: Browser) -> Browser:
    """The Chromium that people have. Its headless shell has no viewer of PDF files, and moves the focus otherwise."""
    return whole_chromium


def picture() -> FilePayload:
    """Of 40 by 30 pixels."""
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(drawn, "PNG")
    return {"name": "Screen.png", "mimeType": "image/png", "buffer": drawn.getvalue()}


async def held(route: Route, until: asyncio.Event) -> None:
    """Let a request pass, but later."""
    await until.wait()
    await route.continue_()


async def test_files_are_sent_and_refused_files_say_why(witness: Witness, customer: Customer, agent: Agent) -> None:
    """The limits are shown beforehand. A file is sent with a message or alone; if it is still uploading, once it is
    there. A program is refused and can be removed. A picture is shown to its sender, also after a reload. A PDF opens
    in the browser's viewer."""
    witness.expects("status of 422")
    await customer.open_chat()
    await customer.start("Media", "The dates are refused")
    await agent.sees("The dates are refused")
    attach = customer.widget.get_by_role("button", name="Attach a file")
    await expect(attach).to_have_accessible_description(re.compile("up to 10 files, 20 MB each"))
    async with customer.page.expect_file_chooser() as chooser:
        await attach.click()
    await (await chooser.value).set_files([PLAN, PROGRAM])
    tray = customer.widget.get_by_role("list", name="Files for your next message")
    await expect(tray.get_by_role("listitem")).to_have_count(2)
    await expect(tray.get_by_text(re.compile("not accepted"))).to_be_visible()
    await expect(customer.widget.get_by_role("alert")).to_contain_text("plan.pdf.exe")
    await expect(tray.get_by_text("16 bytes")).to_be_visible()
    assert await faults_by_day_and_night(customer.page) == []
    await tray.get_by_role("button", name="Remove plan.pdf.exe").click()
    await expect(tray.get_by_role("listitem")).to_have_count(1)
    await customer.write("Here is the plan")
    await expect(tray).to_have_count(0)
    await agent.sees("The dates are refused", "Here is the plan")
    await expect(agent.log.get_by_role("link", name=re.compile("Flight plan"))).to_be_visible()

    arrives = asyncio.Event()
    await customer.page.route("**/api/files", lambda route: held(route, arrives))
    await customer.widget.locator("input[type=file]").set_input_files(PLAN)
    await customer.widget.get_by_role("button", name="Send").click()
    await expect(customer.widget.get_by_text("Sends once the file is uploaded.").first).to_be_visible()
    arrives.set()
    await expect(tray).to_have_count(0)
    await expect(customer.log.get_by_role("link", name=re.compile("Flight plan"))).to_have_count(2)
    await customer.has_stored_all()
    async with customer.page.expect_download() as download:
        await customer.log.get_by_role("link", name=re.compile("Flight plan")).first.click()
    assert Path(await (await download.value).path()).read_bytes() == PLAN["buffer"]

    await customer.widget.locator("input[type=file]").set_input_files(PAPER)
    await customer.widget.get_by_role("button", name="Send").click()
    # The PDF is not a page that could name its icon.
    witness.expects(re.compile("status of 404 .* at /favicon.ico"))
    for reader in (customer, agent):
        async with reader.page.expect_popup() as popup:
            await reader.log.get_by_role("link", name=re.compile("Paper")).click()
        viewer = await popup.value
        await viewer.wait_for_url(re.compile(r"/api/files/.+/content\?key=.+&as=shown$"))
        await viewer.close()

    await customer.widget.locator("input[type=file]").set_input_files(picture())
    await expect(tray.get_by_role("listitem")).to_have_count(1)
    await expect(tray.get_by_role("progressbar")).to_have_count(0)
    await customer.widget.get_by_role("button", name="Send").click()
    await expect(agent.log.get_by_role("link", name=re.compile("Screen"))).to_be_visible()
    await customer.page.frames[-1].wait_for_function(SHOWN, arg=(40, 30))
    await customer.page.reload()
    await expect(customer.log.get_by_role("link", name=re.compile("Screen"))).to_be_visible()
    await customer.page.frames[-1].wait_for_function(SHOWN, arg=(40, 30))


async def test_message_too_late_for_the_chat_goes_to_its_ticket(customer: Customer, agent: Agent) -> None:
    """It was written offline while the agent closed the chat. It is refused and kept, and one button adds it to the
    ticket."""
    line = Line()
    await line.through(customer.page)
    await customer.open_chat()
    await customer.start("Media", "The dates are refused", email="danielle@northlake.example")
    await agent.sees("The dates are refused")
    await expect(customer.log).to_be_visible()
    await line.cut()
    await customer.write("Line 4 too")
    await expect(customer.log.get_by_text("Sends when you’re back online")).to_be_visible()
    await expect(customer.widget.get_by_text("No connection.", exact=True)).to_be_visible()
    await expect(customer.widget.get_by_role("status")).to_have_text("No connection. You can keep writing.")
    dialog = await agent.open_close_dialog()
    await dialog.choose_status("Open")
    await dialog.send()
    await expect(agent.ticket_link).to_be_visible()

    line.mend()
    await becomes_online(customer.page)
    add = customer.log.get_by_role("button", name="Add to ticket #1")
    await expect(add).to_be_visible()
    assert await faults_by_day_and_night(customer.page) == []
    await add.click()
    await customer.has_become(1, "Open")
    await expect(add).to_be_hidden()
    await customer.sees("The dates are refused", "Line 4 too")
    await agent.open_ticket()
    await shows(agent.page.get_by_role("region", name="Messages"), ["The dates are refused", "Line 4 too"])


async def test_widget_is_usable_by_keyboard_alone(desk: RunningDesk, window: Window, visit: Visit) -> None:
    """From the button through queue, menu, conversation and rating to the next chat. Escape closes the menu first, and
    leads to the list of conversations before it minimizes."""
    agent = await Agent.at_console(await window(), desk.url, PRIYA)
    customer = await visit()
    keys, widget = customer.page.keyboard, customer.widget
    await expect(customer.button).to_be_visible()
    await keys.press("Tab")
    await expect(customer.button).to_be_focused()
    await keys.press("Enter")
    await expect(widget.get_by_label("What can we help with?")).to_be_focused()
    await keys.type("By keys alone")
    for _ in ("file", "topic"):
        await keys.press("Tab")
    await keys.press("Space")
    await expect(widget.get_by_role("radio", name="Media")).to_be_checked()
    for _ in ("product", "name", "e-mail", "start"):
        await keys.press("Tab")
    await keys.press("Enter")

    await expect(widget.get_by_label("Message", exact=True)).to_be_focused()
    await expect(widget.get_by_role("status")).to_have_text(re.compile("^Nobody is free at Media right now"))
    for _ in ("file", "keep waiting"):
        await keys.press("Shift+Tab")
    await expect(widget.get_by_role("button", name="Keep waiting")).to_be_focused()
    await keys.press("Enter")
    await expect(widget.get_by_label("Message", exact=True)).to_be_focused()
    for _ in ("file", "the way out"):
        await keys.press("Shift+Tab")
    await expect(widget.get_by_role("button", name="Leave it as a message instead")).to_be_focused()
    await keys.press("Enter")
    leaving = widget.get_by_role("dialog", name="Leave the line?")
    await expect(leaving.get_by_role("button", name="Stay in line")).to_be_focused()
    await expect(leaving).to_contain_text("You gave no address")
    await keys.press("Enter")
    await expect(leaving).to_be_hidden()
    await expect(widget.get_by_role("button", name="Leave it as a message instead")).to_be_focused()
    for _ in ("remove", "log", "notification", "minimise", "menu"):
        await keys.press("Shift+Tab")
    await expect(widget.get_by_role("button", name="Menu")).to_be_focused()
    await keys.press("Enter")
    sound = widget.get_by_role("menuitemcheckbox", name="Sound for new messages")
    await expect(sound).to_be_focused()
    await keys.press("Escape")
    await expect(widget.get_by_role("menu")).to_be_hidden()
    await expect(widget.get_by_role("button", name="Menu")).to_be_focused()
    await keys.press("Enter")
    await expect(sound).to_be_checked()
    await keys.press("Enter")

    await agent.become_available()
    await expect(widget.get_by_role("status")).to_have_text("Priya joined")
    for _ in ("minimise", "log", "remove", "file", "message"):
        await keys.press("Tab")
    await expect(widget.get_by_label("Message", exact=True)).to_be_focused()
    await keys.type("Here")
    await keys.press("Shift+Enter")
    await keys.type("I am")
    await keys.press("Enter")
    await expect(widget.get_by_role("status")).to_have_text("Sent")
    await agent.sees("By keys alone", "Here\nI am")
    await agent.reply("Good")
    await customer.sees("By keys alone", "Here\nI am", "Good")
    await expect(agent.log.get_by_text("Read")).to_be_visible()
    await expect(widget.get_by_label("Message", exact=True)).to_be_focused()

    await widget.get_by_role("button", name="Menu").focus()
    for key in ("Enter", "End", "ArrowUp", "Enter"):
        await keys.press(key)
    kept = widget.get_by_role("dialog", name="What is kept about you")
    await expect(kept.get_by_role("heading")).to_be_focused()
    for key in ("Tab", "Enter"):
        await keys.press(key)
    await expect(kept).to_be_hidden()
    await expect(widget.get_by_role("button", name="Menu")).to_be_focused()

    await widget.get_by_role("button", name="Menu").focus()
    await keys.press("Enter")
    await keys.press("End")
    await keys.press("Enter")
    dialog = widget.get_by_role("dialog", name="End this chat?")
    await expect(dialog.get_by_role("button", name="Keep chatting")).to_be_focused()
    await keys.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(customer.page.locator(WIDGET)).to_be_visible()
    await widget.get_by_role("button", name="Menu").focus()
    for key in ("Enter", "End", "Enter", "Tab", "Enter"):
        await keys.press(key)
    await customer.has_become(1, "Open")
    await expect(widget.get_by_label("Message", exact=True)).to_be_focused()
    await widget.get_by_role("radio", name="1 of 5").focus()
    await keys.press("Space")
    # A star that the keyboard rests on is saved, and the stars stay until it leaves them.
    await expect(agent.log.get_by_text("Rated 1 of 5")).to_be_visible()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "Tab"):
        await keys.press(key)
    await keys.type("by keys")
    await keys.press("Tab")
    await expect(widget.get_by_text("Thanks. 4 of 5")).to_be_visible()
    await widget.get_by_role("button", name="Menu").focus()
    for key in ("Enter", "End", "Enter"):
        await keys.press(key)
    await expect(widget.get_by_label("What can we help with?")).to_be_focused()
    await keys.press("Escape")
    await expect(widget.get_by_role("heading", level=1)).to_have_text("Your conversations")
    await keys.press("Escape")
    await expect(customer.button).to_be_focused()


async def test_each_view_has_one_status_and_one_alert(customer: Customer, colleague: Colleague) -> None:
    """And at most one log, in the form, in the conversation and after it."""
    await customer.open_chat()
    await expect(customer.widget.get_by_role("group", name="What is it about?")).to_be_visible()

    async def voices() -> list[int]:
        return [await customer.widget.get_by_role(role).count() for role in ("status", "alert", "log")]

    assert await voices() == [1, 1, 0]
    await customer.start("Media", "The dates are refused")
    await colleague.sees("The dates are refused")
    await expect(customer.log).to_be_visible()
    assert await voices() == [1, 1, 1]
    await expect(customer.log.locator(".mine[aria-live=off]")).to_have_count(1)
    await colleague.close("open")
    await customer.has_become(1, "Open")
    assert await voices() == [1, 1, 1]
