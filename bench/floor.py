"""`make bench ARGS=floor`: the CPU time of the server for ten supervisors who have the page of the floor open.

200 agents hold 1,000 chats, and 10,000 chats were closed today. Each round, 50 chats change. Then a sweep reads the
changes and sends them to the ten supervisors. Half of them see all teams, the other half see two teams. No server runs
and no socket is open: frames are counted instead of sent.

Writes `bench/out/floor.md`. With `--write`, also writes the table into `docs/benchmarks.md`.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import insert, update
from sqlmodel import col

from bench import command, people, processes
from bench.command import Made
from bench.databases import NAMES, opened
from bench.figures import percentile
from bench.processes import Cores
from chat.adapters.tables import ChatRow
from clock import system_clock
from identity.actor import Actor
from routing.agents import Choice
from server.app import App
from server.live.desk import LiveDesk
from server.live.sweeps import Intervals
from server.settings import Settings
from storage.ports import Dialect, Tx

AGENTS, OPEN, CLOSED, CHANGED, ROUNDS, FLOORS = 200, 1_000, 10_000, 50, 60, 10
MUST_PERCENT = 5.0
"""Limit of the CPU time for all open pages of the floor, in percent of a core."""
NEVER_S = 1e6


@dataclass(eq=False)
class Screen:
    """A supervisor's connection. It records the size of each frame that is sent to it, in bytes."""

    actor: Actor
    closed: bool = False
    sizes: list[int] = field(default_factory=list)

    def send_news(self, key: tuple[str, ...], payload: bytes) -> None:
        self.sizes.append(len(payload))


@dataclass(frozen=True)
class Measured:
    """`cpu`: CPU time of each sweep, in ms. `whole`: bytes of the longest first frame. A first frame shows the whole
    floor. `changes`: bytes of each later frame."""

    cpu: Sequence[float]
    whole: int
    changes: Sequence[int]


def measure(cores: Cores, dialect: Dialect, *, closed: int = CLOSED, rounds: int = ROUNDS) -> Measured:
    with processes.data_folder(cores, f"floor-{dialect}") as data, opened(dialect, data) as database:
        processes.migrate(data, database.url)
        people.seed(data, people=AGENTS, team="media", url=database.url)
        return asyncio.run(_looked(people.settings_of(data, database.url), closed, rounds))


async def _looked(settings: Settings, closed: int, rounds: int) -> Measured:
    app = App(settings, intervals=Intervals(**dict.fromkeys(Intervals.__dataclass_fields__, NEVER_S)))
    async with app.opened():
        desk = app.desk
        staff = await desk.storage.read(desk.people.all_staff)
        agents = [person.id for person in staff]
        for first in range(0, OPEN + closed, 500):
            numbers = range(first, min(first + 500, OPEN + closed))
            await desk.storage.write(partial(_add, numbers=numbers, agents=agents))
        for person in staff:
            choice = Choice(staff=person.id, status="available", capacity=8)
            desk.routing.agent_changed(choice.named(person.name or "", person.teams))
            desk.routing.connected(person.id)
        return await _rounds(desk, rounds)


async def _rounds(desk: LiveDesk, rounds: int) -> Measured:
    everything, some = frozenset[str](), frozenset({"media", "prod"})
    screens = [
        Screen(Actor(kind="staff", id=f"s{number}", role="supervisor", teams=some if number % 2 else everything))
        for number in range(FLOORS)
    ]
    for screen in screens:
        await desk.floor_followers.follow(screen, screen.actor, 0)
    whole = max(size for screen in screens for size in screen.sizes)
    # Like a served desk: a collection would go through all that was imported.
    gc.collect()
    gc.freeze()
    cpu = []
    for number in range(rounds):
        await desk.storage.write(partial(_change, number=number))
        before = time.process_time()
        await desk.floor_followers.sweep()
        cpu.append((time.process_time() - before) * 1e3)
    return Measured(cpu, whole, [size for screen in screens for size in screen.sizes[1:]])


def _add(tx: Tx, *, numbers: Sequence[int], agents: Sequence[str]) -> None:
    now = system_clock()
    rows = [row(number, agents[number % len(agents)], now) for number in numbers]
    tx.session.connection().execute(insert(ChatRow), rows)


def row(number: int, agent: str, now: int) -> dict[str, object]:
    """A chat. The first OPEN ones are held by `agent`, the others are closed."""
    active = number < OPEN
    ended = now - (number - OPEN) * 2_500
    began = now - number * 300 if active else ended - 600_000
    return {
        "id": f"01a2233d-95a9-714a-b706-{number:012}",
        "team": ("media", "prod", "tech")[number % 3],
        "state": "active" if active else "closed",
        "customer": f"c{number}",
        "agent": agent,
        "name": "Zoe Northlake",
        "started_at": began,
        "queued_at": began,
        "waiting_since": began,
        "assigned_at": began + 5_000,
        "first_reply_at": began + 9_000,
        "agent_reply_at": began + 9_000,
        "last_at": now,
        "silent_due_at": now + 900_000,
        "closed_at": None if active else ended,
        "closed_reason": None if active else "closed",
    }


def _change(tx: Tx, *, number: int) -> None:
    """Change the next CHANGED chats. Their customers write in the first pass over all chats, their agents answer in the
    second pass, and so on alternately."""
    now = system_clock()
    for at in range(CHANGED):
        chat = (number * CHANGED + at) % OPEN
        wanted = now if number // (OPEN // CHANGED) % 2 == 0 else None
        changed = update(ChatRow).where(col(ChatRow.id) == f"01a2233d-95a9-714a-b706-{chat:012}")
        tx.session.connection().execute(changed.values(reply_owed_since=wanted))


def page(found: Mapping[Dialect, Measured], made: Made) -> str:
    """The figures as Markdown text, to put between the marks of this benchmark in `docs/benchmarks.md`."""
    every_ms = Intervals().floor * 1e3
    rows = "\n".join(
        f"| {NAMES[dialect]} | {percentile(one.cpu, 50):.1f} ms | {percentile(one.cpu, 99):.1f} ms "
        f"| {share(one, every_ms):.1f} % | {one.whole / 1024:.0f} KB | {percentile(one.changes, 50) / 1024:.0f} KB |"
        for dialect, one in found.items()
    )
    met = "met" if all(share(one, every_ms) <= MUST_PERCENT for one in found.values()) else "missed"
    return (
        "| database | CPU time of a look, median | 99th percentile | of a core | whole frame | a change |\n"
        f"|---|---|---|---|---|---|\n{rows}\n\n"
        f"Must: {MUST_PERCENT:g} % of a core for {FLOORS} open floors: {met}. {made.foot()}"
    )


def share(measured: Measured, every_ms: float) -> float:
    """The CPU time of all sweeps, in percent of a core, if there is one sweep every `every_ms`."""
    return 100 * sum(measured.cpu) / (len(measured.cpu) * every_ms)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    options = command.parser("floor", "The supervisors' floor.")
    return command.run_on_each("floor", options, arguments, lambda _, cores, dialect: measure(cores, dialect), page)


if __name__ == "__main__":
    sys.exit(main())
