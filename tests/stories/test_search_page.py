"""The search page without scripts: what it finds, corrects, and keeps for the form and for the authors."""

from __future__ import annotations

import httpx2

from search.ports import Miss
from tests.running import RunningDesk
from tests.stories.test_accounts import signed_up
from tests.stories.test_help_center import PUBLIC, SIGNED_IN, imported
from tests.stories.test_help_search import FILES
from tests.stories.test_portal import browser


async def searched(page: httpx2.AsyncClient, q: str, **more: str) -> str:
    answer = await page.get("/search", params={"q": q, **more})
    assert answer.status_code == 200
    return answer.text


async def missed(desk: RunningDesk) -> list[Miss]:
    misses = desk.desk.help_center.searching.misses
    return await desk.desk.storage.read(lambda tx: misses.asked_not_found(tx, 0, 100))


async def test_results_are_marked_and_say_what_was_corrected(desk: RunningDesk) -> None:
    """The text of an article is text, also in a result."""
    await imported(desk, FILES)
    async with browser(desk) as page:
        html = await searched(page, "marmelade")
        assert PUBLIC in html and "<mark>Marmalade</mark>" in html and "<script>alert" not in html
        assert "&lt;script&gt;" in html
        assert "Showing results for" in html and "/search?q=marmelade&amp;as_typed=1" in html
        assert "We found nothing" in await searched(page, "marmelade", as_typed="1")
        assert SIGNED_IN not in await searched(page, "pomegranate")
    ana = await signed_up(desk, "ana@northlake.example")
    assert SIGNED_IN in await searched(ana, "pomegranate")


async def test_query_is_shown_as_text(desk: RunningDesk) -> None:
    async with browser(desk) as page:
        html = await searched(page, '"><script>alert(1)</script>')
        assert "<script>alert" not in html
        assert (await page.get("/search")).status_code == 200


async def test_empty_result_offers_questions_and_the_form_with_the_words(desk: RunningDesk) -> None:
    await imported(desk, FILES)
    async with browser(desk) as page:
        html = await searched(page, "kumquat jam", product="Lumina")
        assert PUBLIC in html and SIGNED_IN not in html
        assert "/submit?subject=kumquat+jam&amp;product=Lumina" in html
        form = await page.get("/submit", params={"subject": "kumquat jam"})
        assert 'value="kumquat jam"' in form.text


async def test_query_without_results_is_kept_for_authors(desk: RunningDesk) -> None:
    """Once per person and day. Not kept: what may be about a person, and what staff or people with too many ask."""
    maya = await desk.staff("Maya")
    async with browser(desk) as page, desk.http(maya.token) as staff:
        for q in ("Kumquat jam", "kumquat  JAM", "mail ben@northlake.example", "order 4711123", "??", "zz"):
            await searched(page, q)
        await searched(staff, "gooseberry")
        kept = await missed(desk)
        assert [(miss.words, miss.count, miss.product) for miss in kept] == [("kumquat jam", 1, "")]
        for number in range(40):
            await searched(page, f"kumquat {'x' * (number + 3)}")
        assert len(await missed(desk)) == 30
    ana = await signed_up(desk, "ana@northlake.example")
    await searched(ana, "kumquat jam")
    assert (await missed(desk))[0].count == 2
