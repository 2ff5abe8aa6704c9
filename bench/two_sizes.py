"""Response times of pages on two desks of different sizes, measured in turn.

Both desks run at the same time on one core. A program requests each page from both desks in turn, over one connection
each. So other work on the machine affects both desks alike. The ratio of the two times shows whether a page becomes
slower as the desk grows.

The desks are built once by `bench/seed.py`, and kept in `bench/out/large`.
"""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field

from bench import command, hours, processes
from bench.command import Made
from bench.databases import DIALECTS, Database
from bench.figures import Spread, Void, percentile
from bench.processes import Cores, Server
from bench.seed import Large
from storage.ports import Dialect

FEW, MANY = 10_000, 1_000_000
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Page:
    """A page. `token` is the bearer token of the person who opens it. `shows` is a text that a correct answer has."""

    name: str
    path: str
    token: str
    shows: str


@dataclass(slots=True)
class Taken:
    """The 95th percentiles of one page in ms, one per round: of the small desk and of the large one."""

    name: str
    few: list[float] = field(default_factory=list)
    many: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> Spread:
        return Spread.of([many / few for few, many in zip(self.few, self.many, strict=True)])


class Visitor:
    """Requests pages from one server over one connection."""

    def __init__(self, server: Server) -> None:
        self.port = server.port
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)

    def ms_of(self, page: Page) -> float:
        """The response time of a page. Raises Void for a wrong answer."""
        began = time.perf_counter()
        self._connection.request("GET", page.path, headers={"Authorization": f"Bearer {page.token}"})
        response = self._connection.getresponse()
        body = response.read()
        took = (time.perf_counter() - began) * 1e3
        if response.status != 200 or page.shows not in body.decode():
            raise Void(f"{page.name}: {response.status}, without {page.shows!r}: {body.decode()[:300]}")
        return took

    def close(self) -> None:
        self._connection.close()


@contextmanager
def visiting(cores: Cores, desk: Large, database: Database) -> Iterator[Visitor]:
    """Runs the desk during the `with` block. Yields a visitor of it. `database` is the desk's."""
    own = Cores(cores.server, cores.driver, desk.folder)
    more = processes.database_settings(database.url)
    with processes.serving(own, desk.data, hours.HOURS.read_text(), more=more) as server:
        visitor = Visitor(server)
        try:
            yield visitor
        finally:
            visitor.close()


Visited = Callable[[Cores, Dialect, int], AbstractContextManager[tuple[Visitor, Sequence[Page]]]]
"""Runs a desk with this many tickets. Yields a visitor and the pages to measure."""


def measure(
    visited: Visited,
    cores: Cores,
    dialect: Dialect,
    sizes: tuple[int, int],
    requests: int,
    rounds: int = ROUNDS,
) -> list[Taken]:
    """Measure the pages of two desks with this many tickets."""
    with ExitStack() as stack:
        few, many = (stack.enter_context(visited(cores, dialect, size)) for size in sizes)
        return in_turn(few, many, requests, rounds)


def run(
    name: str,
    about: str,
    visited: Visited,
    requests: int,
    page: Callable[[Mapping[Dialect, Sequence[Taken]], tuple[int, int], Made], str],
    arguments: Sequence[str] | None,
) -> int:
    """Run a benchmark of two desks and return the exit status. `requests` of each page are made in a round. `page`
    returns the figures as Markdown text."""
    options = command.parser(name, about)
    options.add_argument("--tickets", type=int, default=MANY, help="tickets of the large desk")
    options.add_argument("--requests", type=int, default=requests, help="requests of each page in a round")
    options.add_argument("--database", choices=DIALECTS, action="append", help="only this one; can be repeated")
    return command.run(
        name,
        options,
        arguments,
        lambda given, cores, made: page(
            {
                dialect: measure(visited, cores, dialect, (FEW, given.tickets), given.requests)
                for dialect in given.database or DIALECTS
            },
            (FEW, given.tickets),
            made,
        ),
    )


def in_turn(
    few: tuple[Visitor, Sequence[Page]], many: tuple[Visitor, Sequence[Page]], requests: int, rounds: int
) -> list[Taken]:
    """Request each page from both desks in turn: `requests` times in a round, after one request that does not count."""
    found = []
    for small, large in zip(few[1], many[1], strict=True):
        taken = Taken(small.name)
        few[0].ms_of(small), many[0].ms_of(large)
        for _ in range(rounds):
            pairs = [(few[0].ms_of(small), many[0].ms_of(large)) for _ in range(requests)]
            taken.few.append(percentile([ms for ms, _ in pairs], 95))
            taken.many.append(percentile([ms for _, ms in pairs], 95))
        print(f"{taken.name}: {Spread.of(taken.few):.1f} {Spread.of(taken.many):.1f}", file=sys.stderr)
        found.append(taken)
    return found


def met(so: bool) -> str:
    return "met" if so else "missed"
