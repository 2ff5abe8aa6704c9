"""`make bench ARGS=floors`: how far open floors lag, with four processes on PostgreSQL.

200 agents hold 1,000 chats. Ten supervisors have the page of the floor open, on connections that the kernel spreads
over the processes. In each step 50 chats change in the database. The lag is the time from the commit until a
supervisor's connection has a frame with all of these changes. All processes of the desk share one core. PostgreSQL and
the supervisors share the other one.

Writes `bench/out/floors.md`. With `--write`, also writes the table into `docs/benchmarks.md`.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from uuid import uuid4

import msgspec
from sqlalchemy import insert, update
from sqlmodel import col
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench import command, floor, people, processes
from bench.command import Made
from bench.databases import opened
from bench.figures import Void, percentile
from bench.floor import AGENTS, CHANGED, FLOORS, OPEN
from bench.processes import TEAM, Cores, Server
from chat.adapters.tables import ChatRow
from chat.frames.floor import Floor
from clock import system_clock
from routing.adapters import store
from storage.opening import open_storage
from storage.ports import Storage, Tx

WORKERS, STEPS, CAPACITY = 4, 20, 8
MUST_MS = 1_000.0
WAIT_S = 30

_frame = msgspec.json.Decoder(Floor).decode


class Screen:
    """The connection of a supervisor with an open floor."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.owed: dict[str, float] = {}
        """When a frame first said that the chat waits for its agent, by chat."""

    async def read(self) -> None:
        """Read frames until the connection ends."""
        async for text in self._socket:
            at = time.monotonic()
            if not (isinstance(text, str) and text.startswith('{"type":"floor"')):
                continue
            for agent in _frame(text).agents:
                for chat in agent.chats:
                    if chat.chat is not None and chat.state == "waiting_for_agent":
                        self.owed.setdefault(chat.chat, at)


def measure(cores: Cores, *, steps: int = STEPS) -> Sequence[float]:
    """The lags in ms, of each step and supervisor."""
    with processes.data_folder(cores, "floors") as data, opened("postgresql", data) as database:
        assert database.url is not None
        processes.fill(data, database.url, AGENTS, FLOORS)
        asyncio.run(_fill(data, database.url))
        more = processes.database_settings(database.url)
        with processes.serving(cores, data, more=more, workers=WORKERS) as server:
            return asyncio.run(_lags(server, data, database.url, steps))


async def _opened(data: Path, url: str) -> Storage:
    return await open_storage(people.settings_of(data, url).storage_url)


async def _fill(data: Path, url: str) -> None:
    storage = await _opened(data, url)
    try:
        staff = await storage.read(lambda tx: [row[0] for row in tx.session.connection().exec_driver_sql(_AGENTS)])
        rows = [
            {**floor.row(number, staff[number % len(staff)], system_clock()), "team": TEAM} for number in range(OPEN)
        ]
        await storage.write(partial(_hold, staff=staff, rows=rows))
    finally:
        await storage.close()


def _hold(tx: Tx, *, staff: Sequence[str], rows: Sequence[dict[str, object]]) -> None:
    for one in staff:
        store.set_presence(tx, one, "available", None, CAPACITY, None, system_clock())
    tx.session.connection().execute(insert(ChatRow), rows)


_AGENTS = "SELECT id FROM users WHERE role = 'agent' ORDER BY id"


async def _lags(server: Server, data: Path, url: str, steps: int) -> Sequence[float]:
    storage, lags = await _opened(data, url), list[float]()
    address = f"ws://127.0.0.1:{server.port}/ws/staff"
    tokens = server.watchers.read_text().split()
    sockets = [
        await connect(
            address,
            additional_headers={"Authorization": f"Bearer {token}"},
            max_size=None,
            subprotocols=[Subprotocol("switchboard.v1")],
        )
        for token in tokens
    ]
    screens = [Screen(socket) for socket in sockets]
    try:
        for socket in sockets:
            for frame in ("hello", "floor.follow"):
                await socket.send(f'{{"type":"{frame}","id":"{uuid4()}"}}')
        reading = [asyncio.create_task(screen.read()) for screen in screens]
        await asyncio.sleep(2)
        for step in range(steps):
            chats = [str(floor.row(number, "", 0)["id"]) for number in range(step * CHANGED, (step + 1) * CHANGED)]
            await storage.write(partial(_owe, chats=chats))
            committed = time.monotonic()
            lags += [1e3 * (at - committed) for at in await asyncio.gather(*(_shown(it, chats) for it in screens))]
            # So that the steps do not follow the rhythm of the floors.
            await asyncio.sleep(random.random())
        for task in reading:
            task.cancel()
        return lags
    finally:
        for socket in sockets:
            await socket.close()
        await storage.close()


def _owe(tx: Tx, *, chats: Sequence[str]) -> None:
    changed = update(ChatRow).where(col(ChatRow.id).in_(chats)).values(reply_owed_since=system_clock())
    tx.session.connection().execute(changed)


async def _shown(screen: Screen, chats: Sequence[str]) -> float:
    """When the last of these changes was on the screen."""
    deadline = time.monotonic() + WAIT_S
    while not all(chat in screen.owed for chat in chats):
        if time.monotonic() > deadline:
            raise Void(f"a floor did not show a change within {WAIT_S} s")
        await asyncio.sleep(0.002)
    return max(screen.owed[chat] for chat in chats)


def page(lags: Sequence[float], made: Made) -> str:
    """The figures as Markdown text, to put between the marks of this benchmark in `docs/benchmarks.md`."""
    verdict = "met" if max(lags) <= MUST_MS else "missed"
    return (
        "| | lag of a floor |\n|---|---|\n"
        f"| median | {percentile(lags, 50):.0f} ms |\n| 99th percentile | {percentile(lags, 99):.0f} ms |\n"
        f"| longest | {max(lags):.0f} ms (must: ≤ {MUST_MS:,.0f} ms: {verdict}) |\n\n"
        f"{len(lags) // FLOORS} steps, {FLOORS} open floors, {WORKERS} processes. {made.foot()}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    options = command.parser("floors", "The lag of open floors with several processes.")
    return command.run("floors", options, arguments, lambda given, cores, made: page(measure(cores), made))


if __name__ == "__main__":
    sys.exit(main())
