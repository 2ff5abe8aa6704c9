"""An agent closes chats at the console."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import PHONE, Witness
from tests.browser.desk import HOURS
from tests.browser.shift import Shift, on_shift

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CARD = "4111 1111 1111 1112"
"""Not a valid number: valid ones are masked before they are stored."""
# Into how many lines the icon and the words of the last line fall.
LINES = """
(box) => new Set([...box.querySelectorAll('.icon, span, a')].map((part) => {
  const { top, bottom } = part.getBoundingClientRect();
  return Math.round((top + bottom) / 2 / 4);
})).size
"""
TIME_STOPS = """() => {
  const { now } = performance;
  const at = performance.now();
  performance.now = () => at;
  globalThis.timeGoesOn = () => { performance.now = now; };
}"""


async def test_close_sheet_suggests_codes_and_explains_refusals(shift: Shift) -> None:
    """The team's recently used codes come first. Each rule is checked before sending, with the reason beside the
    field."""
    await shift.asks("Omar", "The dates are refused")
    await shift.agent.rows.click()
    dialog = await shift.agent.open_close_dialog()
    await dialog.choose_code("Data fix")
    await dialog.send()
    await expect(dialog.box).to_be_hidden()
    await expect(shift.agent.ticket_link).to_be_visible()
    assert await shift.page.locator(".ended").evaluate(LINES) == 1

    await shift.page.reload()
    await shift.asks("Sofía", "The dates are refused again")
    await shift.row("Sofía").click()
    dialog = await shift.agent.open_close_dialog()
    await expect(dialog.codes.first).to_have_accessible_name(re.compile("^Data fix you used it last"))
    await dialog.show_details()
    await expect(dialog.box.get_by_label("Subject")).to_have_value("The dates are refused again")

    await expect(dialog.code("Auto-solved pending user response")).to_have_count(0)
    await expect(dialog.box.get_by_role("radio", name="Awaiting customer", exact=True)).to_be_disabled()
    await expect(dialog.box.get_by_text("There is no address to answer to")).to_be_visible()
    # Configuration requests are of one product alone.
    request = dialog.code("Configuration request")
    await expect(request).to_be_disabled()
    await expect(request).to_contain_text("Only for Lumina. No product is set.")
    await dialog.choose_product("Spectra OX")
    await expect(request).to_contain_text("Only for Lumina. This is about Spectra OX.")
    await dialog.choose_product("Lumina")
    await dialog.choose_code("Configuration request")
    await expect(request).to_have_attribute("aria-selected", "true")
    await dialog.choose_product("Spectra OX")
    await expect(request).to_have_attribute("aria-selected", "false")
    await dialog.send()
    await expect(dialog.reason("resolution")).to_have_text("Choose a resolution code to solve this ticket.")
    assert await faults_by_day_and_night(shift.page) == []

    # A duplicate names the other ticket, which is found by number or words, and shown before it counts.
    await dialog.search.fill("same issue")
    await expect(dialog.codes).to_have_count(1)
    await expect(dialog.codes.first).to_have_attribute("aria-selected", "true")
    await dialog.search.press("Enter")
    await expect(dialog.reason("duplicate_of")).to_have_text("Choose the original ticket.")
    original = dialog.box.get_by_label("Original ticket")
    await expect(original).to_be_focused()
    # With another status the field goes, and the keys go on to work.
    await original.press("Alt+Digit1")
    await expect(dialog.search).to_be_focused()
    await dialog.search.press("Alt+Digit4")
    await dialog.search.fill("duplicate")
    await dialog.search.press("Enter")
    await expect(original).to_be_focused()
    await original.fill("4711")
    await expect(dialog.reason("duplicate_of")).to_have_count(0)
    await expect(dialog.box.get_by_text("No tickets found for “4711”.")).to_be_visible()
    await original.fill("#1")
    found = dialog.box.get_by_role("listbox", name="Tickets").get_by_role("option")
    await expect(found).to_contain_text("#1 The dates are refused")
    await expect(found).to_contain_text("Omar, Solved")
    # What was said of the missing one goes, and the next Enter closes.
    await original.fill("")
    await dialog.send()
    await expect(dialog.reason("duplicate_of")).to_have_text("Choose the original ticket.")
    await original.fill("#1")
    await expect(found).to_contain_text("#1 The dates are refused")
    await original.press("Enter")
    await expect(dialog.box.get_by_text("#1 The dates are refused")).to_be_visible()
    await expect(dialog.reason("duplicate_of")).to_have_count(0)
    await expect(dialog.box.get_by_role("button", name=re.compile("^Close as Solved"))).to_be_focused()
    assert await faults_by_day_and_night(shift.page) == []

    # A workaround is the customer's to read.
    await dialog.choose_status("Fixed – Pending RCA")
    await dialog.search.fill("")
    await expect(dialog.code("Support question")).to_have_count(0)
    await dialog.send()
    await expect(dialog.reason("workaround")).to_have_text("Add a workaround for the customer.")
    await expect(dialog.box.get_by_label("Workaround (required")).to_be_focused()
    await dialog.search.press("Alt+Digit4")
    await expect(dialog.box.get_by_role("radio", name="Solved", exact=True)).to_be_checked()
    await dialog.search.press("Digit1")
    await expect(dialog.codes.first).to_have_attribute("aria-selected", "true")
    await dialog.box.get_by_label("Subject").press("Control+Enter")
    await expect(shift.agent.ticket_link).to_have_text("Ticket #2, Solved")


async def test_message_that_comes_in_meanwhile_holds_the_close(shift: Shift) -> None:
    """The conversation stays in sight. The button asks again, and Enter rests for a second."""
    gustavo, chat = await shift.asks("Gustavo", "Where is the CFILE?")
    await shift.row("Gustavo").click()
    dialog = await shift.agent.open_close_dialog()
    await expect(dialog.box.get_by_text("You never replied to Gustavo.")).to_be_visible()
    await shift.page.keyboard.press("Escape")
    await expect(dialog.box).to_be_hidden()
    await shift.agent.reply("In the folder of November.")
    await shift.agent.sees("Where is the CFILE?", "In the folder of November.")
    dialog = await shift.agent.open_close_dialog()
    close = dialog.box.get_by_role("button", name=re.compile("^Close"))
    await expect(close).to_have_text(re.compile(r"^Close as Solved\s*(Ctrl )?↵"))
    await dialog.choose_code("Data fix")
    # The second does not pass: a busy machine would take longer to press Enter.
    await shift.page.evaluate(TIME_STOPS)
    await gustavo.command("message.send", chat=chat, text="wait, one more question")
    await expect(dialog.box.get_by_role("alert")).to_contain_text("Gustavo wrote just now: wait, one more question")
    await dialog.search.press("Enter")
    await expect(close).to_have_text(re.compile("^Close as Solved anyway"))
    await expect(shift.agent.log).to_be_visible()
    await shift.agent.sees("Where is the CFILE?", "In the folder of November.", "wait, one more question")
    await shift.page.evaluate("() => timeGoesOn()")
    assert await faults_by_day_and_night(shift.page) == []
    await dialog.box.get_by_role("button", name=re.compile("^Answer first")).click()
    await expect(shift.page.locator("#reply")).to_be_focused()
    dialog = await shift.agent.open_close_dialog()
    await expect(dialog.box.get_by_text("The last word is Gustavo’s.")).to_be_visible()
    await dialog.choose_code("Data fix")
    await dialog.box.get_by_label("Note for the ticket").fill("Check December too")
    await dialog.send()
    await expect(shift.agent.ticket_link).to_have_text("Ticket #1, Solved")
    await shift.agent.open_ticket()
    await expect(shift.page.locator(".noted .text")).to_have_text(["Check December too"])


async def test_chat_that_its_customer_ended_is_coded_with_four_keys(shift: Shift) -> None:
    """It stays in the list until then, also after a reload, and leaves it when somebody else codes it. With an empty
    box, E opens the sheet once no key was pressed for a moment."""
    ended = shift.page.get_by_role("navigation", name=re.compile("^Needs a code")).get_by_role("link")
    customers = [await shift.asks(name, "The dates are refused") for name in ("Omar", "Lena", "Kwabena")]
    await shift.row("Kwabena").click()
    keys = shift.page.keyboard
    await shift.page.locator("#reply").focus()
    for customer, chat in customers:
        await customer.command("chat.end", chat=chat)
    over = shift.page.locator(".ended")
    await expect(over).to_contain_text("This chat has ended.")
    await expect(over).to_be_focused()
    await expect(over).not_to_have_attribute("data-still", "")
    await keys.press("e")
    dialog = shift.page.get_by_role("dialog", name="Choose a code for Kwabena")
    await expect(dialog.get_by_role("combobox")).to_be_focused()
    await keys.press("Escape")
    await expect(ended).to_have_count(3)
    await expect(ended.first).to_contain_text("Ended it · #3")
    assert await faults_by_day_and_night(shift.page) == []
    await shift.page.reload()
    await expect(ended).to_have_count(3)
    await ended.first.click()
    await shift.agent.sees("The dates are refused")

    await over.focus()
    await keys.press("e")
    await expect(dialog.get_by_role("combobox")).to_be_focused()
    await keys.type("vo")
    await keys.press("Enter")
    await expect(dialog).to_be_hidden()
    await expect(ended).to_have_count(2)
    await expect(shift.page.get_by_text("Closed as Solved, #3.")).to_be_visible()
    await expect(shift.page.get_by_role("region", name="Conversation with Kwabena")).to_be_focused()

    http = shift.desk.http(await shift.token())
    await http.patch("/api/tickets/1", json={"status": "solved", "resolution": "void"})
    await expect(ended).to_have_count(1)
    await shift.page.get_by_role("button", name="Code all").click()
    dialog = shift.page.get_by_role("dialog", name="Choose a code for Lena")
    await expect(dialog.get_by_role("combobox")).to_be_focused()
    await keys.press("Alt+Digit1")
    await keys.press("Enter")
    await expect(ended).to_have_count(0)
    ticket = (await http.get("/api/tickets/2")).json()
    assert (ticket["status"], ticket["flags"]) == ("open", ["no_address"])


async def test_wrap_up_runs_out_and_the_sheet_fits_a_phone(browser: Browser, witness: Witness, tmp_path: Path) -> None:
    """The chat that its customer ended holds its slot for two minutes, and stays in the list afterwards."""
    wrapping = HOURS.replace("name: Media,", "name: Media, wrap_up_s: 120,")
    async with on_shift(browser, witness, tmp_path, open_at=wrapping) as shift:
        await shift.page.set_viewport_size(PHONE)
        customer, chat = await shift.asks("Omar", "The dates are refused")
        await customer.command("chat.end", chat=chat)
        ended = shift.page.get_by_role("navigation", name=re.compile("^Needs a code"))
        slots = shift.page.get_by_text("0 of 5, 1 wrapping up")
        await expect(ended).to_contain_text("2:00 to wrap up")
        await expect(slots).to_be_visible()
        await shift.forward(80)
        await expect(ended).to_contain_text("0:40 to wrap up")
        assert await faults_by_day_and_night(shift.page) == []
        await shift.forward(41)
        await expect(ended).not_to_contain_text("to wrap up")
        await expect(slots).to_have_count(0)

        await ended.get_by_role("link").click()
        await shift.page.get_by_role("button", name="Choose a code").click()
        dialog = shift.page.get_by_role("dialog", name="Choose a code for Omar")
        await expect(dialog).to_be_visible()
        assert await shift.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        assert await faults_by_day_and_night(shift.page) == []
        await dialog.get_by_role("option", name=re.compile("^Data fix")).click()
        await dialog.get_by_role("button", name=re.compile("^Save as")).click()
        await expect(dialog).to_be_hidden()
        await expect(ended).to_have_count(0)


async def test_closed_chat_leads_to_the_next_and_can_be_taken_back(shift: Shift) -> None:
    """The ticket opens again; the chat stays closed, and its code can be chosen anew, until its ticket is moved to
    another team."""
    for name in ("Omar", "Sofía"):
        await shift.asks(name, f"{name} asks")
    await shift.row("Omar").click()
    dialog = await shift.agent.open_close_dialog()
    await dialog.choose_code("Void")
    await dialog.send()
    await shift.agent.sees("Sofía asks")
    await expect(shift.page.locator("#reply")).to_be_focused()
    line = shift.page.get_by_role("status").filter(has_text="Closed as Solved, #1.")
    await expect(line.get_by_role("link", name="Open ticket #1")).to_be_visible()
    await expect(shift.page.get_by_role("region", name="Recent").get_by_role("link")).to_contain_text("Solved · #1")
    await line.get_by_role("button", name="Undo").click()
    await expect(shift.page.get_by_text("#1 is open again and needs a code. The chat stays closed.")).to_be_visible()
    await expect(shift.agent.ticket_link).to_have_text("Ticket #1, Open")
    await expect(shift.page.get_by_role("button", name="Choose a code")).to_be_visible()
    ticket = (await shift.desk.http(await shift.token()).get("/api/tickets/1")).json()
    assert (ticket["status"], ticket["resolution"], ticket["flags"]) == ("open", None, ["no_address", "needs_code"])
    await shift.page.reload()
    uncoded = shift.page.get_by_role("navigation", name=re.compile("^Needs a code")).get_by_role("link")
    await expect(uncoded).to_contain_text("Omar")
    await uncoded.click()
    await expect(shift.page.get_by_role("button", name="Choose a code")).to_be_visible()
    http = shift.desk.http(await shift.token())
    (await http.patch("/api/tickets/1", json={"team": "finance"})).raise_for_status()
    await shift.page.evaluate("dispatchEvent(new Event('focus'))")
    await expect(uncoded).to_have_count(0)


async def test_redacted_line_is_not_proposed_as_the_subject(shift: Shift) -> None:
    """The dialog proposes the customer's first line, unless it was redacted. A subject typed by the agent stays."""
    customers = [await shift.asks(name, CARD) for name in ("Omar", "Sofía", "Lena")]
    subject = shift.page.get_by_label("Subject")
    for name, written, left in (("Omar", None, ""), ("Sofía", "A card was refused", "A card was refused")):
        customer, chat = customers.pop(0)
        await shift.row(name).click()
        dialog = await shift.agent.open_close_dialog()
        await dialog.show_details()
        await expect(subject).to_have_value(CARD)
        if written:
            await subject.fill(written)
        await customer.command("message.redact", chat=chat, of=2, reason="A card number")
        await expect(shift.agent.log).to_contain_text("Message removed")
        await expect(subject).to_have_value(left)
        await shift.page.keyboard.press("Escape")
        await expect(dialog.box).to_be_hidden()

    customer, chat = customers.pop(0)
    await shift.row("Lena").click()
    await customer.command("message.redact", chat=chat, of=2, reason="A card number")
    await shift.agent.sees("Message removed")
    dialog = await shift.agent.open_close_dialog()
    await dialog.show_details()
    await expect(subject).to_have_value("")
    await dialog.choose_code("Data fix")
    await dialog.send()
    await expect(shift.page.get_by_text("Closed as Solved, #1.")).to_be_visible()
    await shift.page.goto(f"{shift.desk.url}/tickets/1")
    await expect(shift.page.get_by_role("heading", name="#1 No subject")).to_be_visible()
