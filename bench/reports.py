"""`make bench ARGS=reports`: the response times of reports at a million tickets (`bench.two_sizes`).

A supervisor of all teams opens the pages. Writes `bench/out/reports.md`. With `--write`, also writes the table into
`docs/benchmarks.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from statistics import median
from urllib.parse import urlencode

from bench import people, two_sizes
from bench.command import Made
from bench.databases import NAMES, Database, opened
from bench.figures import Spread
from bench.processes import Cores
from bench.seed import Large, large
from bench.two_sizes import Page, Taken, Visitor, met, visiting
from clock import system_clock, zones
from storage.ports import Dialect

MONTH, YEAR = "overview of a month", "overview of a year"
MUST_MS: Mapping[str, float] = {MONTH: 300.0, YEAR: 800.0}
"""Limits in ms for the 95th percentiles at a million tickets."""
REQUESTS = 5


def pages(token: str, agent: str, today: date) -> list[Page]:
    """The pages to measure. `token` is the supervisor's, `agent` the id of an agent."""

    def overview(name: str, days: int, **filters: str) -> Page:
        return Page(name, f"/reports?{urlencode({**_last(days, today), **filters})}", token, 'aria-label="Figures"')

    def behind(name: str, metric: str, **limits: str) -> Page:
        query = {**_last(365, today), "metric": metric, **limits}
        return Page(name, f"/reports/list?{urlencode(query)}", token, "/tickets/")

    # Of a day that is over, without the period before: little more than the backlog.
    day = {"from": str(today - timedelta(days=1)), "to": str(today), "compare": "none"}
    return [
        overview(MONTH, 30),
        overview(YEAR, 365),
        overview("overview of a month, one agent", 30, agent=agent),
        Page("overview of a day, with the backlog", f"/api/reports/overview?{urlencode(day)}", token, "backlog"),
        Page("an agent", f"/reports/agents/{agent}", token, 'aria-label="Figures"'),
        behind("list: tickets created in a year", "created"),
        behind("list: chats answered in a year", "answered"),
        behind("list: time open in a year", "open_time"),
        behind("list: tickets not solved now", "backlog"),
    ]


def _last(days: int, today: date) -> dict[str, str]:
    """The days before today, as the page has them in its address."""
    return {"from": str(today - timedelta(days=days)), "last": str(today - timedelta(days=1))}


@contextmanager
def visited(cores: Cores, dialect: Dialect, tickets: int) -> Iterator[tuple[Visitor, list[Page]]]:
    """A visitor of a running desk with this many tickets, and its pages."""
    desk = large(cores, dialect, tickets)
    with opened(dialect, desk.data) as database:
        found = _pages(desk, database)
        with visiting(cores, desk, database) as visitor:
            yield visitor, found


def _pages(desk: Large, database: Database) -> list[Page]:
    ((agent,),) = database.rows("SELECT assignee FROM tickets WHERE number = 10")
    today = zones.local(system_clock(), "America/New_York").date()
    return pages(people.supervisor_token(desk.data, database.url), str(agent), today)


def page(found: Mapping[Dialect, Sequence[Taken]], sizes: tuple[int, int], made: Made) -> str:
    """The figures as Markdown text, to put between the marks of this benchmark in `docs/benchmarks.md`."""
    rows = "\n".join(
        f"| {NAMES[dialect]} | {taken.name} | {Spread.of(taken.few):.0f} ms | {Spread.of(taken.many):.0f} ms "
        f"| {taken.ratio:.2f} | {_verdict(taken)} |"
        for dialect, pages_ in found.items()
        for taken in pages_
    )
    rounds = next(len(taken.many) for pages_ in found.values() for taken in pages_)
    return (
        f"| database | page | p95, {sizes[0]:,} tickets | p95, {sizes[1]:,} tickets | ratio | must |\n"
        f"|---|---|---|---|---|---|\n{rows}\n\n"
        f"Medians of {rounds} rounds, in brackets the lowest and the highest. {made.foot()}"
    )


def _verdict(taken: Taken) -> str:
    limit = MUST_MS.get(taken.name)
    return "" if limit is None else f"≤ {limit:g} ms: {met(median(taken.many) <= limit)}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    return two_sizes.run("reports", "The pages of reports.", visited, REQUESTS, page, arguments)


if __name__ == "__main__":
    sys.exit(main())
