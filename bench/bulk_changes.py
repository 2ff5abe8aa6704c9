"""`make bench ARGS=bulk`: how long a bulk change of 1,000 tickets takes, and how long messages wait meanwhile.

An agent changes 1,000 tickets as the page does: one call after the other, each with 200 numbers. Each change sets
another priority and adds a tag. Meanwhile a customer of another agent sends one message after the
other. The same messages are measured at rest before each change.

Writes `bench/out/bulk.md`. With `--write`, also writes the table into `docs/benchmarks.md`.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench import command, processes
from bench.caller import Caller
from bench.closing import Line, ms_of, on_line
from bench.command import Made
from bench.databases import NAMES, opened
from bench.figures import Spread, Void, percentile
from bench.processes import TEAM, Cores, Server
from bench.two_sizes import met
from storage.ports import Dialect
from ticketing.bulk import NUMBERS_MAX

TICKETS, ROUNDS = 1_000, 7
MUST_S = 3.0
MUST_MS = 25.0
"""Limit in ms for the delay of messages, as the 99th percentile during a change minus the median at rest."""
AT_REST = 100
"""Number of messages before each change."""
_PRIORITIES = ("high", "low")


@dataclass
class Taken:
    """Durations of the changes in s, and latencies of messages in ms."""

    changes: list[float] = field(default_factory=list)
    rest: list[float] = field(default_factory=list)
    during: list[float] = field(default_factory=list)
    slowest: list[float] = field(default_factory=list)
    """The slowest message during each change."""

    @property
    def delay_ms(self) -> float:
        return percentile(self.during, 99) - percentile(self.rest, 50)


class _Staff(Caller):
    """An agent who opens and changes tickets."""

    def open_ticket(self, number: int) -> object:
        requester = {"name": f"Customer {number}", "email": f"customer{number}@northlake.example"}
        return self.post(
            "/api/tickets", {"team": TEAM, "text": f"Question {number}", "requester": requester, "status": "open"}
        )["number"]

    def change(self, numbers: Sequence[object], wanted: Mapping[str, object]) -> None:
        """Change all these tickets, in calls of 200 numbers."""
        changed = 0
        for at in range(0, len(numbers), NUMBERS_MAX):
            found = self.post("/api/tickets/bulk", {"numbers": numbers[at : at + NUMBERS_MAX], "change": wanted})
            done = found["done"]
            assert isinstance(done, list)
            changed += len(done)
        if changed != len(numbers):
            raise Void(f"{changed} of {len(numbers)} tickets were changed")


def measure(cores: Cores, dialect: Dialect, *, tickets: int = TICKETS, rounds: int = ROUNDS) -> Taken:
    with processes.data_folder(cores, f"bulk-{dialect}") as data, opened(dialect, data) as database:
        processes.fill(data, database.url, agents=2)
        more = processes.database_settings(database.url)
        with processes.serving(cores, data, more=more) as server:
            return asyncio.run(_taken(server, tickets, rounds))


async def _taken(server: Server, tickets: int, rounds: int) -> Taken:
    assert server.tokens is not None
    changing, talking = server.tokens.read_text().split()[:2]
    taken = Taken()
    with _Staff(server.port, changing) as caller:
        numbers = await asyncio.to_thread(lambda: [caller.open_ticket(number) for number in range(tickets)])
        async with on_line(server, "staff", talking) as agent, on_line(server, "customer") as customer:
            await agent.ask("presence.set", status="available")
            chat = (await customer.ask("chat.start", team=TEAM, text="Good morning"))["chat"]
            await agent.assigned()
            for number in range(rounds):
                wanted = {"priority": _PRIORITIES[number % 2], "add_tags": [f"round-{number}"]}
                taken.rest += [await ms_of(customer, chat) for _ in range(AT_REST)]
                await _one(caller, numbers, wanted, customer, chat, taken)
    return taken


async def _one(
    caller: _Staff,
    numbers: Sequence[object],
    wanted: Mapping[str, object],
    customer: Line,
    chat: object,
    taken: Taken,
) -> None:
    began = time.perf_counter()
    change = asyncio.create_task(asyncio.to_thread(caller.change, numbers, wanted))
    change.add_done_callback(lambda _: taken.changes.append(time.perf_counter() - began))
    during = []
    while not change.done():
        during.append(await ms_of(customer, chat))
    await change
    taken.during += during
    taken.slowest.append(max(during))


def page(found: Mapping[Dialect, Taken], made: Made) -> str:
    """The figures as Markdown text, to put between the marks of this benchmark in `docs/benchmarks.md`."""
    rows = "\n".join(
        f"| {NAMES[dialect]} | {Spread.of(taken.changes):.1f} s | {percentile(taken.rest, 50):.1f} ms "
        f"| {percentile(taken.during, 50):.1f} ms | {percentile(taken.during, 99):.1f} ms "
        f"| {Spread.of(taken.slowest):.1f} ms | {taken.delay_ms:+.1f} ms |"
        for dialect, taken in found.items()
    )
    fast = all(Spread.of(taken.changes).median <= MUST_S for taken in found.values())
    quiet = all(taken.delay_ms <= MUST_MS for taken in found.values())
    rounds = len(next(iter(found.values())).changes)
    return (
        "| database | change of 1,000 tickets | a message at rest | during the change | 99th percentile | slowest "
        f"of a change | delay |\n|---|---|---|---|---|---|---|\n{rows}\n\n"
        f"Must: {MUST_S:g} s ({met(fast)}), and a delay of {MUST_MS:g} ms ({met(quiet)}). The delay is the 99th "
        f"percentile during a change minus the median at rest.\n\n"
        f"Medians of {rounds} changes, in brackets the lowest and the highest. {made.foot()}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    options = command.parser("bulk", "Bulk changes of tickets, and messages meanwhile.")
    options.add_argument("--rounds", type=int, default=ROUNDS)

    def measured(given: argparse.Namespace, cores: Cores, dialect: Dialect) -> Taken:
        return measure(cores, dialect, rounds=given.rounds)

    return command.run_on_each("bulk", options, arguments, measured, page)


if __name__ == "__main__":
    sys.exit(main())
