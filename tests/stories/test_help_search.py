"""Searching the help center on a running desk: who finds what."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx2
from msgspec import json

from server.edge.api.search import Corrected, SearchResults
from tests.running import RunningDesk
from tests.stories.test_accounts import signed_up
from tests.stories.test_help_center import PUBLIC, SIGNED_IN, STAFF, file, imported
from tests.stories.test_portal import browser

FILES = {
    "dates.md": file(PUBLIC, "Two lines of an order. <script>alert(1)</script> Marmalade & more.", topic="Orders"),
    "prices.md": file(SIGNED_IN, "Pomegranate.", visibility="signed_in"),
    "reset.md": file(STAFF, "Elderberry.", visibility="staff"),
    "draft.md": file("A draft", "Huckleberry.", state="draft"),
}
WORDS = ("marmalade", "pomegranate", "elderberry", "huckleberry")


async def found(client: httpx2.AsyncClient, q: str, **more: str) -> SearchResults:
    answer = await client.get("/api/search", params={"q": q, **more})
    assert answer.status_code == 200, answer.text
    return json.decode(answer.content, type=SearchResults)


async def counted(client: httpx2.AsyncClient, *words: str) -> list[int]:
    return [(await found(client, word)).total for word in words]


async def test_people_find_what_they_may_read(desk: RunningDesk) -> None:
    """By no word, beginning, part or misspelling do others learn that an article exists."""
    await imported(desk, FILES)
    maya = await desk.staff("Maya")
    ana = await signed_up(desk, "ana@northlake.example")
    async with browser(desk) as visitor, desk.http(maya.token) as staff:
        assert await counted(visitor, *WORDS) == [1, 0, 0, 0]
        assert await counted(ana, *WORDS) == [1, 1, 0, 0]
        assert await counted(staff, *WORDS) == [1, 1, 1, 0]
        for word in ("pomegranat", "pomegr", "egranat", "pomegranite", SIGNED_IN, "pome granate", "elderbery"):
            hidden = await found(visitor, word)
            assert (hidden.total, hidden.corrected) == (0, None), word
        assert (await found(ana, "pomegranite")).corrected == Corrected("pomegranite", "pomegranate")


async def test_result_is_plain_text_with_places_of_the_words(desk: RunningDesk) -> None:
    await imported(desk, FILES)
    async with browser(desk) as visitor:
        (result,) = (await found(visitor, "marmelade")).results
        marked = [result.excerpt[start:end] for start, end in result.highlights]
        assert marked == ["Marmalade"] and "<script>" in result.excerpt
        assert (result.kind, result.title, result.section) == ("article", PUBLIC, "faqs")
        assert PUBLIC in (await visitor.get(urlsplit(result.url).path)).text


async def test_own_requests_are_found_by_their_customer_only(desk: RunningDesk) -> None:
    ana, ben = await signed_up(desk, "ana@northlake.example"), await signed_up(desk, "ben@northlake.example")
    sent = await ana.post("/api/tickets", json={"team": "media", "subject": "Marmalade", "text": "It fails"})
    assert sent.status_code == 201, sent.text
    await desk.desk.indexing.idle()
    mine, others = await found(ana, "marmalade"), await found(ben, "marmalade")
    assert [one.kind for one in mine.results] == ["ticket"]
    assert others.total == 0
    assert (await found(ana, "marmalade", kind="article")).total == 0


async def test_wrong_parameters_are_refused(desk: RunningDesk) -> None:
    async with browser(desk) as visitor:
        for wrong in (
            {"kind": "user"},
            {"limit": "0"},
            {"limit": "51"},
            {"audience": "staff"},
            {"as_typed": "x"},
            {"sentences": "1"},
        ):
            assert (await visitor.get("/api/search", params={"q": "x", **wrong})).status_code == 422, wrong
