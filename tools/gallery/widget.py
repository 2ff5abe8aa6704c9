"""Gallery moments of the customer's widget."""

from __future__ import annotations

import asyncio
import re
from io import BytesIO

from PIL import Image
from playwright.async_api import FilePayload, Locator, Page, Route, expect

from tests.browser.people import Customer
from tools.gallery.moments import Face, Mockup
from tools.gallery.scenes import ask_to_remove, asked, inside, talk, the_widget
from tools.gallery.stage import Stage

FACE = Face("widget", "The customer’s page and the chat")
moment = FACE.moment
SERVER_GONE = ("WebSocket connection to", "net::ERR_CONNECTION_REFUSED", "net::ERR_INTERNET_DISCONNECTED")
TRIES = 40
IN_SECONDS = re.compile(r"in (\d+) s")
PICKED: list[FilePayload] = [
    {"name": "Capture d’écran 2026-11-24 à 16.38.12.png", "mimeType": "image/png", "buffer": b"\x89PNG" * 600_000},
    {"name": "plan.pdf.exe", "mimeType": "application/octet-stream", "buffer": b"MZ" * 512},
]


def screen() -> FilePayload:
    """A picture file for upload that stands for a screenshot."""
    drawn = Image.effect_noise((640, 400), 24).convert("RGB")
    held = BytesIO()
    drawn.save(held, "PNG")
    return {"name": "Order SO-448210.png", "mimeType": "image/png", "buffer": held.getvalue()}


def state(caption: str, on_phone: str = "") -> Mockup:
    """A figure on the mockup page with the widget's states."""
    return Mockup("states-widget", figure=caption, on_phone=on_phone)


def second_round(caption: str, on_phone: str = "") -> Mockup:
    """A figure on the mockup page with the widget's states before and after the chat."""
    return Mockup("states-widget-after", figure=caption, on_phone=on_phone)


def the_button(page: Page) -> Locator:
    """The Chat button."""
    return page.locator("switchboard-chat").get_by_role("button")


async def opened(stage: Stage, *, zone: str = "America/Chicago", locale: str = "en-US") -> Customer:
    """A customer who has just opened the chat."""
    customer = await stage.customer(zone=zone, locale=locale)
    await customer.open_chat()
    return customer


# -- the page, and the chat on it ------------------------------------------------------------


@moment("A foreign page with the Chat button", mockup=Mockup("customer-page-with-widget", fragment="closed"))
async def customer_page(stage: Stage) -> Page:
    customer = await stage.customer()
    await expect(customer.button).to_be_visible()
    return customer.page


@moment("A conversation on a foreign page", mockup=Mockup("customer-page-with-widget"))
async def customer_page_with_widget(stage: Stage) -> Page:
    talking = await talk(stage)
    await asked(stage, talking)
    await talking.says("Patched ✅ Line 3 now runs Nov 30 to Dec 14.")
    await talking.agent.raw({"type": "typing", "chat": talking.chat, "on": True})
    await expect(talking.customer.log.get_by_text("is typing")).to_be_attached()
    return talking.customer.page


# -- the conversation ------------------------------------------------------------------------


async def only_refusals(route: Route) -> None:
    """Let through only the upload that the desk refuses. All other requests get no answer."""
    if b"plan.pdf.exe" in (route.request.post_data_buffer or b""):
        await route.continue_()


async def line_is_lost(stage: Stage, page: Page) -> None:
    """Stop the desk, and move the clock until the widget's next attempt to connect is four seconds away."""
    await page.frames[-1].evaluate("Math.random = () => 24")
    await stage.stop()
    banner = inside(page).locator(".banner")
    # The page may notice late. Also, the desk asks the widget for a random pause of up to three seconds.
    while not (left := await seconds_in(banner)) or left < 5:
        # While the widget tries to connect, the clock must not move.
        if left != 0:
            await stage.forward(1)
        await asyncio.sleep(0.2)
    await stage.forward(left - 4)
    await expect(banner).to_contain_text("in 4 s")


async def seconds_in(banner: Locator) -> int | None:
    """The number of seconds until the next attempt to connect, as shown in the banner. 0 if the banner shows no number;
    None if there is no banner."""
    if not await banner.count():
        return None
    found = IN_SECONDS.search(await banner.inner_text())
    return int(found[1]) if found else 0


@moment(
    "Connection lost",
    mockup=state("Connection lost", "connection-lost"),
    part=the_widget,
    expected=SERVER_GONE,
)
async def connection_lost(stage: Stage) -> Page:
    talking = await talk(stage)
    await asked(stage, talking)
    await line_is_lost(stage, talking.customer.page)
    await talking.customer.write("And please copy my colleague in on it")
    await expect(talking.customer.log.get_by_text("Sends when you’re back online")).to_be_visible()
    return talking.customer.page


@moment("The agent dropped off", mockup=state("Agent dropped off"), part=the_widget)
async def agent_dropped_off(stage: Stage) -> Page:
    talking = await talk(stage)
    await talking.says("I’m patching it now, one moment.")
    await talking.agent.close()
    await expect(talking.customer.log.get_by_text(re.compile("connection dropped"))).to_be_visible()
    await talking.customer.write("No rush 🙂")
    await talking.customer.has_stored_all()
    return talking.customer.page


@moment("A message cannot be stored", mockup=state("Can’t be stored"), part=the_widget)
async def cannot_be_stored(stage: Stage) -> Page:
    talking = await talk(stage)
    await talking.says("Which line is it?")
    stage.fill_disk()
    await talking.customer.write("Line 3, the one that starts Nov 29")
    await expect(inside(talking.customer.page).get_by_text("We can’t save messages right now.")).to_be_visible()
    return talking.customer.page


@moment("Handed on to a colleague", part=the_widget)
async def handed_on(stage: Stage) -> Page:
    talking = await talk(stage)
    await asked(stage, talking)
    await stage.colleague("Jonas", status="available")
    await talking.agent.command("chat.transfer", chat=talking.chat, team="tech", note="Knows the order")
    await expect(talking.customer.log.get_by_text(re.compile("transferred you"))).to_be_visible()
    return talking.customer.page


@moment("The agent lost the connection for good", part=the_widget)
async def agent_gone(stage: Stage) -> Page:
    talking = await talk(stage)
    await asked(stage, talking)
    await talking.agent.close()
    await expect(talking.customer.log.get_by_text(re.compile("connection dropped"))).to_be_visible()
    await stage.forward(61)
    await expect(talking.customer.in_line).to_contain_text("You’re next")
    return talking.customer.page


async def silent(stage: Stage, seconds: float, said: str) -> Page:
    """The page of a customer who has not answered for `seconds`, once the page shows `said` (a regular expression)."""
    talking = await talk(stage)
    await asked(stage, talking)
    await talking.says("Shall I change the other two as well?")
    await stage.forward(seconds)
    await expect(talking.customer.widget.get_by_text(re.compile(said)).last).to_be_visible()
    return talking.customer.page


@moment("Silent for five minutes", part=the_widget)
async def silent_asked(stage: Stage) -> Page:
    return await silent(stage, 301, "^Are you still there")


@moment("Silent for ten minutes", part=the_widget)
async def silent_warned(stage: Stage) -> Page:
    return await silent(stage, 601, "^This chat ends at")


@moment("Files: on its way, refused", mockup=state("Files"), part=the_widget, expected=("status of 422", "ERR_FAILED"))
async def files(stage: Stage) -> Page:
    talking = await talk(stage)
    await talking.says("Could you send me the screen, and the plan?")
    await talking.customer.page.route(re.compile("/api/files$"), only_refusals)
    attach = inside(talking.customer.page).get_by_role("button", name=re.compile("attach|file", re.IGNORECASE))
    await expect(attach).to_be_visible()
    async with talking.customer.page.expect_file_chooser() as chooser:
        await attach.first.click()
    await (await chooser.value).set_files(PICKED)
    tray = inside(talking.customer.page).get_by_role("list", name="Files for your next message")
    await expect(tray.get_by_text("are not accepted")).to_be_visible()
    return talking.customer.page


@moment("A picture that was sent", part=the_widget)
async def picture_sent(stage: Stage) -> Page:
    talking = await talk(stage)
    await talking.says("Could you send me the screen?")
    widget = inside(talking.customer.page)
    await widget.locator("input[type=file]").set_input_files(screen())
    tray = widget.get_by_role("list", name="Files for your next message")
    await expect(tray.get_by_role("listitem")).to_have_count(1)
    await expect(tray.get_by_role("progressbar")).to_have_count(0)
    await talking.customer.write("There it is")
    await talking.customer.has_stored_all()
    await talking.customer.page.frames[-1].wait_for_function(
        "() => document.querySelector('.preview')?.naturalWidth > 0"
    )
    return talking.customer.page


@moment("The menu is open", part=the_widget)
async def menu(stage: Stage) -> Page:
    talking = await talk(stage)
    await asked(stage, talking)
    await inside(talking.customer.page).get_by_role("button", name="Menu").click()
    await expect(inside(talking.customer.page).get_by_role("menu")).to_be_visible()
    return talking.customer.page


@moment("Asked before the chat ends", part=the_widget)
async def end_dialog(stage: Stage) -> Page:
    page = await menu(stage)
    await inside(page).get_by_role("menuitem", name=re.compile("End")).click()
    await expect(inside(page).get_by_role("dialog")).to_be_visible()
    return page


@moment("Asked before a message is taken back", part=the_widget)
async def remove_dialog(stage: Stage) -> Page:
    talking = await talk(stage)
    await asked(stage, talking)
    await ask_to_remove(stage, talking.customer.log, "Yes, that’s right")
    await expect(inside(talking.customer.page).get_by_role("dialog")).to_be_visible()
    return talking.customer.page


# -- the button ------------------------------------------------------------------------------


@moment("The button, unread", mockup=state("The button"))
async def button_unread(stage: Stage) -> Page:
    talking = await talk(stage)
    await inside(talking.customer.page).get_by_role("button", name="Minimize").click()
    await talking.agent.command("message.send", chat=talking.chat, text="One moment.")
    await talking.agent.command("message.send", chat=talking.chat, text="Patched ✅ Line 3 now runs Nov 30 to Dec 14.")
    await expect(talking.customer.badge).to_have_text("2 unread")
    await expect(inside(talking.customer.page).get_by_role("region", name="Unread message")).to_be_visible()
    return talking.customer.page


@moment("The button, focused by the keyboard", mockup=state("The button"), part=the_button)
async def button_focused(stage: Stage) -> Page:
    customer = await stage.customer()
    await expect(customer.button).to_be_visible()
    for _ in range(TRIES):
        await customer.page.keyboard.press("Tab")
        if await customer.button.evaluate("(button) => button.matches(':focus-visible')"):
            return customer.page
    raise AssertionError("the button is never reached by Tab")


@moment("The chat, while the desk is away", expected=SERVER_GONE)
async def chat_unreachable(stage: Stage) -> Page:
    customer = await stage.customer()
    await expect(customer.button).to_be_visible()
    await stage.stop()
    await customer.button.click()
    await expect(customer.page.get_by_text("Chat can’t be reached.")).to_be_visible()
    return customer.page
