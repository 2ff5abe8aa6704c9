"""Whatever customers write stays text in the console."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.injections import HOSTILE, TURNED
from tests.browser.people import shows
from tests.browser.shift import Shift

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_hostile_strings_are_shown_as_text_in_every_field(shift: Shift) -> None:
    """As name, page address, subject, message, note and search query, in every part of the console. Nothing runs."""
    more = await shift.desk.staff_again(await shift.token())
    await more.command("presence.set", status="available", capacity=len(HOSTILE))
    names = {string: string.translate(TURNED) for string in HOSTILE}
    for string, name in names.items():
        customer = await shift.desk.customer(
            name=name, page=f"https://host.example/{string}", referrer=f"https://host.example/?{string}"
        )
        started = await customer.command("chat.start", team="media", text=string, subject=name)
        await more.event("chat.assigned", chat=started["chat"])
        await more.command("note.add", chat=started["chat"], text=string)
        await customer.command("message.send", chat=started["chat"], text=string)
    await expect(shift.agent.rows).to_have_count(len(HOSTILE))
    assert sorted(await shift.agent.rows.locator(".name").all_text_contents()) == sorted(names.values())
    about = shift.page.get_by_role("complementary", name="About the customer")
    for string, name in names.items():
        await shift.row(name).click()
        await shows(shift.agent.log, [string, string])
        assert await shift.agent.notes.last.text_content() == string
        assert await about.get_by_role("heading", level=2).text_content() == name
        assert await shift.page.locator("#talk-name").text_content() == name
        assert name in str(await shift.page.locator(".talk-head p").text_content())
        await shift.agent.write_at_once([string])
        dialog = await shift.agent.open_close_dialog()
        await expect(dialog.box.get_by_label("Subject")).to_have_value(name)
        await dialog.search.fill(string)
        await dialog.box.get_by_role("button", name="Cancel").click()
        await expect(dialog.box).to_be_hidden()
        await shift.page.keyboard.press("Control+k")
        await shift.page.get_by_role("combobox", name="Search or jump to").fill(name)
        await expect(shift.page.get_by_role("option").first).to_contain_text(name)
        await shift.page.keyboard.press("Escape")
    assert not await shift.page.evaluate("'ran' in globalThis")
