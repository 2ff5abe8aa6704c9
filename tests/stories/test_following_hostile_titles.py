"""What followers are told, if an article's title looks like markup, or is for staff only."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

from following.announcement import Subject
from server.live.following.own_follows import masked
from tests.running import RunningDesk, SettableClock
from tests.stories.test_accounts import signed_up
from tests.stories.test_following import FAQS, announce, letters, news, stop_of, told
from tests.stories.test_help_center import file, imported
from tests.stories.test_help_center_feeds import FEED, parsed
from tests.stories.test_portal import browser
from tests.stories.test_private_feeds import sent

EVIL = """</title><script>alert(1)</script><img src=x onerror="alert(1)"> & 'dates'"""
SECRET = "Resetting sign-on of Northlake"


async def test_title_with_markup_is_text_wherever_followers_read_it(desk: RunningDesk, clock: SettableClock) -> None:
    """In the letter and its subject, under the bell, in the list of follows, on the page of the link, in the feed."""
    await imported(desk, {"dates.md": file(f"'{EVIL.replace(chr(39), chr(39) * 2)}'")})
    page = await signed_up(desk)
    assert (await page.put(FAQS, json={})).status_code == 200
    assert (await page.put("/api/follows/article/1", json={})).status_code == 200
    await announce(desk, replace(news(desk), title=EVIL, line=EVIL))
    (letter,) = await told(desk, clock)
    assert letter["Subject"] == f"New article: {EVIL}"
    html = letter.get_body(("html",))
    assert html is not None
    shown = [str(html.get_content()), (await page.get("/following")).text, (await page.get("/products/lumina")).text]
    stop = stop_of(letter)
    shown += [(await page.get(stop)).text, (await page.post(stop, data={"do": "stop"})).text]
    for each in shown:
        assert "<script>alert" not in each and "<img src=x" not in each
        assert "<script>alert(1)" in unescape(each)
    (own,) = await sent(page, "make_feed")
    for feed in (FEED, "/articles/1.atom", own):
        (entry,) = (await parsed((await page.get(feed)).content)).entries
        assert entry.title == EVIL, feed


async def test_line_break_in_a_title_adds_no_header_to_the_letter(desk: RunningDesk, clock: SettableClock) -> None:
    await imported(desk)
    page = await signed_up(desk)
    await page.put("/api/follows/system/all", json={})
    subjects = [Subject("system", "all")]
    broken = "Exports\r\nBcc: eve@x.example\r\n\r\nHello"
    slow = replace(news(desk), source="incident:1", title=broken, subjects=subjects, address="/status")
    await announce(desk, replace(slow, not_before=clock.at))
    (letter,) = await told(desk, clock)
    assert letter["Bcc"] is None and "Exports" in str(letter["Subject"])


async def test_article_for_staff_appears_in_nothing_that_followers_get(desk: RunningDesk, clock: SettableClock) -> None:
    """Neither its title, nor the line about its change. Staff who follow it are told."""
    desk.canary.confide(SECRET)
    desk.canary.confide("the code is 4711")
    await imported(desk, {"reset.md": file(SECRET, visibility="staff")})
    customer = await signed_up(desk)
    assert (await customer.put(FAQS, json={"what": "new_and_updates"})).status_code == 200
    maya = await desk.staff("Maya")
    async with desk.http(maya.token) as staff, browser(desk) as visitor:
        assert (await staff.put(FAQS, json={"what": "new_and_updates"})).status_code == 200
        secret = replace(news(desk), title=SECRET, line="the code is 4711", visibility="staff")
        await announce(desk, secret)
        (letter,) = await told(desk, clock)
        assert (letter["To"], letter["Subject"]) == ("maya@desk.example", f"New article: {SECRET}")
        (own,) = await sent(customer, "make_feed")
        for reader in (customer, visitor):
            for path in ("/following", "/products/lumina", FEED, "/articles/1", "/articles/1.atom", own):
                assert SECRET not in (await reader.get(path)).text, path


async def test_letter_and_pages_name_nothing_of_another_follower(desk: RunningDesk, clock: SettableClock) -> None:
    """Two people follow the same section. A forwarded letter's link shows only a part of the address."""
    await imported(desk)
    hers, his = await signed_up(desk), await signed_up(desk, "ravi.s@northlake.example")
    await hers.put(FAQS, json={})
    await his.put(FAQS, json={})
    await his.put("/api/follows/system/all", json={})
    await announce(desk, news(desk))
    both = await told(desk, clock)
    (theirs,) = [one for one in both if one["To"] == "ravi.s@northlake.example"]
    (mine,) = [one for one in both if one is not theirs]
    assert "ravi" not in mine.as_string()
    follows = (await hers.get("/following")).text.partition("<main")[2].partition("<aside")[0]
    assert "FAQs" in follows and "System notifications" not in follows
    async with browser(desk) as forwarded:
        shown = (await forwarded.get(stop_of(theirs))).text
        assert "ravi.s@" not in shown and masked("ravi.s@northlake.example") in shown
        assert "System notifications" not in shown
    assert len(await letters(desk, "news")) == len(both)
