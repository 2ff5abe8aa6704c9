"""Three processes of one desk under load, while a nemesis kills, pauses and cuts what they run on."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from storage.opening import open_storage
from storage.ports import Storage
from tests.faults.load import at_work
from tests.faults.nemesis import Nemesis
from tests.faults.server import free_port
from tests.faults.workers import Workers
from tests.redis_server import RedisServer, redis_server
from tests.servers import database, postgres

pytestmark = [pytest.mark.faults, pytest.mark.scaled]

SHORT_ACTS = 3
LONG_S = float(os.environ.get("NEMESIS_S", 600))
CUSTOMERS, AGENTS = 8, 3


@pytest.fixture
def database_url(tmp_path: Path) -> Iterator[str]:
    with database("postgresql", tmp_path) as url:
        yield url


@pytest.fixture
async def storage(database_url: str) -> AsyncIterator[Storage]:
    storage = await open_storage(database_url)
    yield storage
    await storage.close()


@pytest.fixture
def redis() -> Iterator[RedisServer | None]:
    """None if NEMESIS_REDIS is `no`: then the bus and the limits are on PostgreSQL."""
    if os.environ.get("NEMESIS_REDIS", "yes") == "no":
        yield None
        return
    with redis_server() as server:
        yield server


@pytest.fixture
async def workers(tmp_path: Path, database_url: str, redis: RedisServer | None) -> AsyncIterator[Workers]:
    settings = {"SWITCHBOARD_REDIS_URL": redis.url} if redis is not None else {}
    workers = Workers(tmp_path / "data", free_port(), database_url, count=3, settings=settings)
    await workers.start()
    try:
        yield workers
    finally:
        workers.close()


@pytest.mark.timeout(0)
@pytest.mark.parametrize("long", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["short", "long"])
async def test_nemesis_finds_nothing_lost_doubled_or_out_of_order(
    workers: Workers,
    storage: Storage,
    database_url: str,
    redis: RedisServer | None,
    long: bool,
    said: Callable[[object], None],
) -> None:
    """Half of the people use HTTP requests. In the end all screens agree with the database, each chat had one agent at
    a time and has one ticket, and no agent had more chats than they take."""
    seed = random.randrange(1_000_000) if long else 20
    name = database_url.partition("?")[0].rpartition("/")[2]
    working = at_work(
        storage,
        workers.port,
        customers=CUSTOMERS,
        agents=AGENTS,
        repeats=0.3,
        way="mixed",
        patience_s=2.0,
        capacity=1 + CUSTOMERS // AGENTS,
    )
    async with working as load:
        nemesis = Nemesis(workers, postgres(), name, redis, load, seed)
        until = asyncio.get_running_loop().time() + LONG_S
        while sum(nemesis.done.values()) < SHORT_ACTS or (long and asyncio.get_running_loop().time() < until):
            await nemesis.once(60)
        faults = await load.end(storage)
    said(nemesis)
    assert faults == [], nemesis
