"""`make bench ARGS=search`: how often a search finds the right page of two manuals, and how long it takes.

The queries are the terms of the printed indexes of the manuals (`bench.manuals`), as written and with a misspelt word.
A query counts as found if one of its pages is among the first ten results. The weights were chosen on PostgreSQL's
manual and judged on Python's documentation. The same queries are timed among ten thousand articles. Writes
`bench/out/search.md`. With `--write`, also writes the table into `docs/benchmarks.md`.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bench import command
from bench.command import Made
from bench.databases import NAMES, migrated
from bench.manuals import SEED, Manual, Query, articles, of_both
from bench.processes import Cores
from search.adapters.index import SqlIndex
from search.adapters.words import WordsInMemory
from search.document import Document
from search.finding import Asked, Finder
from search.reader import Reader
from storage.opening import open_storage
from storage.ports import Dialect, Storage, Tx

QUERIES = 1_000
"""Queries of each kind, chosen by chance, always the same ones."""
AT_ONCE = 20
ARTICLES = 10_000
MUST_MS = 50
"""Maximum 99th percentile of the time of a query among ARTICLES articles."""
_READER = Reader()


@dataclass(frozen=True, slots=True)
class Quality:
    """`found`: the share of queries with a right page among ten results. `rank`: the mean of 1 / place of the first
    right page, with 0 for none. Times in ms."""

    manual: str
    misspelt: bool
    queries: int
    found: float
    rank: float
    median_ms: float
    p99_ms: float


def sample(queries: Sequence[Query], most: int) -> list[Query]:
    return random.Random(SEED).sample(list(queries), min(most, len(queries)))


async def fill(storage: Storage, documents: Sequence[Document]) -> None:
    index = SqlIndex()

    def put(tx: Tx, some: Sequence[Document]) -> None:
        for document in some:
            index.put(tx, document)

    for at in range(0, len(documents), AT_ONCE):
        await storage.write(partial(put, some=documents[at : at + AT_ONCE]))


async def quality(storage: Storage, name: str, queries: Sequence[Query], *, misspelt: bool) -> Quality:
    finder = Finder(SqlIndex(), WordsInMemory())
    await storage.read(partial(finder.find, asked=Asked(q="index", reader=_READER)), "heavy")
    ranks, times = list[float](), list[float]()
    for query in queries:
        began = time.perf_counter()
        found = await storage.read(partial(finder.find, asked=Asked(q=query.q, reader=_READER)), "heavy")
        times.append((time.perf_counter() - began) * 1000)
        places = (at for at, one in enumerate(found.results, 1) if one.document.source in query.pages)
        ranks.append(1 / place if (place := next(places, 0)) else 0.0)
    times.sort()
    count = len(queries)
    shares = sum(rank > 0 for rank in ranks) / count, sum(ranks) / count
    return Quality(name, misspelt, count, *shares, times[count // 2], times[count * 99 // 100])


async def _filled(url: str, manual: Manual) -> None:
    storage = await open_storage(url)
    try:
        await fill(storage, manual.documents)
    finally:
        await storage.close()


async def _measured(url: str, manual: Manual, most: int) -> list[Quality]:
    storage = await open_storage(url)
    try:
        return [
            await quality(storage, manual.name, sample(queries, most), misspelt=misspelt)
            for queries, misspelt in ((manual.queries, False), (manual.misspelt(), True))
        ]
    finally:
        await storage.close()


def _of_database(dialect: Dialect, most: int) -> Iterator[Quality]:
    queries = [query for manual in of_both() for query in manual.queries]
    for manual in (*of_both(), Manual(f"{ARTICLES:,} articles", articles(ARTICLES), queries)):
        with migrated(dialect) as (database, url):
            asyncio.run(_filled(url, manual))
            if dialect == "postgresql":
                # As autovacuum does within a minute. Without statistics, PostgreSQL reads more than it must.
                database.execute("VACUUM ANALYZE")
            yield from asyncio.run(_measured(url, manual, most))


def measure(given: argparse.Namespace, _: Cores, dialect: Dialect) -> list[Quality]:
    return list(_of_database(dialect, given.queries))


def page(found: Mapping[Dialect, Sequence[Quality]], made: Made) -> str:
    lines = [
        "| database | manual | queries | found among ten | mean of 1 / place | median ms | p99 ms |",
        "|---|---|---|---|---|---|---|",
    ]
    for dialect, rows in found.items():
        for one in rows:
            kind = f"{one.queries:,}, {'one word misspelt' if one.misspelt else 'as written'}"
            times = f"{one.median_ms:.0f} | {one.p99_ms:.0f}"
            if not one.found:
                lines.append(f"| {NAMES[dialect]} | {one.manual} | {kind} | | | {times}: {_verdict(one)} |")
                continue
            figures = f"{one.found:.3f} | {one.rank:.3f} | {times}"
            lines.append(f"| {NAMES[dialect]} | {one.manual} | {kind} | {figures} |")
    must = f"Must: a 99th percentile of at most {MUST_MS} ms among {ARTICLES:,} articles."
    return "\n".join(lines) + f"\n\n{must} {made.foot()}"


def _verdict(one: Quality) -> str:
    return "met" if one.p99_ms <= MUST_MS else "missed"


def main(arguments: Sequence[str] | None = None) -> int:
    options = command.parser("search", __doc__ or "")
    options.add_argument("--queries", type=int, default=QUERIES, metavar="N", help="queries of each kind")
    options.add_argument("--database", action="append", choices=("sqlite", "postgresql"), help="default: both")
    return command.run_on_each("search", options, arguments, measure, page)


if __name__ == "__main__":
    sys.exit(main())
