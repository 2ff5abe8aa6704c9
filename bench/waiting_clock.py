"""`make bench ARGS=waiting_clock`: the time to run one day's steps of 100,000 waiting tickets, and the delay of
messages.

A ticket has three steps within seven business days. So on one day, three sevenths of the tickets have a step. Here, all
steps of a day are due at once, as after a day of downtime. Each of the three steps is due for a third of these tickets.
A server on one core runs the steps while a customer chats. The time until the `ok` to a message is compared with the
same time at rest.

Writes `bench/out/waiting_clock.md`. With `--write`, also writes the table into `docs/benchmarks.md`.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench import command, processes
from bench.closing import Line, ms_of, on_line
from bench.command import Made
from bench.figures import Void
from bench.processes import HOURS, TEAM, Cores, Server
from clock import system_clock
from routing.adapters.hours_file import load
from server.live.paces import Paces

TICKETS = 100_000
MUST_S = 30.0
"""Limit in seconds for the sweep of all due steps."""
DELAY_MUST_MS = 25.0
"""Limit in ms for the delay by the sweep: the 99th percentile during the sweep, minus the median at rest."""
BEFORE_S = 30.0
"""The steps are due this many seconds after the tickets were added. Until then messages are measured at rest."""
PAUSE_S = 0.02
SWEEP_MAX_S = 900.0
DAY_MS = 86_400_000
_TICKET = (
    "INSERT INTO tickets (number, status, team, requester_name, requester_email, requester_address, requester_verified,"
    " channel, created_at, updated_at, awaiting_since, version, solvings, flags, last_seq, last_public_seq, size)"
    " VALUES (?, 'awaiting_reply', ?, 'Ana', ?, ?, 1, 'form', ?, ?, ?, 1, 0, '', 0, 0, 0)"
)
_WAIT = (
    "INSERT INTO ticket_waits (ticket, team, since, step, due, reminder_1, reminder_2, auto_solve, letter, calendar,"
    " state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'running')"
)


@dataclass(frozen=True)
class Measured:
    """Latencies of messages in ms: at rest (`rest`) and during the sweep (`swept`). The duration of the sweep is in
    seconds."""

    rest: Sequence[float]
    swept: Sequence[float]
    sweep_s: float
    steps: int


def due_of(tickets: int) -> int:
    """The number of steps that are due on one day among this many tickets."""
    return tickets * 3 // 7


def fill(data: Path, tickets: int, before_s: float) -> int:
    """Add the tickets. A day's steps are due at the returned moment, the others within the following week."""
    hours = data.with_name("hours.yaml")
    hours.write_text(HOURS)
    desk = load(hours)
    pace = Paces(lambda: desk).of(TEAM)
    assert pace is not None
    began = system_clock() - 8 * DAY_MS
    with closing(sqlite3.connect(data / "switchboard.db")) as connection, connection:
        connection.executemany(_TICKET, _tickets(tickets, began))
        due = system_clock() + int(before_s * 1000)
        connection.executemany(_WAIT, _waits(tickets, began, due, pace.calendar))
    return due


def _tickets(tickets: int, began: int) -> Iterator[tuple[object, ...]]:
    for number in range(1, tickets + 1):
        address = f"customer{number}@northlake.example"
        yield number, TEAM, address, address, began, began, began


def _waits(tickets: int, began: int, due: int, calendar: str) -> Iterator[tuple[object, ...]]:
    for number in range(1, tickets + 1):
        step = ("reminder_1", "reminder_2", "auto_solve")[number % 3]
        at = due if number <= due_of(tickets) else due + number * DAY_MS * 7 // tickets
        yield number, TEAM, began, step, at, at, at, at, None, calendar


async def _measured(server: Server, database: Path, due: int, steps: int) -> Measured:
    assert server.tokens is not None
    talking = server.tokens.read_text().split()[0]
    async with on_line(server, "staff", talking) as other, on_line(server, "customer") as customer:
        await other.ask("presence.set", status="available")
        chat = (await customer.ask("chat.start", team=TEAM, text="Good morning"))["chat"]
        await other.assigned()
        with closing(sqlite3.connect(database, timeout=30)) as connection:
            rest = await _talk(customer, chat, lambda: system_clock() < due)
            began = time.monotonic()
            swept = await _talk(customer, chat, lambda: _left(connection, due) > 0)
            return Measured(rest, swept, time.monotonic() - began, steps)


async def _talk(customer: Line, chat: object, goes_on: Callable[[], bool]) -> list[float]:
    """The latencies in ms of messages that are sent as long as `goes_on` returns true."""
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


def _left(connection: sqlite3.Connection, due: int) -> int:
    found: int = connection.execute("SELECT count(*) FROM ticket_waits WHERE due <= ?", (due,)).fetchone()[0]
    return found


def measure(cores: Cores, tickets: int = TICKETS, before_s: float = BEFORE_S) -> Measured:
    seeded = cores.out / "seeded-waiting"
    processes.new_desk(seeded, agents=1)
    with processes.copy_of(seeded) as data:
        due = fill(data, tickets, before_s)
        with processes.serving(cores, data) as server:
            return asyncio.run(_measured(server, data / "switchboard.db", due, due_of(tickets)))


def page(measured: Measured, made: Made) -> str:
    """The text to put between the marks of `docs/benchmarks.md`."""
    rest, swept = sorted(measured.rest), sorted(measured.swept)
    rows = "\n".join(
        f"| {name} | {len(found):,} | {found[len(found) // 2]:.1f} ms | {found[len(found) * 99 // 100]:.1f} ms "
        f"| {found[-1]:.1f} ms |"
        for name, found in (("at rest", rest), ("during the sweep", swept))
    )
    delay = swept[len(swept) * 99 // 100] - rest[len(rest) // 2]
    met = "met" if measured.sweep_s <= MUST_S and delay <= DELAY_MUST_MS else "missed"
    return (
        f"| messages | count | median | 99th percentile | slowest |\n|---|---|---|---|---|\n{rows}\n\n"
        f"The sweep of {measured.steps:,} steps took {measured.sweep_s:.1f} s. Must: {MUST_S:g} s, and the 99th "
        f"percentile at most {DELAY_MUST_MS:g} ms above the median at rest: {met}. {made.foot()}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    options = command.parser("waiting_clock", "A day's sweep.")
    options.add_argument("--tickets", type=int, default=TICKETS, help="waiting tickets")
    return command.run(
        "waiting_clock", options, arguments, lambda given, cores, made: page(measure(cores, given.tickets), made)
    )


if __name__ == "__main__":
    sys.exit(main())
