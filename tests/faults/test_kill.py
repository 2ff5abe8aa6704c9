"""The server is killed in the middle of its work, again and again; what it acknowledged is there."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import pytest

from server.settings import Settings
from server.settings import load as load_settings
from tests.faults.history import Stored, faults_of, read_stored
from tests.faults.server import ServerProcess, free_port
from tests.faults.survivor import Survivor
from tests.running import enrol, eventually, store_of
from tests.servers import database

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

PAIRS = 8
KILLS = 5
IN_FLIGHT = 20
"""Sends that must be under way at a kill for it to count."""


@pytest.fixture(params=[pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.scaled)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Of a desk on SQLite or on PostgreSQL."""
    data = tmp_path / "data"
    data.mkdir()
    if request.param == "sqlite":
        yield Settings(data=data)
        return
    with database("postgresql", tmp_path) as url:
        yield load_settings(data=data, database_url=url, secret="a secret of the tests, long enough for it")


@pytest.fixture
async def server(settings: Settings, tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """A server that does not run yet."""
    url = settings.database_url.get_secret_value() if settings.database_url else None
    process = ServerProcess(settings.data, free_port(), url)
    yield process
    process.close()


class Load:
    """Customers and agents who write as fast as they are answered, a few sends each under way."""

    def __init__(self, customers: list[Survivor], agents: list[Survivor]) -> None:
        self.everybody = [*customers, *agents]
        self._customers = customers
        self._agents = agents
        self._writing = True
        self._number = 0

    @property
    def in_flight(self) -> int:
        return sum(one.in_flight for one in self.everybody)

    @property
    def acknowledged(self) -> int:
        return sum(len(one.history.acknowledged) for one in self.everybody)

    def is_busy(self, enough: int) -> bool:
        return self.acknowledged >= enough and self.in_flight >= IN_FLIGHT

    def is_back(self, connected_before: list[int]) -> bool:
        return all(one.connected > before for one, before in zip(self.everybody, connected_before, strict=True))

    async def run(self) -> None:
        await asyncio.gather(*(self._write(one) for one in self.everybody))

    def stop(self) -> None:
        self._writing = False

    async def _write(self, one: Survivor) -> None:
        while self._writing:
            chats = [chat for chat in one.last if chat]
            if chats and one.live and one.in_flight < 6:
                self._number += 1
                note = one.history.staff and self._number % 7 == 0
                await one.commit("note.add" if note else "message.send", chat=random.choice(chats),
                                 text=f"message {self._number}")  # fmt: skip
            else:
                await asyncio.sleep(0.001)


async def test_kill_minus_nine_loses_doubles_and_reorders_nothing(settings: Settings, server: ServerProcess) -> None:
    """Five kills with at least twenty sends in flight at each; in the end every screen shows what the store holds."""
    store = await store_of(settings)
    bearers = [(await enrol(store, f"agent{n}@desk.example", f"Agent {n}", capacity=50))[1] for n in range(2)]
    await store.close()
    await server.start()
    agents = [Survivor(server.port, bearer=bearer) for bearer in bearers]
    customers = [Survivor(server.port) for _ in range(PAIRS)]
    load = Load(customers, agents)
    for one in load.everybody:
        one.start()
    await eventually(lambda: all(one.live for one in load.everybody), "everybody is greeted")
    for customer in customers:
        await customer.commit("chat.start", team="media", text="Hello")
    await eventually(lambda: sum(len(agent.last) for agent in agents) == PAIRS, "every chat has an agent", 30)

    writing = asyncio.create_task(load.run())
    doubtful = 0
    for kill in range(KILLS):
        enough = load.acknowledged + 150
        await eventually(partial(load.is_busy, enough), f"enough is under way for kill {kill + 1}", 30)
        doubtful += load.in_flight
        before = [one.connected for one in load.everybody]
        await server.end(signal.SIGKILL)
        await server.start()
        await eventually(partial(load.is_back, before), "everybody is back", 20)

    load.stop()
    await writing
    await eventually(lambda: load.in_flight == 0, "everything is acknowledged", 30)
    closers = [customer for n, customer in enumerate(customers) if n % 2]
    for customer in closers:
        await customer.commit("chat.end", chat=next(iter(customer.last)))
    await eventually(lambda: load.in_flight == 0, "half of the chats are over", 30)

    store = await store_of(settings)
    stored = await store.read(read_stored)
    await store.close()
    await eventually(lambda: _caught_up(load, stored), "everybody has caught up", 10)
    for one in load.everybody:
        await one.stop()
    assert faults_of([one.history for one in load.everybody], stored) == []
    assert not [error for one in load.everybody for error in one.errors]
    assert len(stored.closed) == len(closers)


def _caught_up(load: Load, stored: Stored) -> bool:
    for one in load.everybody:
        for chat, last in one.last.items():
            mine = [event.seq for event in stored.logs[chat] if one.history.staff or not event.staff_only]
            if last < mine[-1]:
                return False
    return True


async def test_a_restart_by_sigterm_says_bye_and_loses_nothing(settings: Settings, server: ServerProcess) -> None:
    """`bye`, close code 4202, exit status 0; then the open chat is there, and a repeated id is known."""
    store = await store_of(settings)
    _, bearer = await enrol(store, "agent@desk.example", "Agent")
    await store.close()
    await server.start()
    agent, customer = Survivor(server.port, bearer=bearer), Survivor(server.port)
    for one in (agent, customer):
        one.start()
    await eventually(lambda: agent.live and customer.live, "both are greeted")
    await customer.commit("chat.start", team="media", text="Hello")
    await eventually(lambda: agent.last, "the agent has the chat")
    chat = next(iter(agent.last))
    for number in range(50):
        await agent.commit("message.send", chat=chat, text=f"{number}")
    assert await server.end(signal.SIGTERM) == 0
    await server.start()
    await eventually(lambda: agent.connected > 1 and customer.connected > 1, "both are back")
    await eventually(lambda: agent.in_flight == 0, "everything is acknowledged")
    await eventually(lambda: customer.last.get(chat) == agent.last[chat] == 53, "both have caught up")
    for one in (agent, customer):
        await one.stop()
    store = await store_of(settings)
    stored = await store.read(read_stored)
    await store.close()
    assert faults_of([agent.history, customer.history], stored) == []
