"""Three processes of one desk under load, while a nemesis disturbs what they run on."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from storage.ports import Storage
from tests.faults.correspondence import KINDS, corresponding
from tests.faults.load import at_work
from tests.faults.nemesis import STEPS_S, Ground, Nemesis, faked, step
from tests.faults.proxy import Proxy, proxy_to
from tests.faults.server import free_port
from tests.faults.workers import Workers
from tests.redis_server import RedisServer, redis_server
from tests.servers import postgres

pytestmark = [pytest.mark.faults, pytest.mark.scaled]

SHORT_ACTS = 3
LONG_S = float(os.environ.get("NEMESIS_S", 600))
CUSTOMERS, AGENTS = 8, 3


@pytest.fixture
def redis() -> Iterator[RedisServer | None]:
    """None if NEMESIS_REDIS is `no`: then the bus and the limits are on PostgreSQL."""
    if os.environ.get("NEMESIS_REDIS", "yes") == "no":
        yield None
        return
    with redis_server() as server:
        yield server


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    """The file by which the clocks of the workers are set."""
    return tmp_path / "clock"


@pytest.fixture
async def database_lines() -> AsyncIterator[Proxy]:
    """The lines from the workers to PostgreSQL."""
    async with proxy_to(postgres().socket) as proxy:
        yield proxy


@pytest.fixture
async def workers(
    tmp_path: Path, database_url: str, redis: RedisServer | None, clock: Path, database_lines: Proxy
) -> AsyncIterator[Workers]:
    settings = faked(clock) | ({"SWITCHBOARD_REDIS_URL": redis.url} if redis is not None else {})
    address = f"postgresql://postgres@127.0.0.1:{database_lines.port}/{_name_of(database_url)}"
    workers = Workers(tmp_path / "data", free_port(), address, count=3, settings=settings)
    try:
        await workers.start()
        yield workers
    finally:
        workers.close()


@pytest.fixture
async def ground(
    workers: Workers, database_url: str, redis: RedisServer | None, database_lines: Proxy, clock: Path
) -> AsyncIterator[Ground]:
    async with proxy_to(workers.port) as lines:
        yield Ground(workers, postgres(), _name_of(database_url), redis, lines, database_lines, clock)


def _name_of(database_url: str) -> str:
    return database_url.partition("?")[0].rpartition("/")[2]


@pytest.mark.timeout(0)
@pytest.mark.parametrize("long", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["short", "long"])
async def test_nemesis_finds_nothing_lost_doubled_or_out_of_order(
    ground: Ground, storage: Storage, tmp_path: Path, long: bool, said: Callable[[object], None]
) -> None:
    """Half of the people use HTTP requests. In the end all screens agree with the database, each chat had one agent at
    a time and has one ticket, no agent had more chats than they take, and each ticket that a clerk opened is there
    once, with one letter to its requester and each reminder once. After a fault, everybody has caught up within 5 s."""
    seed = random.randrange(1_000_000) if long else 55
    working = at_work(
        storage,
        ground.lines.port,
        customers=CUSTOMERS,
        agents=AGENTS,
        repeats=0.3,
        way="mixed",
        patience_s=2.0,
        capacity=1 + CUSTOMERS // AGENTS,
    )
    clerk = corresponding(storage, ground.lines.port, tmp_path / "data")
    async with working as load, clerk as correspondence:
        nemesis = Nemesis(ground, load, storage, seed)
        until = asyncio.get_running_loop().time() + LONG_S
        while sum(nemesis.done.values()) < SHORT_ACTS or (long and asyncio.get_running_loop().time() < until):
            await nemesis.once(60)
        await nemesis.last()
        faults = [*nemesis.late(), *await load.end(storage)]
        # A letter that was queued while the clocks were ahead is due only then.
        step(ground.clock, 2 * max(STEPS_S))
        faults += await correspondence.end()
    said(
        f"{nemesis}; "
        f"{len(correspondence.answered)} tickets by a clerk, each with {len(KINDS)} letters, "
        f"{correspondence.repeated} requests sent again"
    )
    assert faults == [], nemesis
