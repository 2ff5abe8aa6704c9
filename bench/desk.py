"""`make bench-desk`: the cost of deciding whether a team is open, and the response times of ticket lists.

The lists are requested over HTTP from a desk with 100,000 tickets, as the pages do, one request after the other. Writes
`bench/out/desk.json` and `desk.md`. With `--write`, also writes the tables into `docs/benchmarks.md`.

Exits with 0 if the figures are valid, and with 1 if they are void, because an answer was wrong or a view was empty.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from bench import figures, hours, machine, processes
from bench.figures import Void, percentile
from bench.hours import Decisions
from bench.processes import OUT, Cores, Server
from bench.tickets import Seeded, seed, seed_first_version

PAGE = processes.HERE.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures: written by `make bench-desk` -->", "<!-- end of figures of `make bench-desk` -->"
DECISION_MUST_US = 20
LIST_MUST_MS = 30
WORK = (("status", "open"), ("status", "awaiting_reply"), ("status", "fixed_pending_rca"))
LOAD_MAX = 1.0
"""Above this load average, the figures are marked as doubtful."""
DEEP = 20_000
"""The page that is measured deep in the list begins after this many tickets."""

Who = Literal["agent", "supervisor", "customer", "coordinator"]
Parameters = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The size of a run."""

    tickets: int
    requests: int
    """Number of requests of each view."""
    decisions: int
    deep: int


FULL = Plan(tickets=100_000, requests=100, decisions=200_000, deep=DEEP)
QUICK = Plan(tickets=100_000, requests=20, decisions=20_000, deep=2_000)


@dataclass(frozen=True, slots=True)
class View:
    """A list of tickets, and the person who opens it."""

    who: Who
    name: str
    query: Parameters = ()
    path: str = "/api/tickets"


@dataclass(frozen=True, slots=True)
class Taken:
    """Durations of a view's requests in ms, and the number of tickets on the page."""

    view: View
    tickets: int | None
    p50_ms: float
    p95_ms: float
    worst_ms: float


@dataclass(frozen=True, slots=True)
class Result:
    """The results of one run. `load` is the load average before the run."""

    load: float
    decisions: Decisions
    views: tuple[Taken, ...]
    migration_s: float
    migrated: int
    database_mb: float

    def record(self, command: str, where: dict[str, str]) -> dict[str, object]:
        """All measurements, as JSON."""
        return {"command": command, "machine": where, **asdict(self)}


def views(seeded: Seeded) -> Iterator[View]:
    """The views to measure: ticket lists that pages or programs request, for an agent, a supervisor, a customer and a
    coordinator."""
    for who in ("agent", "supervisor"):
        yield View(who, "all open work", WORK)
        yield View(who, "nobody's yet", (*WORK, ("assignee", "nobody")))
        yield View(who, "awaiting reply", (("status", "awaiting_reply"),))
        yield View(who, "pending RCA", (("status", "fixed_pending_rca"),))
        for flag in ("confirmed", "not_fixed", "no_address", "unreachable"):
            yield View(who, f"flag: {flag}", (("flags", flag),))
        yield View(who, "solved", (("status", "solved"),))
        yield View(who, "all tickets")
        yield View(who, "work, longest unchanged", (*WORK, ("sort", "updated_at")))
        yield View(who, "all, newest first", (("sort", "-created_at"),))
        yield View(who, "one team, one product", (("team", "tech"), ("product", "Lumina")))
        yield View(who, "code fix, by number", (("resolution", "code_fix"), ("sort", "number")))
        yield View(who, "of one requester", (("requester", seeded.requester),))
        yield View(who, "words: a common one", (("q", seeded.common),))
        yield View(who, "words: a rare one", (("q", seeded.rare),))
        yield View(who, "words: two, in open work", (("q", f"{seeded.common} {seeded.rare[:3]}"), *WORK))
        yield View(who, "words: a beginning", (("q", seeded.rare[:2]),))
        yield View(who, "counts", path="/api/tickets/counts")
    yield View("agent", "yours", (*WORK, ("assignee", seeded.agent_id)))
    yield View("agent", "had by you, ever", (("assignee", seeded.agent_id),))
    yield View("customer", "their own")
    yield View("coordinator", "their company's")
    yield View("coordinator", "words: a common one", (("q", seeded.common),))


def measure(plan: Plan, cores: Cores) -> Result:
    """Run the plan. Raises Void if a figure would be meaningless."""
    load = os.getloadavg()[0]
    decisions = hours.measure(plan.decisions)
    migration_s, database_mb = _migration(plan.tickets, cores.out / "first")
    _say(f"migrated in {migration_s:.1f} s")
    data = cores.out / "desk"
    processes.new_desk(data, agents=0)
    try:
        seeded = seed(data, plan.tickets)
        _say(f"{plan.tickets:,} tickets are there")
        with processes.switchboard(cores, data, hours.HOURS.read_text()) as server:
            taken = tuple(_measure(server, seeded, plan))
    finally:
        shutil.rmtree(data)
    return Result(load, decisions, taken, migration_s, plan.tickets, database_mb)


def _measure(server: Server, seeded: Seeded, plan: Plan) -> Iterator[Taken]:
    with _asking(server, seeded) as ask:
        for view in views(seeded):
            yield take(view, ask, plan.requests)
        for who in ("agent", "supervisor"):
            cursor = _deep(who, ask, plan.deep)
            yield take(View(who, f"all, after {plan.deep:,}", (("cursor", cursor),)), ask, plan.requests)


Ask = Callable[[View], tuple[float, dict[str, object]]]


@contextmanager
def _asking(server: Server, seeded: Seeded) -> Iterator[Ask]:
    """Yields a function that requests a view over a persistent connection, and returns the duration in ms and the
    answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)

    def ask(view: View) -> tuple[float, dict[str, object]]:
        headers = {"Authorization": f"Bearer {getattr(seeded, view.who)}"}
        address = f"{view.path}?{urlencode(view.query)}"
        begun = time.perf_counter()
        connection.request("GET", address, headers=headers)
        response = connection.getresponse()
        body = response.read()
        took = (time.perf_counter() - begun) * 1e3
        if response.status != 200:
            raise Void(f"{view.who}, {view.name}: {response.status} {body.decode()[:200]}")
        answer: dict[str, object] = json.loads(body)
        return took, answer

    try:
        yield ask
    finally:
        connection.close()


def take(view: View, ask: Ask, requests: int) -> Taken:
    """Request a view several times and return the durations. Raises Void if it has no ticket."""
    _, answer = ask(view)
    listed = answer.get("tickets")
    count = len(listed) if isinstance(listed, list) else None
    if count == 0:
        raise Void(f"{view.who}, {view.name}: no ticket: nothing was measured")
    took = [ask(view)[0] for _ in range(requests)]
    taken = Taken(view, count, percentile(took, 50), percentile(took, 95), max(took))
    _say(f"{view.who:>11}: {view.name:<26} p50 {taken.p50_ms:6.1f} ms, p95 {taken.p95_ms:6.1f} ms, {count}")
    return taken


def _deep(who: Who, ask: Ask, after: int) -> str:
    """The cursor of the page that begins after the first `after` tickets."""
    cursor: tuple[tuple[str, str], ...] = ()
    for _ in range(after // 200):
        _, answer = ask(View(who, "on the way", (("limit", "200"), *cursor)))
        if not isinstance(answer["next"], str):
            raise Void(f"{who}: there are not {after:,} tickets")
        cursor = (("cursor", answer["next"]),)
    return cursor[0][1]


def _migration(count: int, data: Path) -> tuple[float, float]:
    """A pair: the seconds that `switchboard migrate` takes for a desk of the first version, and the size of the desk's
    database in MB."""
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    try:
        database = data / "switchboard.db"
        seed_first_version(f"sqlite:///{database}", count)
        size = database.stat().st_size / 1e6
        begun = time.monotonic()
        processes.migrate(data)
        return time.monotonic() - begun, size
    finally:
        shutil.rmtree(data)


def page(result: Result, command: str, where: dict[str, str]) -> str:
    """The figures as Markdown text, to put between the marks of this benchmark in `docs/benchmarks.md`."""
    decisions, worst = result.decisions, max(taken.p95_ms for taken in result.views)
    facts = "\n".join(f"- {name}: {fact}" for name, fact in where.items())
    busy = "" if result.load <= LOAD_MAX else " **That is too much: measure again while nothing else runs.**"
    rows = "\n".join(
        f"| {taken.view.who} | {taken.view.name} | {'' if taken.tickets is None else taken.tickets} "
        f"| {taken.p50_ms:.1f} | {taken.p95_ms:.1f} | {taken.worst_ms:.1f} |"
        for taken in result.views
    )
    return (
        "| | median | p99 | must |\n|---|---|---|---|\n"
        f"| is a team open, and until when | {decisions.median_us:.1f} µs | {decisions.p99_us:.1f} µs "
        f"| ≤ {DECISION_MUST_US} µs: {_met(decisions.p99_us <= DECISION_MUST_US)} |\n\n"
        f"Over {decisions.count:,} moments of the coming year; the first decision about a schedule, which computes a "
        f"year of it, takes {decisions.first_ms:.1f} ms.\n\n"
        f"The ticket list at {result.migrated:,} tickets, over HTTP: the slowest view has a p95 of {worst:.1f} ms "
        f"(must: ≤ {LIST_MUST_MS} ms: {_met(worst <= LIST_MUST_MS)}).\n\n"
        "| who | looks at | tickets on the page | p50 ms | p95 ms | slowest ms |\n|---|---|---|---|---|---|\n"
        f"{rows}\n\n"
        f"`switchboard migrate` brings a desk of the first version with {result.migrated:,} tickets, as many chats "
        f"and {result.database_mb:,.0f} MB to the newest in {result.migration_s:.0f} s.\n\n"
        f"Made by `{command}`; the load average was {result.load:.2f} before.{busy}\n\n{facts}\n"
    )


def _met(so: bool) -> str:
    return "met" if so else "missed"


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.desk", description="Hours and tickets.")
    parser.add_argument("--quick", action="store_true", help="fewer requests; not for the docs")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    parser.add_argument("--server-core", type=int, default=0, metavar="N")
    parser.add_argument("--driver-core", type=int, default=1, metavar="N")
    given = parser.parse_args(arguments)
    command = " ".join(["python -m bench.desk", *(arguments if arguments is not None else sys.argv[1:])])
    random.seed(0)
    try:
        OUT.mkdir(exist_ok=True)
        os.sched_setaffinity(0, {given.driver_core})
        where = machine.describe(OUT)
        result = measure(QUICK if given.quick else FULL, Cores(given.server_core, given.driver_core))
    except Void as reason:
        print(f"void: {reason}", file=sys.stderr)
        return 1
    _keep(result, command, where, write=given.write)
    return 0


def _keep(result: Result, command: str, where: dict[str, str], *, write: bool) -> None:
    text = page(result, command, where)
    Path(OUT, "desk.json").write_text(json.dumps(result.record(command, where), indent=1) + "\n")
    Path(OUT, "desk.md").write_text(text)
    if write:
        PAGE.write_text(figures.put_between_marks(PAGE.read_text(), text, BEGIN, END))
    print(text)


if __name__ == "__main__":
    sys.exit(main())
