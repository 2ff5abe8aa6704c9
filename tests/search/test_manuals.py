"""The search on a manual of others: a sample of what `make bench ARGS=search` measures."""

from __future__ import annotations

from dataclasses import replace

from bench.manuals import postgres
from bench.search import fill, quality, sample
from storage.ports import Storage

QUERIES = 80


async def test_search_finds_pages_by_the_terms_of_their_index(storage: Storage) -> None:
    """Also with a word misspelt. With a part of the pages, so that the test is short. Below the bounds of the benchmark
    by the noise of the sample."""
    manual = postgres()
    written, misspelt = sample(manual.queries, QUERIES), sample(manual.misspelt(), QUERIES)
    wanted = {page for query in (*written, *misspelt) for page in query.pages}
    pages = [one for at, one in enumerate(manual.documents) if one.source in wanted or at % 10 == 0]
    await fill(storage, [replace(page, body=page.body[:10_000]) for page in pages])
    assert (await quality(storage, manual.name, written, misspelt=False)).found >= 0.84
    assert (await quality(storage, manual.name, misspelt, misspelt=True)).found >= 0.80


def test_misspelt_query_differs_in_one_word() -> None:
    manual = postgres()
    right = {(frozenset(query.q.lower().split()), query.pages) for query in manual.queries}
    for query in sample(manual.misspelt(), 50):
        words = set(query.q.lower().split())
        assert query.pages and any(pages == query.pages and len(of - words) == 1 for of, pages in right), query
