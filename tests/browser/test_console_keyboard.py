"""An agent's console by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.people import shows
from tests.browser.shift import Shift

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

KEY = "new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...OF })"
COMPOSING = (
    "(box) => box.dispatchEvent(" + KEY.replace("OF", "{ key: 'Enter', code: 'Enter', isComposing: true }") + ")"
)
HELD = "document.body.dispatchEvent(" + KEY.replace("OF", "{ key: 'e', code: 'KeyE', repeat: true }") + ")"


async def test_agent_handles_chats_by_keyboard_alone(shift: Shift) -> None:
    """An agent becomes available, answers two customers, writes a note, searches, and closes a chat. Each dialog holds
    the focus and returns it."""
    keys = shift.page.keyboard
    await keys.press("s")
    menu = shift.page.get_by_role("menu", name="Your status")
    await expect(menu.get_by_role("menuitemradio", name="Available")).to_be_focused()
    assert await faults_by_day_and_night(shift.page) == []
    for _ in range(3):
        await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(shift.page.get_by_role("button", name="Away, At lunch, change your status")).to_be_focused()
    await keys.press("s")
    await keys.press("Home")
    await keys.press("Enter")
    await expect(shift.page.get_by_role("button", name="Available, change your status")).to_be_focused()

    await shift.asks("Omar", "Where do I see rates?")
    await shift.forward(3)
    await shift.asks("Sofía", "The report does not open")
    await keys.press("1")
    await shows(shift.agent.log, ["Where do I see rates?"])
    await keys.press("r")
    await expect(shift.page.get_by_role("textbox", name="Reply to Omar")).to_be_focused()
    await keys.type("In the history")
    await keys.press("Shift+Enter")
    await keys.type("of the estimate")
    await keys.press("Enter")
    await shows(shift.agent.log, ["Where do I see rates?", "In the history\nof the estimate"])
    await shift.agent.has_stored_all()

    await keys.press("Alt+ArrowDown")
    await shows(shift.agent.log, ["The report does not open"])
    await expect(shift.page.get_by_role("textbox", name="Reply to Sofía")).to_be_focused()
    await keys.type("nre")
    await expect(shift.page.locator("#reply")).to_have_value("nre")
    await keys.press("Escape")
    await keys.press("n")
    await expect(shift.page.get_by_role("textbox", name="Note (only staff see it)")).to_be_focused()
    await keys.type("Second time")
    await keys.press("Enter")
    await expect(shift.agent.notes).to_have_text(["Second time"])

    await keys.press("Control+k")
    search = shift.page.get_by_role("combobox", name="Search or jump to")
    await expect(search).to_be_focused()
    await keys.type("history")
    options = shift.page.get_by_role("option")
    await expect(options).to_have_text([re.compile("Omar"), "All tickets with “history”"])
    await expect(options.first).to_contain_text("In the history of the estimate")
    await expect(options.first).to_have_attribute("aria-selected", "true")
    assert await faults_by_day_and_night(shift.page) == []
    await keys.press("ArrowDown")
    await expect(options.last).to_have_attribute("aria-selected", "true")
    await keys.press("ArrowUp")
    await keys.press("Enter")
    await expect(shift.page.get_by_role("textbox", name="Reply to Omar")).to_be_focused()

    await keys.press("Escape")
    await keys.press("e")
    dialog = shift.page.get_by_role("dialog", name="Close the chat with Omar")
    await expect(dialog.get_by_role("radio", name="Solved", exact=True)).to_be_checked()
    await expect(dialog.get_by_role("combobox", name="Resolution code, required")).to_be_focused()
    await keys.press("ArrowDown")
    await expect(dialog.get_by_role("option", name="Set up")).to_have_attribute("aria-selected", "true")
    await keys.press("Enter")
    await expect(dialog).to_be_hidden()
    await expect(shift.agent.rows).to_have_count(1)
    await shows(shift.agent.log, ["The report does not open"])


async def test_text_typed_into_an_ended_chat_reaches_nobody_else(shift: Shift) -> None:
    """When a chat ends while the agent is typing, the unsent text is kept and shown. Until the agent leaves that text,
    further typing is neither a shortcut nor a message to somebody else."""
    anna, chat = await shift.asks("Anna", "Where is my invoice?")
    await shift.asks("Bruno", "And mine?")
    await shift.row("Anna").click()
    box, keys = shift.page.locator("#reply"), shift.page.keyboard
    await box.focus()
    await keys.type("Your invoice 4711")
    await anna.command("chat.end", chat=chat)
    ended = shift.page.locator(".ended")
    await expect(ended).to_be_focused()
    await expect(ended).to_contain_text("This chat has ended.")
    await expect(ended).to_contain_text("Your invoice 4711")
    assert await faults_by_day_and_night(shift.page) == []
    await keys.type(" is on its way, as said l1")
    await keys.press("Enter")
    await expect(shift.page.get_by_role("menu", name="Your status")).to_have_count(0)
    await expect(shift.agent.rows.filter(has=shift.page.locator("[aria-current]"))).to_have_count(0)
    await expect(ended).to_be_visible()
    await keys.press("Escape")
    await keys.press("j")
    await expect(shift.page.get_by_role("region", name="Conversation with Bruno")).to_be_visible()
    await shows(shift.agent.log, ["And mine?"])


async def test_single_key_shortcuts_skip_fields_and_can_be_disabled(shift: Shift) -> None:
    """The help sheet lists the keys and saves the choice. Without single keys, Ctrl+Enter sends. A held key counts
    once, and the Enter of an input method is ignored."""
    await shift.asks("Omar", "one")
    await shift.agent.rows.click()
    keys = shift.page.keyboard
    box = shift.page.locator("#reply")
    await keys.press("Control+Slash")
    sheet = shift.page.get_by_role("dialog", name="Shortcuts and alerts")
    await expect(sheet).to_be_visible()
    assert await faults_by_day_and_night(shift.page) == []
    await sheet.get_by_role("checkbox", name="Single keys").uncheck()
    await sheet.get_by_role("checkbox", name="Enter sends").uncheck()
    await sheet.get_by_role("button", name="Done").click()
    await expect(box).to_be_focused()
    await keys.press("Escape")
    for key in ("e", "s", "n", "?", "1"):
        await keys.press(key)
    await expect(shift.page.get_by_role("dialog")).to_have_count(0)
    await expect(shift.page.get_by_role("menu", name="Your status")).to_have_count(0)

    await shift.page.reload()
    await expect(box).to_be_visible()
    await box.focus()
    await keys.type("first")
    await keys.press("Enter")
    await keys.type("second")
    await expect(box).to_have_value("first\nsecond")
    await keys.press("Control+Enter")
    await shows(shift.agent.log, ["one", "first\nsecond"])

    await keys.press("Control+Slash")
    await sheet.get_by_role("checkbox", name="Single keys").check()
    await sheet.get_by_role("checkbox", name="Enter sends").check()
    await keys.press("Escape")
    await expect(sheet).to_be_hidden()
    await box.fill("変換")
    assert await box.evaluate(COMPOSING), "Enter of an input method is not taken from it"
    await expect(box).to_have_value("変換")
    await keys.press("Escape")
    await shift.page.evaluate(HELD)
    await expect(shift.page.get_by_role("dialog")).to_have_count(0)
    await keys.press("?")
    await expect(sheet).to_be_visible()


async def test_earlier_ticket_opens_beside_the_chat_with_one_key(shift: Shift) -> None:
    """O shows the customer's last ticket over their column, J the one before it. The chat and its draft stay in
    sight, and Escape returns to them. A click on a ticket does the same."""
    customer, chat = await shift.asks("Omar", "First question")
    colleague = await shift.desk.staff_again(await shift.token())
    await colleague.command("chat.close", chat=chat, status="solved", resolution="set_up")
    chat = (await customer.command("chat.start", team="media", text="Second question"))["chat"]
    await shift.row("Omar").click()
    await colleague.command("chat.close", chat=chat, status="solved", resolution="set_up")
    await customer.command("chat.start", team="media", text="Third question")
    await shift.row("Omar").click()
    keys, page = shift.page.keyboard, shift.page
    await expect(page.get_by_role("complementary").get_by_role("link", name="First question")).to_be_visible()
    await page.get_by_role("textbox", name="Reply to Omar").fill("As last week")
    await keys.press("Escape")
    await keys.press("o")
    sheet = page.get_by_role("dialog", name="Ticket 2")
    await expect(sheet).to_be_focused()
    await expect(sheet).to_contain_text("Second question")
    await expect(page.locator("#reply")).to_have_value("As last week")
    assert await faults_by_day_and_night(page) == []
    await keys.press("j")
    await expect(page.get_by_role("dialog", name="Ticket 1")).to_contain_text("First question")
    await keys.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    link = page.get_by_role("complementary").get_by_role("link", name="First question")
    await link.click()
    await expect(page.get_by_role("dialog", name="Ticket 1")).to_be_focused()
    await keys.press("Escape")
    await expect(link).to_be_focused()
    await expect(page.locator("#reply")).to_have_value("As last week")

    # It goes to a team that Priya is not on.
    await link.click()
    sheet = page.get_by_role("dialog", name="Ticket 1")
    await expect(sheet).to_contain_text("First question")
    http = shift.desk.http(await shift.token())
    (await http.patch("/api/tickets/1", json={"team": "finance"})).raise_for_status()
    await expect(sheet).to_contain_text("You can’t see this ticket any more.")
    await expect(sheet).not_to_contain_text("First question")
