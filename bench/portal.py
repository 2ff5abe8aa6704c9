"""`make bench ARGS=portal`: the response times of the customers' pages at a million tickets (`bench.two_sizes`).

Writes `bench/out/portal.md`. With `--write`, also writes the table into `docs/benchmarks.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from statistics import median
from urllib.parse import urlencode

from bench import two_sizes
from bench.command import Made
from bench.databases import NAMES, opened
from bench.figures import Spread
from bench.large_desk import RARE
from bench.processes import Cores
from bench.seed import Large, large
from bench.two_sizes import Page, Taken, Visitor, met, visiting
from storage.ports import Dialect

MUST_MS = 60.0
"""Limit in ms for the 95th percentile of each page at a million tickets."""
RATIO_MUST = 2.0
"""Limit for the 95th percentile at a million tickets, divided by the 95th percentile at ten thousand."""
REQUESTS = 20
_SHOWS = "/requests/"


def pages(desk: Large) -> list[Page]:
    """The pages to measure."""

    def own(name: str, path: str) -> Page:
        return Page(name, path, desk.customer, _SHOWS)

    def company(name: str, **query: str) -> Page:
        path = f"/requests?{urlencode({'whose': 'company', **query})}"
        return Page(name, path, desk.coordinator, _SHOWS)

    return [
        own("start page", "/"),
        own("my requests", "/requests"),
        own("my requests, solved", "/requests?status=solved"),
        own("my requests, search", f"/requests?{urlencode({'q': desk.common})}"),
        own("one request", f"/requests/{desk.request}"),
        company("colleagues' requests"),
        company("colleagues', solved", status="solved"),
        company("colleagues', one product", product="Spectra OX"),
        company("colleagues', one person", person=desk.colleague),
        company("colleagues', search: a common word", q=desk.common),
        company("colleagues', search: a rare word", q=RARE),
        company("colleagues', search: a beginning", q=desk.common[:3]),
    ]


@contextmanager
def visited(cores: Cores, dialect: Dialect, tickets: int) -> Iterator[tuple[Visitor, list[Page]]]:
    """A visitor of a running desk with this many tickets, and its pages."""
    desk = large(cores, dialect, tickets)
    with opened(dialect, desk.data) as database, visiting(cores, desk, database) as visitor:
        yield visitor, pages(desk)


def page(
    found: Mapping[Dialect, Sequence[Taken]], sizes: tuple[int, int], made: Made, *, must_ms: float = MUST_MS
) -> str:
    """The figures as Markdown text, to put between the marks of a benchmark in `docs/benchmarks.md`."""
    rows = "\n".join(
        f"| {NAMES[dialect]} | {taken.name} | {Spread.of(taken.few):.1f} ms | {Spread.of(taken.many):.1f} ms "
        f"| {taken.ratio:.2f} |"
        for dialect, pages_ in found.items()
        for taken in pages_
    )
    every = [taken for pages_ in found.values() for taken in pages_]
    slowest, ratio = max(median(taken.many) for taken in every), max(taken.ratio.median for taken in every)
    return (
        f"| database | page | p95, {sizes[0]:,} tickets | p95, {sizes[1]:,} tickets | ratio |\n|---|---|---|---|---|\n"
        f"{rows}\n\n"
        f"The slowest page has a p95 of {slowest:.1f} ms (must: ≤ {must_ms:g} ms: {met(slowest <= must_ms)}). The "
        f"highest ratio is {ratio:.2f} (must: ≤ {RATIO_MUST:g}: {met(ratio <= RATIO_MUST)}).\n\n"
        f"Medians of {len(every[0].many)} rounds, in brackets the lowest and the highest. {made.foot()}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    return two_sizes.run("portal", "The customers' pages.", visited, REQUESTS, page, arguments)


if __name__ == "__main__":
    sys.exit(main())
