"""Supervisors review the chats of yesterday in the browser."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import BrowserContext, Page, expect
from sqlmodel import select

from reviews.adapters.store import SqlReviews
from reviews.entry import RULES
from reviews.scorecard import RowWanted
from storage.ports import Tx
from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import PHONE, Window
from tests.browser.desk import OpenDesk, Staff
from tests.browser.injections import HOSTILE, TURNED
from tests.browser.people import Agent, bubbles, texts_of
from tests.browser.reviewing import DAY_S, INES, RAFAEL, chats_to_review, yesterday
from tests.running import RunningDesk
from ticketing.adapters.tables import TicketRow

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CHATS = 50
CORRECTED_EVERY = 10
WRITTEN_EVERY = 25
"""So often the reviewer also writes feedback, and saves from its field."""


async def at_review(context: BrowserContext, desk: RunningDesk, who: Staff = INES) -> Page:
    page = (await Agent.at_console(context, desk.url, who)).page
    await page.goto(f"{desk.url}/review")
    return page


async def opened(page: Page, at: int, number: int) -> None:
    """The chat is on the screen, with its messages."""
    await expect(page.locator(".rv-head h2")).to_have_text(f"#{number} Rate {at}")
    await expect(page.get_by_role("region", name="Transcript")).to_contain_text(f"Question {at}: where")


async def test_fifty_chats_are_reviewed_by_keyboard_alone(open_desk: OpenDesk, window: Window) -> None:
    """Each chat is read and confirmed, with a full scorecard. Some are corrected, and some get feedback."""
    clock = yesterday()
    desk = await open_desk([INES], clock=clock, rate_limits="off")
    numbers = await chats_to_review(desk, clock, CHATS)
    page = await at_review(await window(), desk)
    assert await faults_by_day_and_night(page) == []
    for at, number in enumerate(numbers):
        await opened(page, at, number)
        await page.keyboard.press("y")
        if at % CORRECTED_EVERY:
            await page.keyboard.press("a")
            if at % WRITTEN_EVERY == 1:
                await page.keyboard.press("f")
                await page.keyboard.type(f"Well done in chat {at}")
                await page.keyboard.press("Control+Enter")
            else:
                await page.keyboard.press("Enter")
        else:
            await page.keyboard.press("c")
            await expect(page.get_by_role("dialog", name=f"Correct the code of #{number}")).to_be_visible()
            await page.keyboard.type("training sug")
            await page.keyboard.press("Enter")
            await page.keyboard.type(f"Three basics in chat {at}")
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("status").filter(has_text="Corrected to Training suggested")).to_be_visible()
            await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=re.compile("is read"))).to_be_visible()
    await expect(page.locator("review-foot")).to_contain_text(f"Saved #{numbers[-1]}")
    await expect(page.locator("review-count")).to_have_text("")

    def stored(tx: Tx) -> list[tuple[int, str, str | None]]:
        found = SqlReviews().since(tx, 0, clock() + DAY_S * 1000)
        return [(review.ticket, review.verdict, review.feedback) for review in found]

    verdicts = ["confirmed" if at % CORRECTED_EVERY else "corrected" for at in range(CHATS)]
    written = [f"Well done in chat {at}" if at % WRITTEN_EVERY == 1 else None for at in range(CHATS)]
    assert sorted(await desk.desk.storage.read(stored)) == sorted(zip(numbers, verdicts, written, strict=True))
    codes = ["support_question" if verdict == "confirmed" else "training_suggested" for verdict in verdicts]

    def on_tickets(tx: Tx) -> list[str | None]:
        found = tx.session.exec(select(TicketRow.number, TicketRow.resolution))
        return [code for _, code in sorted(found)]

    assert await desk.desk.storage.read(on_tickets) == codes


async def test_supervisor_changes_rules_and_scorecard(open_desk: OpenDesk, window: Window) -> None:
    """What they save holds at once. Who supervises one team reads the settings and cannot change them."""
    clock = yesterday()
    desk = await open_desk([INES, RAFAEL], clock=clock, rate_limits="off")
    numbers = await chats_to_review(desk, clock, 1)
    page = await at_review(await window(), desk)
    await opened(page, 0, numbers[0])
    await page.get_by_role("button", name="Which chats come to review").click()
    dialog = page.get_by_role("dialog", name="Which chats come to review")
    await expect(dialog.get_by_role("checkbox", name=re.compile("^Void with a rating"))).to_be_disabled()
    await dialog.get_by_label(re.compile("^Random share")).fill("25")
    await dialog.get_by_role("checkbox", name=re.compile("^Ended by itself")).uncheck()
    await expect(dialog.get_by_role("status")).to_have_text(re.compile("^0 of 1 on "))
    assert await faults_by_day_and_night(page, dialog) == []
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_be_hidden()

    await page.get_by_role("button", name="Change the scorecard").click()
    dialog = page.get_by_role("dialog", name="Scorecard")
    rows = dialog.get_by_role("textbox")
    before = await rows.first.input_value()
    await dialog.get_by_role("button", name=f"Move down: {before}").click()
    await dialog.get_by_role("button", name="Row", exact=True).click()
    await expect(rows.last).to_be_focused()
    await page.keyboard.type("Named a date")
    await dialog.get_by_role("radio", name="All chats").check(force=True)
    assert await faults_by_day_and_night(page, dialog) == []
    await page.keyboard.press("Enter")
    await expect(dialog).to_be_hidden()
    card = page.get_by_role("complementary", name="Judgement").get_by_role("radiogroup")
    await expect(card.last).to_have_attribute("aria-label", "Named a date")
    await expect(card.nth(1)).to_have_attribute("aria-label", before)

    rafael = await at_review(await window(), desk, RAFAEL)
    await rafael.get_by_role("button", name="Which chats come to review").click()
    dialog = rafael.get_by_role("dialog", name="Which chats come to review")
    await expect(dialog).to_contain_text("Only a supervisor of all teams can change this.")
    await expect(dialog.get_by_label(re.compile("^Random share"))).to_have_value("25")
    await expect(dialog.get_by_role("checkbox", name=re.compile("^Ended by itself"))).not_to_be_checked()
    await expect(dialog.get_by_role("checkbox", disabled=True)).to_have_count(len(RULES))
    await dialog.get_by_role("button", name="Done").click()
    await expect(dialog).to_be_hidden()


async def test_hostile_strings_are_shown_as_text_in_the_review(open_desk: OpenDesk, window: Window) -> None:
    """In the subject, message and note of a chat, as a row of the scorecard, and as the reason of a correction."""
    clock = yesterday()
    desk = await open_desk([INES, RAFAEL], clock=clock, rate_limits="off")
    numbers = await chats_to_review(desk, clock, len(HOSTILE), texts=HOSTILE)
    row = RowWanted("<img src=x onerror=globalThis.ran=1>")
    await desk.desk.storage.write(lambda tx: SqlReviews().replace_rows(tx, [row]))
    page = await at_review(await window(PHONE), desk)
    transcript = page.get_by_role("region", name="Transcript")
    for number, text in zip(numbers, HOSTILE, strict=True):
        await expect(page.locator(".rv-head h2")).to_have_text(f"#{number} {text.translate(TURNED)}")
        await expect(bubbles(transcript)).to_have_count(2)
        assert (await texts_of(transcript))[0] == text
        assert await transcript.locator(".noted .text").text_content() == text
        await page.keyboard.press("c")
        await page.get_by_label("Search all codes").press("1")
        await page.get_by_label("Reason").fill(text)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog")).to_be_hidden()
        await expect(page.locator(".from-to q")).to_have_text(text)
        await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=re.compile("is read"))).to_be_visible()
    await page.get_by_role("button", name="Previous chat").first.click()
    await page.get_by_role("button", name="Score", exact=True).click()
    await expect(page.get_by_role("radiogroup", name=row.text)).to_be_visible()
    rafael = await at_review(await window(), desk, RAFAEL)
    await expect(rafael.locator(".rv-q")).to_contain_text("Read")
    for one in (page, rafael):
        assert not await one.evaluate("'ran' in globalThis")
