"""`make bench ARGS=portal`: the response times of the customers' pages at a million tickets.

Two desks run at the same time on one core: one with ten thousand tickets, one with a million. A program requests each
page from both desks in turn, over one connection each. So other work on the machine affects both desks alike. The
ratio of the two times shows whether a page becomes slower as the desk grows.

The desks are built once by `bench/seed.py`, and kept in `bench/out/large`.

Writes `bench/out/portal.md`. With `--write`, also writes the table into `docs/benchmarks.md`.
"""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median
from urllib.parse import urlencode

from bench import command, hours, processes
from bench.command import Made
from bench.databases import DIALECTS, NAMES, opened
from bench.figures import Spread, Void, percentile
from bench.large_desk import RARE
from bench.processes import Cores, Server
from bench.seed import Large, large
from storage.ports import Dialect

FEW, MANY = 10_000, 1_000_000
MUST_MS = 60.0
"""Limit in ms for the 95th percentile of each page at a million tickets."""
RATIO_MUST = 2.0
"""Limit for the 95th percentile at a million tickets, divided by the 95th percentile at ten thousand."""
ROUNDS, REQUESTS = 5, 20


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and the person who opens it."""

    name: str
    path: str
    coordinator: bool = False


@dataclass(slots=True)
class Taken:
    """The 95th percentiles of one page in ms, one per round: of the small desk and of the large one."""

    name: str
    few: list[float] = field(default_factory=list)
    many: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> Spread:
        return Spread.of([many / few for few, many in zip(self.few, self.many, strict=True)])


def pages(desk: Large) -> list[Page]:
    """The pages to measure."""

    def company(**query: str) -> str:
        return f"/requests?{urlencode({'whose': 'company', **query})}"

    return [
        Page("start page", "/"),
        Page("my requests", "/requests"),
        Page("my requests, solved", "/requests?status=solved"),
        Page("my requests, search", f"/requests?{urlencode({'q': desk.common})}"),
        Page("one request", f"/requests/{desk.request}"),
        Page("colleagues' requests", company(), coordinator=True),
        Page("colleagues', solved", company(status="solved"), coordinator=True),
        Page("colleagues', one product", company(product="Spectra OX"), coordinator=True),
        Page("colleagues', one person", company(person=desk.colleague), coordinator=True),
        Page("colleagues', search: a common word", company(q=desk.common), coordinator=True),
        Page("colleagues', search: a rare word", company(q=RARE), coordinator=True),
        Page("colleagues', search: a beginning", company(q=desk.common[:3]), coordinator=True),
    ]


class Visitor:
    """Requests pages from one server over one connection."""

    def __init__(self, server: Server, desk: Large) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self.desk = desk

    def ms_of(self, page: Page) -> float:
        token = self.desk.coordinator if page.coordinator else self.desk.customer
        began = time.perf_counter()
        self._connection.request("GET", page.path, headers={"Authorization": f"Bearer {token}"})
        response = self._connection.getresponse()
        body = response.read()
        took = (time.perf_counter() - began) * 1e3
        if response.status != 200 or b"/requests/" not in body:
            raise Void(f"{page.name}: {response.status}, without a request: {body.decode()[:300]}")
        return took

    def close(self) -> None:
        self._connection.close()


@contextmanager
def visiting(cores: Cores, dialect: Dialect, tickets: int) -> Iterator[Visitor]:
    """A visitor of a running desk with this many tickets."""
    desk = large(cores, dialect, tickets)
    own = Cores(cores.server, cores.driver, desk.folder)
    with opened(dialect, desk.data) as database:
        more = processes.database_settings(database.url)
        with processes.serving(own, desk.data, hours.HOURS.read_text(), more=more) as server:
            visitor = Visitor(server, desk)
            try:
                yield visitor
            finally:
                visitor.close()


def measure(cores: Cores, dialect: Dialect, sizes: tuple[int, int], requests: int, rounds: int = ROUNDS) -> list[Taken]:
    with ExitStack() as stack:
        few, many = (stack.enter_context(visiting(cores, dialect, size)) for size in sizes)
        found = []
        for small, big in zip(pages(few.desk), pages(many.desk), strict=True):
            taken = Taken(small.name)
            few.ms_of(small), many.ms_of(big)
            for _ in range(rounds):
                pairs = [(few.ms_of(small), many.ms_of(big)) for _ in range(requests)]
                taken.few.append(percentile([ms for ms, _ in pairs], 95))
                taken.many.append(percentile([ms for _, ms in pairs], 95))
            print(f"{dialect} {taken.name}: {Spread.of(taken.few):.1f} {Spread.of(taken.many):.1f}", file=sys.stderr)
            found.append(taken)
        return found


def page(found: Mapping[Dialect, Sequence[Taken]], sizes: tuple[int, int], made: Made) -> str:
    """The figures as Markdown text, to put between the marks of this benchmark in `docs/benchmarks.md`."""
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
        f"The slowest page has a p95 of {slowest:.1f} ms (must: ≤ {MUST_MS:g} ms: {_met(slowest <= MUST_MS)}). The "
        f"highest ratio is {ratio:.2f} (must: ≤ {RATIO_MUST:g}: {_met(ratio <= RATIO_MUST)}).\n\n"
        f"Medians of {len(every[0].many)} rounds, in brackets the lowest and the highest. {made.foot()}"
    )


def _met(so: bool) -> str:
    return "met" if so else "missed"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    options = command.parser("portal", "The customers' pages.")
    options.add_argument("--tickets", type=int, default=MANY, help="tickets of the large desk")
    options.add_argument("--requests", type=int, default=REQUESTS, help="requests of each page in a round")
    options.add_argument("--database", choices=DIALECTS, action="append", help="only this one; can be repeated")
    return command.run(
        "portal",
        options,
        arguments,
        lambda given, cores, made: page(
            {
                dialect: measure(cores, dialect, (FEW, given.tickets), given.requests)
                for dialect in given.database or DIALECTS
            },
            (FEW, given.tickets),
            made,
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
