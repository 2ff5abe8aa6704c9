"""Atom feeds of the help center, read by a feed reader."""

from __future__ import annotations

import asyncio
import subprocess

import httpx2
import msgspec

from tests.running import RunningDesk
from tests.stories.test_accounts import signed_up
from tests.stories.test_help_center import PUBLIC, file, imported
from tests.stories.test_portal import browser

FEED = "/products/lumina/faqs.atom"
READ = """
import feedparser, json, sys
found = feedparser.parse(sys.stdin.buffer.read())
entries = [{name: entry.get(name, "") for name in ("id", "title", "link", "summary")} for entry in found.entries]
print(json.dumps({"bozo": found.bozo, "version": found.version, "title": found.feed.title, "entries": entries}))
"""


class Entry(msgspec.Struct):
    id: str
    title: str
    link: str
    summary: str


class Feed(msgspec.Struct):
    bozo: bool
    version: str
    title: str
    entries: list[Entry]


async def parsed(body: bytes) -> Feed:
    """The feed, as the system's Python reads it: feedparser is a package of the system."""
    done = await asyncio.to_thread(
        subprocess.run, ["/usr/bin/python3", "-c", READ], input=body, capture_output=True, check=True
    )
    return msgspec.json.decode(done.stdout, type=Feed)


async def test_feed_has_the_public_articles_of_its_section(desk: RunningDesk) -> None:
    """Also for a reader who is signed in, because the feed can be cached."""
    release = file("2026.11 & <more>", summary="Faster", section="releases").replace("section: faqs\n", "")
    await imported(
        desk, {"dates.md": file(PUBLIC), "own.md": file("Prices", visibility="signed_in"), "new.md": release}
    )
    await check(await signed_up(desk))
    async with browser(desk) as nobody:
        await check(nobody)


async def check(reader: httpx2.AsyncClient) -> None:
    answer = await reader.get(FEED)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    found = await parsed(answer.content)
    assert (found.bozo, found.version) == (False, "atom10")
    (entry,) = found.entries
    assert entry.title == PUBLIC and entry.link.endswith("/articles/1-dates-overlap")
    again = await reader.get(FEED, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    releases = await parsed((await reader.get("/products/lumina/releases.atom?locale=fr")).content)
    assert [one.title for one in releases.entries] == ["2026.11 & <more>"]
    assert FEED in (await reader.get("/products/lumina")).text
    changes = await parsed((await reader.get("/articles/1.atom")).content)
    assert (changes.bozo, changes.title.endswith(f": {PUBLIC}")) == (False, True)
    assert [one.link.partition("/articles/")[2] for one in changes.entries] == ["1-dates-overlap"]
    assert 'href="/articles/1.atom"' in (await reader.get("/articles/1-dates-overlap")).text
    for hidden in ("/articles/3.atom", "/articles/4711.atom", "/articles/x.atom"):
        assert (await reader.get(hidden)).status_code == 404, hidden
    for missing in ("/products/lumina/secrets.atom", "/products/aura/faqs.atom", "/products/lumina/.atom"):
        assert (await reader.get(missing)).status_code == 404, missing
