"""`make bench ARGS=waiting_clock`: the time to run one day's steps of 100,000 waiting tickets, and the delay of
messages, on SQLite and on PostgreSQL.

A ticket has three steps within seven business days. If the tickets began to wait on evenly spread days, three sevenths
of them have a step on any one day. A third of these steps are first reminders, a third second reminders, and a third
auto-solvings. A server on one core runs the steps while a customer chats. The steps of the day run in five parts. All
steps of a part become due at the same time, as after a downtime. The time until the `ok` to a message is measured in
turn: before the part is due (at rest), during the sweep, and then while the letters go out. So other work on the
machine affects all three times alike.

Writes `bench/out/waiting_clock.md`. With `--write`, also writes the table into `docs/benchmarks.md`.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from bench import command, processes
from bench.closing import Line, ms_of, on_line
from bench.command import Made
from bench.databases import DIALECTS, NAMES, Database, opened
from bench.figures import Spread, Void, percentile
from bench.processes import HOURS, TEAM, Cores, Server
from clock import system_clock
from routing.adapters.hours_file import load
from server.live.hours.paces import Paces
from storage.ports import Dialect

TICKETS = 100_000
ROUNDS = 5
MUST_S = 30.0
"""Limit in seconds for the sweep of all due steps."""
DELAY_MUST_MS = 25.0
"""Limit in ms for the delay by the sweep: the 99th percentile of messages during the sweep, minus the 99th percentile
at rest."""
REST_S = 8.0
"""Seconds for which messages are measured before each part is due."""
MAILED_S = 8.0
"""Seconds for which messages are measured while letters go out."""
PAUSE_S = 0.02
SWEEP_MAX_S = 900.0
DAY_MS = 86_400_000
_AT_ONCE = 500
_TICKET = (
    "number status team requester_name requester_email requester_address requester_verified channel created_at"
    " updated_at awaiting_since version solvings flags last_seq last_public_seq size"
)
_WAIT = "ticket team since step due reminder_1 reminder_2 auto_solve letter calendar state"


@dataclass(frozen=True)
class Round:
    """Latencies of messages in ms: at rest, during the sweep, and while letters go out."""

    rest: Sequence[float]
    swept: Sequence[float]
    mailed: Sequence[float]
    sweep_s: float
    steps: int

    @property
    def delay_ms(self) -> float:
        return percentile(self.swept, 99) - percentile(self.rest, 99)


class Part(NamedTuple):
    """The tickets from `first` to `last`."""

    first: int
    last: int


def due_of(tickets: int) -> int:
    """The number of steps that are due on one day among this many tickets."""
    return tickets * 3 // 7


def parts(tickets: int, rounds: int) -> list[Part]:
    """The tickets that have a step on this day, in parts of about the same size."""
    due = due_of(tickets)
    return [Part(due * place // rounds + 1, due * (place + 1) // rounds) for place in range(rounds)]


def fill(database: Database, calendar: str, tickets: int) -> None:
    """Add the tickets. No step is due before the next day."""
    began = system_clock() - 8 * DAY_MS
    for first in range(1, tickets + 1, 10_000):
        numbers = range(first, min(first + 10_000, tickets + 1))
        database.add("tickets", _TICKET.split(), list(_tickets(numbers, began)))
        database.add("ticket_waits", _WAIT.split(), list(_waits(numbers, began, calendar)))


def _tickets(numbers: Sequence[int], began: int) -> Iterator[tuple[object, ...]]:
    for number in numbers:
        address = f"customer{number}@northlake.example"
        asked = ("Ana", address, address, True)
        yield number, "awaiting_reply", TEAM, *asked, "form", began, began, began, 1, 0, "", 0, 0, 0


def _waits(numbers: Sequence[int], began: int, calendar: str) -> Iterator[tuple[object, ...]]:
    at = system_clock() + DAY_MS
    for number in numbers:
        step = ("reminder_1", "reminder_2", "auto_solve")[number % 3]
        yield number, TEAM, began, step, at, at, at, at, None, calendar, "running"


class Day:
    """The steps of one day on a running server."""

    def __init__(self, database: Database, rest_s: float, mailed_s: float) -> None:
        self._database = database
        self._rest_s, self._mailed_s = rest_s, mailed_s

    async def rounds(self, server: Server, each: Sequence[Part]) -> list[Round]:
        assert server.tokens is not None
        talking = server.tokens.read_text().split()[0]
        async with on_line(server, "staff", talking) as other, on_line(server, "customer") as customer:
            await other.ask("presence.set", status="available")
            chat = (await customer.ask("chat.start", team=TEAM, text="Good morning"))["chat"]
            await other.assigned()
            return [await self._round(part, customer, chat) for part in each]

    async def _round(self, part: Part, customer: Line, chat: object) -> Round:
        due = await asyncio.to_thread(self._plan, part)
        rest = await _talk(customer, chat, lambda: system_clock() < due)
        began = time.monotonic()
        swept = await _talk(customer, chat, lambda: self._count(f"ticket_waits WHERE due <= {due}") > 0)
        took, until = time.monotonic() - began, time.monotonic() + self._mailed_s
        mailed = await _talk(
            customer, chat, lambda: time.monotonic() < until and self._count("letters WHERE state = 'waiting'") > 0
        )
        await asyncio.to_thread(self._forget_letters)
        found = Round(rest, swept, mailed, took, part.last - part.first + 1)
        print(f"{found.steps} steps in {took:.1f} s, delay {found.delay_ms:.1f} ms", file=sys.stderr)
        return found

    def _plan(self, part: Part) -> int:
        """Make the steps of a part due after the time at rest. Returns the moment at which they are due."""
        due = system_clock() + int(self._rest_s * 1000)
        dates = ", ".join(f"{name} = {due}" for name in ("due", "reminder_1", "reminder_2", "auto_solve"))
        for first in range(part.first, part.last + 1, _AT_ONCE):
            last = min(first + _AT_ONCE - 1, part.last)
            self._database.execute(f"UPDATE ticket_waits SET {dates} WHERE ticket BETWEEN {first} AND {last}")
        return due

    def _forget_letters(self) -> None:
        """Mark the letters that are not sent yet as accepted, so that the next round starts at rest."""
        accepted = f"state = 'accepted', settled_at = {system_clock()}"
        self._database.execute(f"UPDATE letters SET {accepted} WHERE state = 'waiting' AND claimed_until IS NULL")

    def _count(self, what: str) -> int:
        ((found,),) = self._database.rows(f"SELECT count(*) FROM {what}")
        return int(str(found))


async def _talk(customer: Line, chat: object, goes_on: Callable[[], bool]) -> list[float]:
    """Send messages, one after the other, until `goes_on` returns False. Returns their latencies in ms."""
    found: list[float] = []
    looked = ended = time.monotonic()
    while True:
        found.append(await ms_of(customer, chat))
        await asyncio.sleep(PAUSE_S)
        if time.monotonic() - looked > 0.25:
            looked = time.monotonic()
            if looked - ended > SWEEP_MAX_S:
                raise Void(f"the sweep did not end within {SWEEP_MAX_S:.0f} s")
            if not goes_on():
                return found


def measure(
    cores: Cores,
    dialect: Dialect,
    tickets: int = TICKETS,
    rounds: int = ROUNDS,
    rest_s: float = REST_S,
    mailed_s: float = MAILED_S,
) -> list[Round]:
    folder = cores.out / f"waiting-{dialect}"
    shutil.rmtree(folder, ignore_errors=True)
    data = folder / "data"
    data.mkdir(mode=0o700, parents=True)
    try:
        with opened(dialect, data) as database:
            processes.fill(data, database.url, agents=1)
            fill(database, _calendar(cores), tickets)
            more = processes.database_settings(database.url)
            with processes.serving(cores, data, more=more) as server:
                return asyncio.run(Day(database, rest_s, mailed_s).rounds(server, parts(tickets, rounds)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _calendar(cores: Cores) -> str:
    """The team's calendar. It is stored with the added waits, because the server recomputes waits that were computed
    with another calendar."""
    hours = cores.out / "waiting-hours.yaml"
    hours.write_text(HOURS)
    desk = load(hours)
    pace = Paces(lambda: desk).of(TEAM)
    assert pace is not None
    return pace.calendar


def page(found: Mapping[Dialect, Sequence[Round]], made: Made) -> str:
    """The figures as Markdown text, to put between the marks of this benchmark in `docs/benchmarks.md`."""
    rows = "\n".join(
        f"| {NAMES[dialect]} | {name} | {Spread.of([median(of(each)) for each in rounds]):.1f} ms "
        f"| {Spread.of([percentile(of(each), 99) for each in rounds]):.1f} ms "
        f"| {median(median(of(each)) / median(each.rest) for each in rounds):.1f} |"
        for dialect, rounds in found.items()
        for name, of in _KINDS.items()
    )
    ends = "\n\n".join(f"{NAMES[dialect]}: {_verdict(rounds)}" for dialect, rounds in found.items())
    count = len(next(iter(found.values())))
    return (
        f"| database | messages | median | 99th percentile | median, divided by the one at rest |\n"
        f"|---|---|---|---|---|\n{rows}\n\n{ends}\n\n"
        f"Medians of {count} rounds, in brackets the lowest and the highest. {made.foot()}"
    )


_KINDS: Mapping[str, Callable[[Round], Sequence[float]]] = {
    "at rest": lambda each: each.rest,
    "during the sweep": lambda each: each.swept,
    "while the letters go out": lambda each: each.mailed,
}


def _verdict(rounds: Sequence[Round]) -> str:
    sweep_s, delay = sum(each.sweep_s for each in rounds), Spread.of([each.delay_ms for each in rounds])
    return (
        f"the sweep of {sum(each.steps for each in rounds):,} steps took {sweep_s:.1f} s (must: ≤ {MUST_S:g} s: "
        f"{_met(sweep_s <= MUST_S)}). During the sweep, the 99th percentile is {delay:.1f} ms above the one at rest "
        f"(must: ≤ {DELAY_MUST_MS:g} ms: {_met(delay.median <= DELAY_MUST_MS)})."
    )


def _met(so: bool) -> str:
    return "met" if so else "missed"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    options = command.parser("waiting_clock", "A day's sweep.")
    options.add_argument("--tickets", type=int, default=TICKETS, help="waiting tickets")
    options.add_argument("--database", choices=DIALECTS, action="append", help="only this one; can be repeated")
    return command.run_on_each(
        "waiting_clock", options, arguments, lambda given, cores, dialect: measure(cores, dialect, given.tickets), page
    )


if __name__ == "__main__":
    sys.exit(main())
