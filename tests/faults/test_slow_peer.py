"""One among two hundred never reads: nobody waits for it, and it costs no more than is allowed."""

from __future__ import annotations

import asyncio
import gc
import socket
import weakref
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from chat.adapters.socket import SEND_QUEUE_BYTES, SEND_QUEUE_FRAMES, SocketPeer
from server.edge.deadlines import DEADLINES
from server.edge.transport import SwitchboardProtocol
from tests.faults.history import faults_of, read_stored
from tests.faults.survivor import Survivor
from tests.running import Client, RunningDesk, SettableClock, cancelled, enrol, eventually, running

pytestmark = [pytest.mark.faults]

SOAK = pytest.mark.soak
ENDLESS_S = 3_600
CUSTOMERS = 190
AGENTS = 10
WORDS = "x" * 2_000
BUFFERED_MAX = 512 * 1024
"""What may lie in this process for a peer, beside its outbox: what was written before it was seen to take nothing."""
SWEEPS_S = 3
"""The server looks once a second; it is busy."""


class Watcher:
    """A supervisor who watches all chats, and reads as long as they want to."""

    def __init__(self, desk: RunningDesk, client: Client, person: str) -> None:
        (peer,) = desk.desk.hub.peers_of(person)
        assert isinstance(peer, SocketPeer) and isinstance(peer.transport, SwitchboardProtocol)
        self.client = client
        self._peer = weakref.ref(peer)
        self._line = weakref.ref(peer.transport)
        self._unsent = 0
        self.took_at = 0.0
        """When it last took something, by the loop's clock."""

    @classmethod
    async def of(cls, desk: RunningDesk, chats: list[str]) -> Watcher:
        person, token = await enrol(desk.desk.storage, "sam@desk.example", "Sam", role="supervisor")
        client = await desk.connect("staff", {"Authorization": f"Bearer {token}"}, max_queue=1)
        # Else the system takes megabytes for it.
        line: socket.socket = client.line.transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        await client.command("hello")
        for chat in chats:
            await client.command("chat.watch", chat=chat)
        return cls(desk, client, person)

    async def note_what_it_takes(self) -> None:
        """Keep `took_at`, until it is dropped."""
        while not self.is_dropped:
            self._note_what_it_took()
            await asyncio.sleep(0.01)

    def _note_what_it_took(self) -> None:
        line, before = self._line(), self._unsent
        assert line is not None
        self._unsent = line.transport.get_write_buffer_size()
        if not line.blocked or self._unsent < before:
            self.took_at = asyncio.get_running_loop().time()

    @property
    def is_full(self) -> bool:
        peer = self._peer()
        return peer is not None and not peer.closed and not peer.has_room

    @property
    def is_bounded(self) -> bool:
        """Does no more wait for it than is allowed, one frame over?"""
        peer, line = self._peer(), self._line()
        assert peer is not None and line is not None
        bytes_max = SEND_QUEUE_BYTES + 2 * len(WORDS)
        waiting = len(peer.send_queue) <= SEND_QUEUE_FRAMES and peer.send_queue_bytes <= bytes_max
        return waiting and line.transport.get_write_buffer_size() <= BUFFERED_MAX

    @property
    def is_dropped(self) -> bool:
        peer = self._peer()
        return peer is None or (peer.closed and not peer.send_queue)

    @property
    def state(self) -> dict[str, object]:
        peer, line = self._peer(), self._line()
        return {
            "of the peer": peer and (peer.closed, peer.has_room, len(peer.send_queue), peer.send_queue_bytes),
            "of the line": line and (line.blocked, line.transport.get_write_buffer_size()),
            "closed with": self.client.closed,
        }

    def spends_its_time(self) -> bool:
        """Make as many checks as it takes until it is dropped. Returns whether it is.

        Sockets of the system may take a little more, which begins the time anew.
        """
        line, peer = self._line(), self._peer()
        if line is not None and peer is not None and not peer.closed:
            for _ in range(ENDLESS_S):
                line.look_at_blocked()
        return self.is_dropped

    @property
    def is_freed(self) -> bool:
        gc.collect()
        return self._peer() is None and self._line() is None


async def say(everybody: list[Survivor], number: int) -> None:
    """Each writes to each chat they are in; all of it is acknowledged, and shown to the other side."""
    for one in everybody:
        for chat in one.open:
            await one.commit("message.send", chat=chat, text=f"{number} {WORDS}")
    await eventually(lambda: not any(one.in_flight for one in everybody), "everything is acknowledged")
    await eventually(partial(_are_even, everybody), "everything is shown")


@contextmanager
def telling(state: Callable[[], object]) -> Iterator[None]:
    """Adds the state to what fails within."""
    try:
        yield
    except AssertionError as error:
        raise AssertionError(f"{error}\n{state()}") from error


def _state_of(desk: RunningDesk, everybody: list[Survivor]) -> dict[str, object]:
    chats, routing = desk.desk.open_chats.all(), desk.desk.routing
    agents = [one for one in everybody if one.history.staff]
    opened = Counter(chat for one in agents for chat in one.open)
    return {
        "errors": [one.errors for one in everybody if one.errors],
        "connected more than once": [one.history.person for one in everybody if one.connected != 1],
        "not live": [one.history.person for one in everybody if not one.live],
        "not acknowledged": sum(one.in_flight for one in everybody),
        "chats of customers": sum(len(one.open) for one in everybody if one not in agents),
        "chats of each agent": [len(one.open) for one in agents],
        "chats of several agents": [chat for chat, count in opened.items() if count > 1],
        "chats by state": Counter(chat.state for chat in chats),
        "unknown to their agents": [chat.id for chat in chats if chat.state == "active" and chat.id not in opened],
        "waiting": routing.floor.waiting("media"),
        "available, connections, free, held": [
            (agent.status, agent.connections, agent.free, len(agent.held)) for agent in routing.floor.agents("media")
        ],
        "dispatcher is idle": routing.idle,
        "catching up": not desk.desk.hub.idle,
    }


def _are_even(everybody: list[Survivor]) -> bool:
    agents = {chat: seq for one in everybody if one.history.staff for chat, seq in one.last.items()}
    return all(agents[chat] == seq for one in everybody for chat, seq in one.last.items())


async def _begun(agents: list[Survivor], customers: list[Survivor]) -> None:
    """Every customer has a chat with an agent."""
    everybody = [*agents, *customers]
    for one in agents:
        one.start()
    # Before anybody is available, a team's queue takes 100 chats and refuses the others.
    await eventually(lambda: all(one.available for one in agents), "every agent is available")
    for one in customers:
        one.start()
    await eventually(lambda: all(one.live for one in customers), "every customer is greeted")
    for one in customers:
        await one.commit("chat.start", team="media", text="Hello")
    await eventually(lambda: sum(len(one.open) for one in agents) == CUSTOMERS, "every chat has an agent")
    await eventually(partial(_are_even, everybody), "everybody is told")


async def _seconds_until_dropped(watcher: Watcher, everybody: list[Survivor], hurried: bool) -> float:
    """Seconds for which it took nothing before it was dropped, while all others went on."""
    rounds = 0
    while not watcher.is_full:
        rounds += 1
        assert rounds < 50, "it seems to take something"
        await say(everybody, rounds)
    await say(everybody, rounds + 1)
    assert watcher.is_bounded and not watcher.is_dropped
    await eventually(lambda: watcher.spends_its_time() if hurried else watcher.is_dropped, "it is dropped")
    took_nothing_s = asyncio.get_running_loop().time() - watcher.took_at
    watcher.client.read_on()
    assert await watcher.client.ended() == 4201
    await eventually(lambda: watcher.is_freed, "nothing is left of it")
    return took_nothing_s


async def seconds_of_a_peer_that_never_reads(desk: RunningDesk, hurried: bool) -> float:
    storage = desk.desk.storage
    bearers = [(await enrol(storage, f"agent{n}@desk.example", f"Agent {n}", capacity=50))[1] for n in range(AGENTS)]
    agents = [Survivor(desk.port, bearer=bearer) for bearer in bearers]
    customers = [Survivor(desk.port) for _ in range(CUSTOMERS)]
    everybody = [*agents, *customers]
    noting: list[asyncio.Task[None]] = []
    try:
        with telling(lambda: _state_of(desk, everybody)):
            await _begun(agents, customers)
            watcher = await Watcher.of(desk, [chat for one in agents for chat in one.open])
            await watcher.client.stop_reading()
            noting.append(asyncio.create_task(watcher.note_what_it_takes()))
            with telling(lambda: watcher.state):
                took_nothing_s = await _seconds_until_dropped(watcher, everybody, hurried)
        stored = await storage.read(read_stored)
    finally:
        await cancelled(*noting)
        for one in everybody:
            await one.stop()
    assert faults_of([one.history for one in everybody], stored) == []
    assert not any(one.errors for one in everybody)
    assert all(one.connected == 1 for one in everybody)
    return took_nothing_s


@pytest.mark.parametrize("hurried", [pytest.param(True, id="short"), pytest.param(False, id="long", marks=SOAK)])
async def test_peer_that_never_reads_delays_nobody(tmp_path: Path, clock: SettableClock, hurried: bool) -> None:
    """While it is stuck, everything that 200 others send is acknowledged and shown, and its outbox stays bounded. After
    ten seconds without a read it is closed with 4201 and freed."""
    # A client that reads nothing answers no ping either, and on a slow machine many go out until it is full.
    deadlines = replace(DEADLINES, heartbeat_s=ENDLESS_S)
    if hurried:
        deadlines = replace(deadlines, blocked_s=ENDLESS_S, close_grace_s=ENDLESS_S)
    async with running(tmp_path / "data", clock, deadlines=deadlines) as desk:
        took_nothing_s = await seconds_of_a_peer_that_never_reads(desk, hurried)
    assert hurried or DEADLINES.blocked_s <= took_nothing_s <= DEADLINES.blocked_s + SWEEPS_S
