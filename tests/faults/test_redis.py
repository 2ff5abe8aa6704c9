"""Redis is emptied, restarted, paused and away under two processes of one desk: nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from clock import system_clock
from server.settings import load
from tests.redis_server import RedisServer, redis_server
from tests.running import HOURS, Client, RunningDesk, eventually
from tests.servers import database

pytestmark = [pytest.mark.faults, pytest.mark.scaled]

SECRET = "a secret of the tests, long enough for it"
LIVE_S = 5.5
"""A link is live again this many seconds after Redis is back: the longest pause between two attempts, and its ping."""


@pytest.fixture
def database_url(tmp_path: Path) -> Iterator[str]:
    with database("postgresql", tmp_path) as url:
        yield url


@pytest.fixture
def server() -> Iterator[RedisServer]:
    with redis_server() as it:
        yield it


def is_live(desk: RunningDesk) -> bool:
    return desk.desk.processes is not None and desk.desk.processes.health.state == "live"


def is_down(desk: RunningDesk) -> bool:
    return not is_live(desk)


async def started(data: Path, database_url: str, redis_url: str) -> RunningDesk:
    data.mkdir()
    given = {"database_url": database_url, "redis_url": redis_url, "secret": SECRET}
    settings = load(data=data, hours=HOURS, rate_limits="off", upload_reserve="0", **given)
    settings.processes = 2
    return await RunningDesk(settings, system_clock).start()


async def exchanged(customer: Client, agent: Client, chat: str, text: str) -> None:
    """Both get what the other writes."""
    await customer.command("message.send", chat=chat, text=f"question {text}")
    await agent.event("message", chat=chat, text=f"question {text}")
    await agent.command("message.send", chat=chat, text=f"answer {text}")
    await customer.event("message", chat=chat, text=f"answer {text}")


async def test_chats_go_on_while_redis_fails(tmp_path: Path, database_url: str, server: RedisServer) -> None:
    first = await started(tmp_path / "first", database_url, server.url)
    second = await started(tmp_path / "second", database_url, server.url)
    try:
        for desk in (first, second):
            await eventually(partial(is_live, desk), "its bus is live")
        agent = await second.staff("Ada")
        await agent.command("presence.set", status="available", capacity=5)
        customer = await first.customer()
        chat = (await customer.command("chat.start", team="media", text="Hello"))["chat"]
        await agent.event("chat.assigned", chat=chat)
        await exchanged(customer, agent, chat, "before")
        server.execute("FLUSHALL")
        await exchanged(customer, agent, chat, "after FLUSHALL")
        server.execute("CLIENT", "KILL", "TYPE", "pubsub")
        await exchanged(customer, agent, chat, "after a full output buffer")
        server.execute("CLIENT", "PAUSE", 1_500)
        await exchanged(customer, agent, chat, "during a pause")
        server.stop()
        await exchanged(customer, agent, chat, "without Redis")
        another = await first.customer()
        began = (await another.command("chat.start", team="media", text="Me too"))["chat"]
        await agent.event("chat.assigned", chat=began)
        for desk in (first, second):
            await eventually(partial(is_down, desk), "the loss is noticed")
        server.start()
        for desk in (first, second):
            await eventually(partial(is_live, desk), "its bus is live again", LIVE_S)
        await exchanged(customer, agent, chat, "after the restart")
        for client in (customer, agent):
            seqs = [event["seq"] for event in client.durable(chat)]
            assert seqs == sorted(set(seqs))
    finally:
        await first.stop()
        await second.stop()
