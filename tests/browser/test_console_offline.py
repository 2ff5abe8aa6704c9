"""An agent's console loses its connection, and its chats meanwhile."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import Witness
from tests.browser.desk import DESHAWN, PRIYA
from tests.browser.people import Agent, shows
from tests.browser.shift import Shift

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_lost_connection_is_shown_with_what_was_missed(witness: Witness, shift: Shift) -> None:
    """The console says that it is offline. After it reconnects, it shows for how long, what arrived, and a link to
    it."""
    witness.expects("status of 503")
    omar, chat = await shift.asks("Omar", "one")
    await shift.asks("Sofía", "two")
    await shift.row("Sofía").click()
    await shift.line.cut()
    await expect(shift.page.get_by_role("button", name="Connecting, change your status")).to_be_disabled()
    await shift.forward(2)
    await expect(shift.page.get_by_text("Connection lost.")).to_be_visible()
    assert await faults_by_day_and_night(shift.page) == []
    await omar.command("message.send", chat=chat, text="and")
    await omar.command("message.send", chat=chat, text="so")
    await shift.forward(50)  # within the grace of 60 s: the chats stay hers
    shift.line.mend()
    await shift.page.evaluate("dispatchEvent(new Event('online'))")
    back = shift.page.get_by_role("status").filter(has_text="Back after 52 s.")
    await expect(back).to_contain_text("2 new messages in 1 chat.")
    await expect(shift.page.get_by_text("Connection lost.")).to_have_count(0)
    await back.get_by_role("button", name="Show").click()
    await shows(shift.agent.log, ["one", "and", "so"])
    await expect(back).to_have_count(0)


async def test_unsent_text_of_lost_chats_can_be_copied_or_deleted(witness: Witness, shift: Shift) -> None:
    """While offline, one chat is taken over and one ends. After reconnecting, and after a reload, the console lists
    Priya's unsent texts and drafts with recipient and reason, to copy or delete by keyboard."""
    witness.expects("status of 503")
    page = shift.page
    await shift.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ines = await shift.desk.staff("Ines", role="supervisor", teams=["media"])
    _, taken = await shift.asks("Omar", "one")
    sofia, ended = await shift.asks("Sofía", "two")
    await shift.asks("Lena", "three")
    await shift.row("Sofía").click()
    await page.get_by_text("Note", exact=True).click()
    await page.locator("#reply").fill("Half a note")
    await shift.line.cut()
    for name in ("Omar", "Sofía"):
        await shift.row(name).click()
        await shift.agent.reply(f"To {name}")
    await shift.row("Lena").click()
    # Of a sign that the server does not take.
    await shift.agent.reply("To Lena\0")
    await ines.command("chat.take", chat=taken)
    await sofia.command("chat.end", chat=ended)
    await page.get_by_role("heading", name="Your chats").first.click()
    shift.line.mend()
    await page.evaluate("dispatchEvent(new Event('online'))")
    await shift.order("Lena")

    left = page.get_by_role("region", name="Not sent")
    rows = left.get_by_role("listitem")
    await expect(left.get_by_role("alert")).to_have_text("2 replies and 1 draft weren’t sent.")
    await page.reload()
    await expect(left.get_by_role("alert")).to_have_text("2 replies and 1 draft weren’t sent.")
    await expect(rows.nth(0)).to_contain_text("Omara colleague has this chat To Omar")
    await expect(rows.nth(1)).to_contain_text("Sofíathis chat is closed To Sofía")
    await expect(rows.nth(2)).to_contain_text("Sofíadraft Half a note")
    assert await faults_by_day_and_night(page) == []

    # That of a chat which is hers is still listed, and shown in its row while another chat is open.
    await page.evaluate("location.hash = ''")
    await expect(left.get_by_role("alert")).to_have_text("3 replies and 1 draft weren’t sent.")
    await expect(shift.row("Lena")).to_contain_text("Not sent")
    await rows.filter(has_text="Lena").get_by_role("button", name="Show").click()
    await expect(shift.agent.log).to_contain_text("Not sent")
    await expect(rows).to_have_count(3)

    await rows.nth(0).get_by_role("button", name="Copy your message to Omar").focus()
    await page.keyboard.press("Enter")
    await expect(rows.nth(0).get_by_role("status")).to_have_text("Copied")
    assert await page.evaluate("navigator.clipboard.readText()") == "To Omar"
    for remaining in (2, 1):
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(rows).to_have_count(remaining)
        await page.keyboard.press("Shift+Tab")
    await rows.get_by_role("button", name="Delete").click()
    await expect(left).to_have_count(0)
    await page.reload()
    await shift.order("Lena")
    await expect(left).to_have_count(0)


async def test_unsent_text_is_not_sent_as_another_user(witness: Witness, shift: Shift) -> None:
    """Deshawn signs in in the same browser while Priya's console is offline. After it reconnects, her text is not sent
    as his. The page says so and is his after a reload, and Priya's text waits for her."""
    # Her page asks for her feedback once more when it connects.
    witness.expects("status of 503", "status of 401")
    omar, chat = await shift.asks("Omar", "one")
    await shift.row("Omar").click()
    await shift.line.cut()
    await shift.agent.reply("Of Priya")
    await shift.context.clear_cookies()
    other = await Agent.sign_in(shift.context, shift.desk.url, DESHAWN)
    shift.line.mend()
    await shift.page.evaluate("dispatchEvent(new Event('online'))")
    said = shift.page.get_by_role("status").filter(has_text="Someone else signed in here. Reload the page.")
    await expect(said).to_be_visible()
    assert await faults_by_day_and_night(shift.page) == []
    await expect(shift.agent.log.get_by_text("Of Priya")).to_be_visible()
    assert [frame for frame in omar.durable(chat) if frame["type"] == "message"] == []
    await said.get_by_role("button", name="Reload").click()
    await expect(shift.page.get_by_role("button", name="Account of Deshawn")).to_be_visible()
    await other.page.close()
    await expect(shift.page.get_by_role("button", name="Away, change your status")).to_be_visible()

    # Back as herself, what she wrote goes out.
    await shift.context.clear_cookies()
    await Agent.sign_in(shift.context, shift.desk.url, PRIYA)
    await omar.event("message", text="Of Priya")
