"""The learning center as readers use it: a playlist of one's own, and a place from the waiting list."""

from __future__ import annotations

import re
from pathlib import Path

import httpx2
import pytest
from playwright.async_api import BrowserContext, Page, expect

from server.demo.articles import FOLDER as DEMO
from server.edge.cookies import SESSION
from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import PHONE, Window
from tests.running import RunningDesk
from tests.stories.test_accounts import signed_up
from tests.stories.test_learning_center import letters, link_in, session_of, stored
from tests.stories.test_video_places import course

FILM = DEMO / "spectra-ox" / "videos" / "move-a-flight.webm"
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def with_account(desk: RunningDesk, context: BrowserContext, account: httpx2.AsyncClient) -> Page:
    """A page in this browser, in which the person is signed in."""
    await context.add_cookies([{"name": SESSION, "value": account.cookies[SESSION], "url": desk.url}])
    return await context.new_page()


async def built(desk: RunningDesk, page: Page) -> None:
    """The playlist on the topic of the desk."""
    await page.goto(f"{desk.url}/learning")
    await page.get_by_role("combobox", name="Platform").select_option("Lumina")
    await page.get_by_role("checkbox", name="Orders and flights").check()
    await expect(page.get_by_role("complementary", name="Your playlist")).to_contain_text("15 min")
    await page.get_by_role("button", name="Build my playlist").click()
    await expect(page.get_by_role("heading", name="Orders and flights")).to_be_visible()


async def test_playlist_is_built_signed_out_ordered_printed_and_shared(desk: RunningDesk, window: Window) -> None:
    await stored(desk)
    page = await (await window()).new_page()
    await built(desk, page)
    assert await faults_by_day_and_night(page) == []
    await page.get_by_role("link", name="Edit").click()
    # The focus stays on the step that moved, so that the keyboard can move it on.
    await page.get_by_role("button", name="Move down: Intro").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("ol.pl > li").first).to_contain_text("Errors card")
    await expect(page.get_by_role("button", name="Move up: Intro")).to_be_enabled()
    await page.emulate_media(media="print")
    await expect(page.get_by_text("Share")).to_be_hidden()
    await expect(page.get_by_text("Errors card")).to_be_visible()
    await page.emulate_media(media="screen")
    await page.get_by_text("Share").click()
    shared = await page.get_by_label("Address of this list").input_value()
    other = await (await window(PHONE)).new_page()
    await other.goto(shared)
    await expect(other.get_by_role("link", name="Edit")).to_have_count(0)
    await other.get_by_role("button", name="Keep a copy").click()
    await expect(other.get_by_role("link", name="Edit")).to_be_visible()


async def test_progress_of_a_playlist_goes_on_with_the_next_step(desk: RunningDesk, window: Window) -> None:
    await stored(desk)
    page = await with_account(desk, await window(), await signed_up(desk))
    await built(desk, page)
    await expect(page.get_by_text("15 min left")).to_be_visible()
    await page.get_by_role("button", name="Done: Intro").click()
    await expect(page.get_by_text("5 min left")).to_be_visible()
    await expect(page.locator("li.next")).to_contain_text("Errors card")
    await expect(page.locator("li.next").get_by_role("link", name="Continue")).to_be_visible()
    await page.get_by_role("button", name="Done: Errors card").click()
    await expect(page.get_by_text("You’ve finished this playlist.")).to_be_visible()


async def test_pages_of_the_learning_center_are_for_everybody(desk: RunningDesk, window: Window) -> None:
    """By day and night, on a phone."""
    await stored(desk)
    page = await with_account(desk, await window(PHONE), await signed_up(desk))
    for path in ("/learning?platform=Lumina", "/learning/plans", "/learning/plans/planner", "/learning/training"):
        await page.goto(f"{desk.url}{path}")
        assert await faults_by_day_and_night(page) == [], path
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


async def test_freed_place_is_taken_and_given_up_from_the_letter(desk: RunningDesk, window: Window) -> None:
    """Nobody signs in for it."""
    session = await session_of(desk)
    danielle, ana = await signed_up(desk), await signed_up(desk, "ana@northlake.example")
    await danielle.post("/webinars/register", data={"session": str(session.id)})
    page = await with_account(desk, await window(), ana)
    await page.goto(f"{desk.url}/webinars")
    await page.get_by_role("button", name="Join the waiting list").click()
    await expect(page.get_by_text("You’re number 1 on the waiting list").first).to_be_visible()
    assert await faults_by_day_and_night(page) == []
    await danielle.post(f"/webinars/{session.id}/leave")
    path = link_in((await letters(desk))[-1][2])
    letter = await (await window(PHONE)).new_page()
    await letter.goto(f"{desk.url}{path}")
    assert await faults_by_day_and_night(letter) == []
    await letter.get_by_role("button", name="Take the place").click()
    await expect(letter.get_by_text("You have a place").first).to_be_visible()
    await letter.get_by_role("button", name="Give up my place").click()
    await expect(letter.get_by_text("You have no place in this session").first).to_be_visible()


async def test_video_goes_on_where_its_reader_stopped(desk: RunningDesk, window: Window, tmp_path: Path) -> None:
    """Signed out on a phone, and with the keyboard. What the browser kept goes to the account."""
    await course(desk, tmp_path / "folder", FILM.read_bytes())
    context = await window(PHONE)
    page = await context.new_page()
    await page.goto(f"{desk.url}/articles/1")
    first = page.locator("video").first
    play = "async film => { film.muted = true; film.currentTime = 6; await film.play(); film.pause() }"
    await first.evaluate(play)
    await page.goto(f"{desk.url}/learning/plans/planner")
    await expect(page.get_by_text(re.compile(r"You stopped at 0:\d\d in part 1 of 2\."))).to_be_visible()
    await page.goto(f"{desk.url}/articles/1-moving-a-flight#continue")
    await expect(page.get_by_role("button", name="Continue")).to_be_focused()
    assert await faults_by_day_and_night(page) == []
    danielle = await signed_up(desk)
    page = await with_account(desk, context, danielle)
    async with page.expect_response("**/api/articles/1/place") as kept:
        await page.goto(f"{desk.url}/articles/1")
    assert (await kept.value).status == 204
    await page.goto(f"{desk.url}/account")
    await page.get_by_role("link", name="Continue: Intro").click()
    await expect(page.get_by_role("button", name="Continue")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("You stopped at")).to_have_count(0)
