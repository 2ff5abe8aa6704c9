"""Two colleagues on one ticket: what they see of each other, a held reply, and a ticket that leaves their team."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import DESKTOP, Window, Witness
from tests.browser.desk import PRIYA, OpenDesk, Staff
from tests.browser.people import Agent
from tests.running import RunningDesk

HANNAH = Staff("Hannah Reyes", ("media", "finance"))

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def on_ticket(desk: RunningDesk, window: Window, who: Staff, number: int) -> Page:
    page = (await Agent.at_console(await window(), desk.url, who)).page
    await page.goto(f"{desk.url}/tickets/{number}")
    await expect(page.get_by_role("textbox", name="Reply to Omar")).to_be_visible()
    return page


async def opened(page: Page, desk: RunningDesk) -> int:
    said = {"team": "media", "text": "The dates are wrong", "requester": {"name": "Omar", "email": "o@fluvio.example"}}
    answer = await page.request.post(f"{desk.url}/api/tickets", data=said, headers={"Origin": desk.url})
    number: int = (await answer.json())["number"]
    return number


async def test_reply_on_a_grown_story_is_held_then_edited_and_sent(
    witness: Witness, open_desk: OpenDesk, window: Window
) -> None:
    """Each sees the other look and write. The first reply takes the ticket, the second waits for a decision. A ticket
    that goes to another team is gone from the page, and what was being written is kept."""
    witness.expects("status of 409", "status of 404")
    desk = await open_desk(people=(PRIYA, HANNAH))
    first = (await Agent.at_console(await window(), desk.url, PRIYA)).page
    number = await opened(first, desk)
    priya = await on_ticket(desk, window, PRIYA, number)
    hannah = await on_ticket(desk, window, HANNAH, number)
    await expect(priya.get_by_text("Hannah is looking")).to_be_visible()

    await priya.locator("#reply").press_sequentially("I find nothing wrong.")
    await expect(hannah.get_by_text("Priya is writing")).to_be_visible()
    await hannah.locator("#reply").fill("Mended this morning.")
    await hannah.locator("#reply").press("Control+Enter")
    messages = priya.get_by_role("region", name="Messages")
    await expect(messages.get_by_text("Mended this morning.")).to_be_visible()
    await expect(messages.get_by_text("New since you last looked")).to_be_visible()
    await expect(priya.get_by_role("combobox", name="Assignee").locator("option:checked")).to_have_text("Hannah Reyes")

    await priya.locator("#reply").press("Control+Enter")
    held = priya.get_by_role("alert").filter(has_text="Send anyway?")
    await expect(held).to_contain_text("Hannah answered")
    await expect(priya.get_by_role("button", name="Edit", exact=True)).to_be_focused()
    assert await faults_by_day_and_night(priya) == []
    await priya.reload()
    await expect(priya.locator("#reply")).to_have_value("I find nothing wrong.")
    await priya.locator("#reply").press("Control+Enter")
    await expect(priya.get_by_role("button", name="Edit", exact=True)).to_be_focused()
    await priya.keyboard.press("Escape")
    await expect(priya.locator("#reply")).to_be_focused()
    await priya.locator("#reply").fill("Thank you, Hannah mended it.")
    await priya.locator("#reply").press("Control+Enter")
    await expect(hannah.get_by_text("Thank you, Hannah mended it.")).to_be_visible()
    await expect(priya.locator("#reply")).to_have_value("")

    await priya.locator("#reply").fill("One more thing")
    await hannah.get_by_role("combobox", name="Team").select_option("finance")
    await hannah.get_by_role("button", name="Save changes").click()
    await expect(priya.get_by_role("heading", name="You can’t see this ticket any more")).to_be_visible()
    await expect(priya.get_by_text("Mended this morning.")).to_have_count(0)
    await expect(priya.get_by_text("One more thing")).to_be_visible()


async def test_three_keys_answer_a_ticket_and_set_its_status(
    witness: Witness, desk: RunningDesk, window: Window
) -> None:
    """R, the text, Alt 2, Ctrl Enter. The next reply proposes the status of the last one, so that two do. An emoji
    comes by its name or from its menu. A reply that waits can be taken back, and is sent when its writer goes on. One
    that did not arrive is told of."""
    witness.expects("net::ERR_FAILED")
    page = (await Agent.at_console(await window(), desk.url, PRIYA)).page
    await page.goto(f"{desk.url}/tickets/{await opened(page, desk)}")
    await expect(page.get_by_role("textbox", name="Reply to Omar")).to_be_visible()
    await page.keyboard.press("r")
    await page.keyboard.type("Which dates? :tad")
    await expect(page.get_by_role("option", name="tada")).to_be_visible()
    await page.keyboard.press("Enter")
    # A key that is held formats once.
    await page.keyboard.down("Control")
    for _ in range(2):
        await page.keyboard.down("b")
    for key in ("b", "Control"):
        await page.keyboard.up(key)
    await page.get_by_role("button", name="Emoji and formats").click()
    await expect(page.get_by_role("combobox", name="Find an emoji")).to_be_focused()
    assert await faults_by_day_and_night(page) == []
    await page.keyboard.type("rocket")
    await page.keyboard.press("Enter")
    await expect(page.locator("#reply")).to_be_focused()
    await page.keyboard.press("Alt+Digit2")
    await expect(page.get_by_role("button", name="Send as Awaiting customer")).to_be_visible()
    await page.set_viewport_size({"width": 320, "height": 640})
    width: int = await page.locator("#reply-status").evaluate("({clientWidth}) => clientWidth")
    assert width > 160, "the status can be read"
    await page.set_viewport_size(DESKTOP)
    await expect(page.locator("#reply")).to_have_value("Which dates? 🎉 **🚀**")
    await page.keyboard.press("Control+Enter")
    status = page.get_by_role("combobox", name="Status", exact=True)
    await expect(page.locator("#seen")).to_have_text("Sent")
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    await page.get_by_role("combobox", name="Undo send").select_option("10")
    await page.get_by_role("button", name="Done").click()
    number = await opened(page, desk)
    await page.goto(f"{desk.url}/tickets/{number}")
    await expect(page.get_by_role("textbox", name="Reply to Omar")).to_be_visible()
    await page.keyboard.press("r")
    await page.keyboard.type("And which dates here?")
    await expect(page.get_by_role("button", name="Send as Awaiting customer")).to_be_visible()
    await page.keyboard.press("Control+Enter")
    waits = page.locator("#undo-send")
    await expect(waits).to_contain_text("Not sent yet.")
    await page.keyboard.press("Escape")
    await expect(waits).to_have_count(0)
    await expect(page.locator("#reply")).to_be_focused()
    await page.keyboard.press("Control+Enter")
    await expect(waits.get_by_role("button", name="Undo")).to_be_visible()
    await page.keyboard.press("Control+Enter")
    await expect(status).to_have_value("awaiting_reply")
    await expect(page.get_by_role("region", name="Messages")).to_contain_text("You set it to Awaiting customer")
    await page.locator("#reply").fill("One more thing.")
    await page.locator("#reply").press("Control+Enter")
    await expect(waits).to_be_visible()
    await page.goto(f"{desk.url}/tickets")
    await page.goto(f"{desk.url}/tickets/{number}")
    messages = page.get_by_role("region", name="Messages")
    # Browsers may drop what a page sends while it is left. Then its writer is told, and sends it.
    sent, told = messages.get_by_text("One more thing."), page.get_by_text("This reply was not sent.")
    await expect(sent.or_(told)).to_be_visible()
    if await told.is_visible():
        await page.get_by_role("button", name="Send as Awaiting customer").click()
        await page.get_by_role("button", name="Send now").click()
    await expect(sent).to_have_count(1)
    await expect(page.locator("#reply")).to_have_value("")
    await page.locator("#reply").fill("Before the note.")
    await page.locator("#reply").press("Control+Enter")
    await page.locator("#modes").get_by_text("Note", exact=True).click()
    await expect(messages.get_by_text("Before the note.")).to_have_count(1)
    await page.locator("#modes").get_by_text("Reply", exact=True).click()
    await page.locator("#reply").fill("It never arrives.")
    await page.locator("#reply").press("Control+Enter")
    await expect(waits).to_be_visible()
    await page.route("**/replies", lambda route: route.abort())
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#reply-wrong")).to_contain_text("No connection.")
    await page.goto(f"{desk.url}/tickets")
    await expect(page.get_by_text(f"Your reply to #{number} was not sent.")).to_be_visible()
    await page.get_by_role("link", name="Open and send").click()
    await expect(page.locator("#reply")).to_have_value("It never arrives.")
    await expect(page.locator("#reply-wrong")).to_have_text("This reply was not sent.")
    # Nobody signs out without knowing.
    await page.locator("#account").click()
    await page.locator("#sign-out").click()
    await expect(page.locator("#reply-wrong")).to_contain_text("Sign out again to leave it here as a draft.")
    await expect(page.locator("#reply")).to_be_focused()
