"""Articles in the browser: an author's way from the first word to a correction, and what readers see."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Route, expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import Window, Witness
from tests.browser.desk import HOURS, OpenDesk, Staff
from tests.browser.people import Agent
from tests.stories.test_knowledge import author, sends, written

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NADIA = Staff("Nadia Haddad", (), role="author")
WITH_PRODUCT = HOURS.replace("name: Media,", "name: Media, products: [Lumina],")
FILM = "![Move a flight](https://youtu.be/dQw4w9WgXcQ)\n\n![Copy a flight](https://youtu.be/aQw4w9WgXcQ)"
OTHER = "**/www.youtube-nocookie.com/**"


async def test_article_is_written_published_corrected_and_taken_back(
    witness: Witness, open_desk: OpenDesk, window: Window, browser: Browser
) -> None:
    """The author works with the keyboard and the page only. A reader without scripts sees each step. The form of a live
    session stays for an author who was signed out."""
    witness.expects("status of 401")
    desk = await open_desk([NADIA], open_at=WITH_PRODUCT)
    page = (await Agent.at_console(await window(), desk.url, NADIA)).page
    await page.goto(f"{desk.url}/knowledge")
    await page.get_by_role("link", name="New article").first.click()
    await page.get_by_label("Title", exact=True).fill("Dates overlap")
    await page.get_by_label("Text in Markdown").fill("Two lines share a day.\n\n1. Open the order")
    await page.keyboard.press("Enter")
    await page.keyboard.type("Choose Lines")
    await expect(page.get_by_label("Preview").get_by_role("listitem")).to_have_count(2)
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await page.get_by_label("Heading").click()
    await page.keyboard.type("Find them")
    await expect(page.get_by_label("Preview").get_by_role("heading", name="Find them")).to_be_visible()
    assert await faults_by_day_and_night(page) == []
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("status").first).to_contain_text("The draft is saved")
    await page.get_by_role("button", name="Publish…").press("Enter")
    assert await faults_by_day_and_night(page) == []
    await page.get_by_role("button", name="Publish", exact=True).click()
    await expect(page.get_by_role("status").first).to_contain_text("Published. Readers see it now.")

    await page.get_by_label("Text in Markdown").fill("Two lines share a day and a market.")
    await page.get_by_role("button", name="Publish…").click()
    await page.get_by_label("What changed").fill("it names the market.")
    await page.get_by_label("Yes, ten minutes later").check()
    await page.get_by_role("button", name="Publish", exact=True).click()
    await page.get_by_role("button", name="Tell nobody").click()
    await expect(page.get_by_role("status").first).to_contain_text("Followers get no notice.")
    for path in ("/knowledge", "/knowledge/articles/1/versions", "/knowledge/needs"):
        await page.goto(desk.url + path)
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert await faults_by_day_and_night(page) == []
    await page.goto(f"{desk.url}/knowledge/sessions/new")
    for label, text in (("Title", "First flights"), ("Start", "2030-01-15T10:00"), ("Minutes", "45"), ("Places", "9")):
        await page.get_by_label(label, exact=True).fill(text)
    await page.context.clear_cookies()
    await page.get_by_role("button", name="Plan it and tell followers").click()
    await expect(page.get_by_role("alert").filter(has_text="You were signed out.")).to_be_visible()
    await expect(page.get_by_label("Title", exact=True)).to_have_value("First flights")

    context = await browser.new_context(java_script_enabled=False)
    try:
        reader = await context.new_page()
        await reader.goto(f"{desk.url}/articles/1")
        await expect(reader.get_by_role("heading", name="Dates overlap")).to_be_visible()
        await expect(reader.get_by_text("What changed: it names the market.")).to_be_visible()
        await expect(reader.get_by_role("button", name="Print")).to_be_hidden()
        await reader.get_by_role("button", name="Yes").click()
        await expect(reader.get_by_role("status")).to_contain_text("Thank you")
        await reader.get_by_role("link", name="Compare").click()
        await expect(reader.locator("ins").first).to_contain_text("and a market")
    finally:
        await context.close()


async def test_video_of_another_host_is_loaded_by_a_click_only(
    open_desk: OpenDesk, window: Window, browser: Browser
) -> None:
    """Nothing is requested from the host before. The choice holds for the visit. Without scripts it is a link."""
    desk = await open_desk([NADIA], open_at=WITH_PRODUCT, video_hosts="youtube.com")
    nadia = await author(desk, "Olga")
    await sends(nadia, await written(nadia, "Watch it", FILM), "publish", tell="no")
    context, asked = await window(), list[str]()
    page = await context.new_page()

    async def play(route: Route) -> None:
        asked.append(route.request.url)
        await route.fulfill(content_type="text/html", body="<p>It plays.</p>")

    await context.route(OTHER, play)
    await page.goto(f"{desk.url}/articles/1")
    card = page.get_by_role("button", name="Move a flight")
    await expect(card).to_contain_text("Load the video from youtube.com")
    assert await faults_by_day_and_night(page) == []
    assert asked == []
    await card.press("Enter")
    await expect(page.frame_locator("iframe >> nth=0").get_by_text("It plays.")).to_be_visible()
    await expect(page.locator("iframe")).to_have_count(2)
    # Browsers load the two in any order.
    assert "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ" in asked
    await page.reload()
    await expect(page.frame_locator("iframe >> nth=0").get_by_text("It plays.")).to_be_visible()

    plain = await browser.new_context(java_script_enabled=False)
    try:
        reader = await plain.new_page()
        await reader.goto(f"{desk.url}/articles/1")
        link = reader.get_by_role("link", name="Move a flight youtube.com")
        await expect(link).to_have_attribute("href", "https://www.youtube.com/watch?v=dQw4w9WgXcQ")
    finally:
        await plain.close()


async def test_video_of_a_host_that_the_desk_does_not_allow_stays_a_link(open_desk: OpenDesk, window: Window) -> None:
    desk = await open_desk([NADIA], open_at=WITH_PRODUCT)
    nadia = await author(desk, "Olga")
    await sends(nadia, await written(nadia, "Watch it", FILM), "publish", tell="no")
    page = await (await window()).new_page()
    await page.goto(f"{desk.url}/articles/1")
    await expect(page.get_by_role("link", name="Move a flight youtube.com")).to_be_visible()
    await expect(page.get_by_role("button", name="Move a flight")).to_have_count(0)
