"""An agent closes chats at the console."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.shift import Shift

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CARD = "4111 1111 1111 1111"
# Into how many lines the icon and the words of the last line fall.
LINES = """
(box) => new Set([...box.querySelectorAll('.icon, span, a')].map((part) => {
  const { top, bottom } = part.getBoundingClientRect();
  return Math.round((top + bottom) / 2 / 4);
})).size
"""


async def test_close_dialog_suggests_codes_and_explains_refusals(shift: Shift) -> None:
    """The team's recently used codes come first. Each rule is checked before sending, with the reason beside the
    field."""
    await shift.asks("Omar", "The dates are refused")
    await shift.agent.rows.click()
    dialog = await shift.agent.open_close_dialog()
    await dialog.choose_code("Data fix")
    await dialog.send()
    await expect(dialog.box).to_be_hidden()
    await expect(shift.agent.ticket_link).to_be_focused()
    assert await shift.page.locator(".ended").evaluate(LINES) == 1

    await shift.page.reload()
    await shift.asks("Sofía", "The dates are refused again")
    await shift.row("Sofía").click()
    dialog = await shift.agent.open_close_dialog()
    codes = dialog.box.get_by_role("group", name=re.compile("^Resolution")).get_by_role("radio")
    await expect(codes.first).to_have_accessible_name(re.compile("^Data fix"))
    await expect(dialog.box.get_by_label("Subject")).to_have_value("The dates are refused again")

    await expect(dialog.code("Auto-solved pending user response")).to_have_count(0)
    await expect(dialog.box.get_by_role("radio", name="Awaiting your reply", exact=True)).to_be_disabled()
    await expect(dialog.box.get_by_text("This customer gave no address")).to_be_visible()
    # Configuration requests are of one product alone.
    request = dialog.code("Configuration request")
    await expect(request).to_be_disabled()
    await expect(dialog.box.get_by_text("Only for Lumina. No product is set.")).to_be_visible()
    await dialog.choose_product("Spectra OX")
    await expect(dialog.box.get_by_text("Only for Lumina. This is about Spectra OX.")).to_be_visible()
    await dialog.choose_product("Lumina")
    await request.check()
    await dialog.choose_product("Spectra OX")
    await expect(request).not_to_be_checked()
    await dialog.send()
    await expect(dialog.reason("resolution")).to_have_text("Choose a resolution code to solve this ticket.")
    assert await faults_by_day_and_night(shift.page) == []

    # A duplicate names the other ticket; what only the desk can know, it says beside the same field.
    await dialog.box.get_by_label("Search the resolution codes").fill("same issue")
    await expect(codes).to_have_count(1)
    await dialog.box.get_by_label("Search the resolution codes").press("Enter")
    await expect(codes.first).to_be_checked()
    await dialog.box.get_by_label("Search the resolution codes").press("Enter")
    await expect(dialog.reason("duplicate_of")).to_have_text("Enter the number of the original ticket.")
    number = dialog.box.get_by_label("Number of the original ticket")
    await expect(number).to_be_focused()
    await number.fill("none")
    await dialog.send()
    await expect(dialog.reason("duplicate_of")).to_have_text("Enter the number of the original ticket.")
    await number.fill("4711")
    await expect(dialog.reason("duplicate_of")).to_have_count(0)
    await dialog.send()
    await expect(dialog.reason("duplicate_of")).to_contain_text("4711")

    # A workaround is the customer's to read.
    await dialog.choose_status("Fixed – Pending RCA")
    await expect(dialog.code("Support question")).to_have_count(0)
    await dialog.send()
    await expect(dialog.reason("workaround")).to_have_text("Add a workaround for the customer.")
    await expect(dialog.box.get_by_label("Workaround (required")).to_be_focused()
    await dialog.choose_status("Solved")
    await dialog.box.get_by_label("Search the resolution codes").fill("")
    await dialog.box.get_by_role("radio", name="Solved", exact=True).press("Digit1")
    await expect(codes.first).to_be_checked()
    await dialog.box.get_by_label("Subject").press("Control+Enter")
    await expect(shift.agent.ticket_link).to_have_text("Ticket #2, Solved")


async def test_redacted_line_is_not_proposed_as_the_subject(shift: Shift) -> None:
    """The dialog proposes the customer's first line, unless it was redacted. A subject typed by the agent stays."""
    customers = [await shift.asks(name, CARD) for name in ("Omar", "Sofía", "Lena")]
    subject = shift.page.get_by_label("Subject")
    for name, written, left in (("Omar", None, ""), ("Sofía", "A card was refused", "A card was refused")):
        customer, chat = customers.pop(0)
        await shift.row(name).click()
        dialog = await shift.agent.open_close_dialog()
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
    await expect(subject).to_have_value("")
    await dialog.choose_code("Data fix")
    await dialog.send()
    await expect(shift.agent.ticket_link).to_have_text("Ticket #1, Solved")
    await shift.page.goto(f"{shift.desk.url}/tickets/1")
    await expect(shift.page.get_by_role("heading", name="#1 No subject")).to_be_visible()
