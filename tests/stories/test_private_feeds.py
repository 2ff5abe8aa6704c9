"""A person's own feed of notices: made and revoked on `/following`, and checked whenever it is read."""

from __future__ import annotations

import re

import httpx2

from tests.running import RunningDesk, SettableClock
from tests.stories.test_accounts import signed_up
from tests.stories.test_following import FAQS, announce, news, told
from tests.stories.test_help_center import file, imported
from tests.stories.test_help_center_feeds import parsed
from tests.stories.test_portal import browser

ADDRESS = re.compile(r"/following/feeds/[^\"]+\.atom")


async def sent(page: httpx2.AsyncClient, do: str) -> list[str]:
    """Press a button of the panel. Returns the path of the feed, if the page then shows one."""
    assert (await page.post("/following", data={"do": do})).status_code == 303
    return ADDRESS.findall((await page.get("/following")).text)


async def test_feed_shows_what_its_owner_may_read_until_it_is_revoked(desk: RunningDesk, clock: SettableClock) -> None:
    """Its readers have no session. It is never indexed, and never read from a cache without being checked."""
    await imported(desk)
    page = await signed_up(desk)
    await page.put(FAQS, json={})
    await announce(desk, news(desk))
    await told(desk, clock)
    (path,) = await sent(page, "make_feed")
    async with browser(desk) as program:
        answer = await program.get(path)
        assert (answer.headers["x-robots-tag"], answer.headers["cache-control"]) == ("noindex", "private, no-cache")
        found = await parsed(answer.content)
        assert (found.bozo, [one.title for one in found.entries]) == (False, ["Dates overlap"])
        again = await program.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        await imported(desk, {"dates.md": file("Dates overlap", visibility="staff")})
        assert (await parsed((await program.get(path)).content)).entries == []
        (renewed,) = await sent(page, "make_feed")
        assert [(await program.get(one)).status_code for one in (path, renewed)] == [404, 200]
        assert await sent(page, "revoke_feed") == []
        assert (await program.get(renewed)).status_code == 404


async def test_feed_is_made_and_revoked_by_its_owner_only(desk: RunningDesk) -> None:
    """Not by somebody who is signed out, nor by a form of another site. Nobody can guess a token."""
    await imported(desk)
    page = await signed_up(desk)
    await page.put(FAQS, json={})
    (path,) = await sent(page, "make_feed")
    elsewhere = {"Origin": "https://evil.example"}
    for do in ("make_feed", "revoke_feed"):
        assert (await page.post("/following", data={"do": do}, headers=elsewhere)).status_code == 403
    async with browser(desk) as nobody:
        for do in ("make_feed", "revoke_feed"):
            assert (await nobody.post("/following", data={"do": do})).status_code == 404
        forged = path.replace(path[-6], "A" if path[-6] != "A" else "B")
        assert (await nobody.get(forged)).status_code == 404
        assert (await nobody.get(path)).status_code == 200
