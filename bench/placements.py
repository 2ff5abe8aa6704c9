"""`make bench ARGS=placements`: chats placed per second by two processes on PostgreSQL.

CHATS chats wait for AGENTS agents who are away. One process has started the chats, and the other one leads: it has read
them after their wake-ups, and the agents are connected to it. Then all agents become available at once. Transactions
decide the placements. The figure is from the commit by which the agents are available until the last chat has an agent.
No server runs and no socket is open: frames are counted instead of sent. The leading process has a core of its own.

Writes `bench/out/placements.md`. With `--write`, also writes the table into `docs/benchmarks.md`.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import uvloop
from sqlalchemy import text
from uuid_utils import uuid7

from bench import command, people, processes
from bench.command import Made
from bench.databases import opened
from bench.figures import Spread, Void
from bench.processes import HOURS, TEAM, Cores
from chat.frames.customer_commands import ChatStart
from chat.ports import Stamp
from chat.starting import Joining, Surroundings
from clock import system_clock
from identity.actor import Actor
from routing.adapters import store
from routing.agents import Status
from server.app import App
from server.live.desk import LiveDesk
from server.settings import Settings
from storage.ports import Tx

CHATS, AGENTS, CAPACITY, ROUNDS = 1_000, 200, 5, 3
AIM = 5_000
"""Placements per second."""
AT_ONCE = 50
"""Chats that are started in one transaction."""
WAIT_S = 120


@dataclass(eq=False)
class Screen:
    """Implements `chat.adapters.peer.Peer`: an agent's connection, which counts its frames."""

    actor: Actor | None
    person: str
    staff: bool = True
    fingerprint: str | None = None
    closed: bool = False
    has_room: bool = True
    pending: dict[str, int] = field(default_factory=dict)
    frames: int = 0

    @property
    def ids(self) -> tuple[str, ...]:
        return (self.person,)

    def send(self, payload: bytes) -> None:
        self.frames += 1

    def send_news(self, key: tuple[str, ...], payload: bytes) -> None:
        self.frames += 1

    def tell(self, event: object, key: tuple[str, ...]) -> None:
        self.frames += 1

    def drop_news(self, start: tuple[str, ...]) -> None: ...

    def replace(self, start: bytes, payload: Callable[[], bytes]) -> None: ...

    def ended(self, command_id: str) -> None: ...

    def stored(self, command_id: str) -> None: ...

    async def stored_now(self, command_id: str) -> bool:
        return False

    async def drained(self) -> bool:
        return True

    def close(self, code: int, reason: str = "") -> None:
        self.closed = True

    def give_up(self) -> None:
        raise Void("an agent could not follow a chat")


@dataclass(frozen=True)
class Measured:
    """`cpu_us`: CPU time of the leading process for one placement."""

    a_second: float
    cpu_us: float


def measure(cores: Cores, *, chats: int = CHATS, agents: int = AGENTS) -> Measured:
    if chats > agents * CAPACITY:
        raise Void("the agents have too few slots")
    with processes.data_folder(cores, "placements") as data, opened("postgresql", data) as database:
        assert database.url is not None
        processes.migrate(data, database.url)
        people.seed(data, people=agents, team=TEAM, url=database.url)
        data.with_name("hours.yaml").write_text(HOURS)
        os.sched_setaffinity(0, {cores.server})
        try:
            return uvloop.run(_placed(data, database.url, chats, cores))
        finally:
            os.sched_setaffinity(0, {cores.driver})


def _settings(data: Path, url: str) -> Settings:
    settings = people.settings_of(data, url)
    settings.hours, settings.processes = data.with_name("hours.yaml"), 2
    return settings


async def _placed(data: Path, url: str, chats: int, cores: Cores) -> Measured:
    app = App(_settings(data, url))
    async with app.opened():
        desk = app.desk
        staff = [person for person in await desk.storage.read(desk.people.all_staff) if person.role == "agent"]
        actors = [Actor("staff", one.id, one.name, role="agent", teams=frozenset({TEAM})) for one in staff]
        for actor in actors:
            await desk.storage.write(partial(_choose, desk=desk, staff=actor.id, available=False))
            desk.presence.first_connection(screen := Screen(actor, actor.id), desk.hub.join(screen))
        await _until(lambda: desk.processes is not None and desk.processes.leads(), "this process leads")
        with _feeder(data, url, chats, cores):
            await _until(lambda: desk.routing.floor.waiting(TEAM) == chats, f"{chats} chats wait")
            return await _available(desk, [actor.id for actor in actors], chats)


async def _available(desk: LiveDesk, agents: Sequence[str], chats: int) -> Measured:
    began: list[tuple[float, float]] = []

    def choose(tx: Tx) -> None:
        tx.after_commit(lambda: began.append((time.monotonic(), time.process_time())))
        for one in agents:
            _choose(tx, desk, one, available=True)

    await desk.storage.write(choose)
    await _until(lambda: not desk.routing.floor.waiting(TEAM), "all chats have an agent")
    took, used = time.monotonic() - began[0][0], time.process_time() - began[0][1]
    counted = text("SELECT count(*) FROM chats WHERE state = 'active' AND agent IS NOT NULL")
    held = await desk.storage.read(lambda tx: tx.session.connection().execute(counted).scalar_one())
    if held != chats:
        raise Void(f"{held} of {chats} chats have an agent")
    return Measured(chats / took, used / chats * 1e6)


def _choose(tx: Tx, desk: LiveDesk, staff: str, *, available: bool) -> None:
    status: Status = "available" if available else "away"
    choice = store.set_presence(tx, staff, status, None if available else "break", CAPACITY, None, system_clock())
    tx.after_commit(lambda: desk.routing.agent_changed(choice.named(staff, frozenset({TEAM}))))


async def _until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WAIT_S
    while not condition():
        if time.monotonic() > deadline:
            raise Void(f"not so after {WAIT_S} s: {what}")
        await asyncio.sleep(0.001)


@contextmanager
def _feeder(data: Path, url: str, chats: int, cores: Cores) -> Iterator[None]:
    """Runs the other process, which starts the chats and then only listens."""
    program = [sys.executable, "-m", "bench.placements", "--feed", str(data), "--url", url, "--chats", str(chats)]
    pinned = ["taskset", "-c", str(cores.driver), *program]
    with subprocess.Popen(pinned, stdin=subprocess.PIPE, cwd=processes.HERE.parent) as feeder:
        assert feeder.stdin is not None
        try:
            yield
        finally:
            feeder.stdin.close()


async def _feed(data: Path, url: str, chats: int) -> None:
    app = App(_settings(data, url))
    async with app.opened():
        for first in range(0, chats, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, chats))
            await app.desk.storage.write(partial(_start, desk=app.desk, numbers=numbers))
        await asyncio.to_thread(sys.stdin.read)


def _start(tx: Tx, desk: LiveDesk, numbers: Sequence[int]) -> None:
    for number in numbers:
        asked = ChatStart(id=str(uuid7()), team=TEAM, text="Good morning")
        customer = Actor(kind="customer", id=f"c{number}", name="Zoe Northlake")
        stamp = Stamp(customer.id, asked.id)
        given = (Surroundings(), lambda: str(uuid7()), Joining(), system_clock(), stamp)
        desk.conversations.start(tx, asked, customer, *given)


def page(found: Sequence[Measured], made: Made) -> str:
    """The figures as Markdown text, to put between the marks of this benchmark in `docs/benchmarks.md`."""
    a_second, cpu = Spread.of([it.a_second for it in found]), Spread.of([it.cpu_us for it in found])
    verdict = "reached" if a_second.median >= AIM else "not reached"
    return (
        "| | measured | aim |\n|---|---|---|\n"
        f"| placements a second, decided by the transaction | {a_second:,.0f} | {AIM:,}: {verdict} |\n"
        f"| CPU time of the leading process for one | {cpu:,.0f} µs | |\n\n"
        f"{CHATS:,} chats and {AGENTS} agents; medians of {len(found)} rounds, in brackets the lowest and the highest. "
        f"{made.foot()}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    options = command.parser("placements", "Chats placed by the transaction, with two processes.")
    options.add_argument("--rounds", type=int, default=ROUNDS)
    return command.run(
        "placements",
        options,
        arguments,
        lambda given, cores, made: page([measure(cores) for _ in range(given.rounds)], made),
    )


def _fed(arguments: Sequence[str]) -> int:
    """The other process."""
    options = command.parser("placements", "Starts chats.")
    options.add_argument("--feed", type=Path, required=True)
    options.add_argument("--url", required=True)
    options.add_argument("--chats", type=int, required=True)
    given = options.parse_args(arguments)
    uvloop.run(_feed(given.feed, given.url, given.chats))
    return 0


if __name__ == "__main__":
    sys.exit(_fed(sys.argv[1:]) if "--feed" in sys.argv else main())
