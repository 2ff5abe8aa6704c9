"""The transports of the bus: `bus.ports.Transport`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from bus.adapters.memory import MemoryTransport
from bus.adapters.postgres import PostgresTransport
from bus.adapters.redis import RedisTransport
from bus.adapters.redis_client import client_of
from bus.ports import Link, Receive, Transport, Unreachable
from storage.connection_postgres import connect
from tests.redis_server import shared_redis
from tests.running import eventually
from tests.servers import database, postgres

Cut = Callable[[], object]
"""Ends all links, as an outage would."""


class InTurns:
    """A transport as several processes have it: each link comes from the next one."""

    def __init__(self, *processes: Transport) -> None:
        self.payload_max = processes[0].payload_max
        self._turns = cycle(processes)

    async def connect(self, receive: Receive) -> Link:
        return await next(self._turns).connect(receive)


@pytest.fixture(params=["memory", *(pytest.param(name, marks=pytest.mark.scaled) for name in ("postgresql", "redis"))])
def carried(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Transport, Cut]]:
    """A transport, of two processes, and what cuts its links."""
    if request.param == "memory":
        transport = MemoryTransport()
        yield transport, transport.go_down
        return
    if request.param == "redis":
        server, channel = shared_redis(), f"{uuid4()}:bus"
        two = InTurns(*(RedisTransport(partial(client_of, server.url), channel) for _ in range(2)))
        yield two, lambda: server.execute("CLIENT", "KILL", "TYPE", "pubsub")
        return
    with database("postgresql", tmp_path, migrated=False) as url:
        ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_notify(%'"
        two = InTurns(*(PostgresTransport(partial(connect, url)) for _ in range(2)))
        yield two, lambda: postgres().execute(ends)


async def test_payload_reaches_every_link_and_its_own(carried: tuple[Transport, Cut]) -> None:
    transport, _ = carried
    got = list[str](), list[str]()
    first, second = [await transport.connect(one.append) for one in got]
    await first.send("hello, «ünïcode»")
    await eventually(lambda: all(got), "both got it")
    assert got == (["hello, «ünïcode»"], ["hello, «ünïcode»"])
    await first.close()
    await second.close()


async def test_payloads_of_one_link_arrive_in_their_order(carried: tuple[Transport, Cut]) -> None:
    transport, _ = carried
    got = list[str]()
    link, other = await transport.connect(lambda payload: None), await transport.connect(got.append)
    await asyncio.gather(*(link.send(str(number)) for number in range(50)))
    await eventually(lambda: len(got) == 50, "all arrived")
    assert got == [str(number) for number in range(50)]
    await link.close()
    await other.close()


async def test_payload_of_the_greatest_size_arrives_whole(carried: tuple[Transport, Cut]) -> None:
    transport, _ = carried
    got = list[str]()
    link = await transport.connect(got.append)
    await link.send("a" * transport.payload_max)
    await eventually(lambda: got, "it arrived")
    assert got == ["a" * transport.payload_max]
    await link.close()


async def test_closed_link_gets_nothing_more(carried: tuple[Transport, Cut]) -> None:
    transport, _ = carried
    got, others = list[str](), list[str]()
    closed, link = await transport.connect(got.append), await transport.connect(others.append)
    await closed.close()
    await link.send("late")
    await eventually(lambda: others, "the other link got it")
    assert got == []
    await link.close()


async def test_link_that_is_cut_is_lost_and_cannot_send(carried: tuple[Transport, Cut]) -> None:
    transport, cut = carried
    link = await transport.connect(lambda payload: None)
    await link.send("before")
    await asyncio.to_thread(cut)
    async with asyncio.timeout(60):
        await link.lost.wait()
    with pytest.raises(Unreachable):
        await link.send("after")
    await link.close()


async def test_server_that_cannot_be_reached_is_unreachable() -> None:
    async def refused() -> asyncpg.Connection:
        raise ConnectionRefusedError("nobody listens")

    with pytest.raises(Unreachable, match="nobody listens"):
        await PostgresTransport(refused).connect(lambda payload: None)
