"""Redis is emptied, restarted, paused and away under two processes of one desk: nothing is lost, chats go on, and new
chats are placed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import pytest

from clock import system_clock
from server.settings import load
from tests.redis_server import RedisServer, redis_server
from tests.running import DEADLINE_S, HOURS, Client, RunningDesk, eventually

pytestmark = [pytest.mark.faults, pytest.mark.scaled]

SECRET = "a secret of the tests, long enough for it"
CHANNEL = "switchboard:bus"
BUFFER = "pubsub 65536 0 0"
"""A `client-output-buffer-limit` that a test fills."""
GARBAGE, PIECES = "x" * 1_000_000, 16


@pytest.fixture
def server() -> Iterator[RedisServer]:
    with redis_server() as it:
        yield it


def is_live(desk: RunningDesk) -> bool:
    return desk.desk.processes is not None and desk.desk.processes.health.state == "live"


def is_deaf(desk: RunningDesk) -> bool:
    return not is_live(desk)


async def started(data: Path, database_url: str, redis_url: str) -> RunningDesk:
    data.mkdir()
    given = {"database_url": database_url, "redis_url": redis_url, "secret": SECRET}
    settings = load(data=data, hours=HOURS, rate_limits="off", upload_reserve="0", **given)
    settings.processes = 2
    return await RunningDesk(settings, system_clock).start()


async def states(desk: RunningDesk) -> tuple[str, str]:
    """The state of the bus as `/readyz` and `/metrics` say it."""
    http = desk.http()
    async with asyncio.timeout(DEADLINE_S):
        # On a busy machine, the database may answer only after the second that `/readyz` gives it.
        while (ready := await http.get("/readyz")).status_code != 200:
            await asyncio.sleep(0.05)
    (metric,) = re.findall(r'^switchboard_bus\{state="(\w+)"\} 1', (await http.get("/metrics")).text, re.MULTILINE)
    return ready.json()["process"]["bus"], metric


class Pair:
    """Two processes, a customer at the first one, and an agent at the second one."""

    def __init__(self, first: RunningDesk, second: RunningDesk, said: Callable[[object], None]) -> None:
        self.desks = first, second
        self._said = said

    async def begin(self) -> None:
        self.agent = await self.desks[1].staff("Ada")
        await self.agent.command("presence.set", status="available", capacity=20)
        self.customer = await self.desks[0].customer()
        self.chat = await self.placed(self.customer)

    async def placed(self, customer: Client) -> str:
        """A new chat, which the agent gets."""
        chat: str = (await customer.command("chat.start", team="media", text="Hello"))["chat"]
        await self.agent.event("chat.assigned", chat=chat)
        return chat

    async def go_on(self, text: str) -> None:
        """Both get what the other writes, and a new chat is placed."""
        await self.customer.command("message.send", chat=self.chat, text=f"question {text}")
        await self.agent.event("message", chat=self.chat, text=f"question {text}")
        await self.agent.command("message.send", chat=self.chat, text=f"answer {text}")
        await self.customer.event("message", chat=self.chat, text=f"answer {text}")
        await self.placed(await self.desks[0].customer())

    async def become_live(self, what: str) -> None:
        """Wait for it, and say how long it took."""
        began = asyncio.get_running_loop().time()
        for desk in self.desks:
            await eventually(partial(is_live, desk), "its bus is live")
            assert await states(desk) == ("live", "live")
        self._said(f"live {asyncio.get_running_loop().time() - began:.1f} s after {what}")

    async def become_deaf(self) -> None:
        for desk in self.desks:
            await eventually(partial(is_deaf, desk), "the loss is noticed")

    def seen(self) -> None:
        for client in (self.customer, self.agent):
            seqs = [event["seq"] for event in client.durable(self.chat)]
            assert seqs == sorted(set(seqs))


@pytest.fixture
async def pair(
    tmp_path: Path, database_url: str, server: RedisServer, said: Callable[[object], None]
) -> AsyncIterator[Pair]:
    async with AsyncExitStack() as stack:
        desks = []
        for name in ("first", "second"):
            desk = await started(tmp_path / name, database_url, server.url)
            stack.push_async_callback(desk.stop)
            desks.append(desk)
        pair = Pair(desks[0], desks[1], said)
        await pair.become_live("the start")
        await pair.begin()
        yield pair
        pair.seen()


async def test_chats_go_on_after_flushall_and_a_restart(pair: Pair, server: RedisServer) -> None:
    server.execute("FLUSHALL")
    await pair.go_on("after FLUSHALL")
    for desk in pair.desks:
        assert is_live(desk)
    server.stop()
    server.start()
    await pair.go_on("after a restart")
    await pair.become_live("a restart")


async def test_full_output_buffer_ends_the_link_and_the_next_one_is_live(pair: Pair, server: RedisServer) -> None:
    """The processes do not read while they are sent too much."""
    server.execute("CONFIG", "SET", "client-output-buffer-limit", BUFFER)
    for _ in range(PIECES):
        server.execute("PUBLISH", CHANNEL, GARBAGE)
    await pair.become_deaf()
    await pair.go_on("after a full output buffer")
    await pair.become_live("a full output buffer")


@pytest.mark.parametrize(
    "seconds", [0.0, pytest.param(30.0, marks=[pytest.mark.soak, pytest.mark.timeout(0)])], ids=["short", "long"]
)
async def test_chats_go_on_while_redis_is_away(pair: Pair, server: RedisServer, seconds: float) -> None:
    server.stop()
    await pair.become_deaf()
    for desk in pair.desks:
        assert await states(desk) == ("polling", "polling")
    await pair.go_on("without Redis")
    await asyncio.sleep(seconds)
    await pair.go_on("still without Redis")
    server.start()
    await pair.become_live(f"{seconds:.0f} s or more without Redis")
    await pair.go_on("with Redis again")


@pytest.mark.parametrize(
    "seconds", [0.0, pytest.param(10.0, marks=[pytest.mark.soak, pytest.mark.timeout(0)])], ids=["short", "long"]
)
async def test_chats_go_on_while_redis_is_paused(pair: Pair, server: RedisServer, seconds: float) -> None:
    """It keeps all connections, and answers nothing."""
    server.pause()
    try:
        await pair.go_on("during a pause")
        await pair.become_deaf()
        await asyncio.sleep(seconds)
        await pair.go_on("still during a pause")
    finally:
        server.go_on()
    await pair.become_live(f"a pause of {seconds:.0f} s or more")
    await pair.go_on("after a pause")
