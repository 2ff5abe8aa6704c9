from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from storage.ports import ReadKind, Storage, TookTooLong, Tx
from tests.contracts.stored import DEADLINE_S, keep, keys

ENDLESS = {
    "sqlite": "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(3600)",
}
BUSY = """
SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()
"""
CONNECTIONS: dict[ReadKind, int] = {"heavy": 2, "export": 1}
"""Of each kind that costs much, on either database."""
AT_ONCE = 4


class Endless:
    """Queries that never end by themselves. Counts those that have begun."""

    def __init__(self) -> None:
        self.begun = 0

    def __call__(self, tx: Tx) -> None:
        self.begun += 1
        tx.session.connection().exec_driver_sql(ENDLESS[tx.dialect])

    async def have_begun(self, count: int) -> None:
        async with asyncio.timeout(DEADLINE_S):
            while self.begun < count:
                await asyncio.sleep(0.005)


async def nobody_is_busy(storage: Storage) -> None:
    """Wait until PostgreSQL runs none of them. In SQLite a free thread proves it."""
    if storage.dialect == "postgresql":
        async with asyncio.timeout(DEADLINE_S):
            while await storage.read(lambda tx: tx.session.connection().exec_driver_sql(BUSY).scalar_one()):
                await asyncio.sleep(0.01)


@pytest.mark.parametrize("kind", list(CONNECTIONS))
async def test_read_beyond_its_limit_is_stopped(storage: Storage, kind: ReadKind) -> None:
    async with asyncio.timeout(DEADLINE_S):
        for _ in range(AT_ONCE):
            with pytest.raises(TookTooLong):
                await storage.read(Endless(), kind, within_s=0.05)
        await nobody_is_busy(storage)
        assert await storage.read(keys, kind, within_s=DEADLINE_S) == []


async def test_read_of_many_short_statements_is_stopped(storage: Storage) -> None:
    def query(tx: Tx) -> None:
        while True:
            tx.session.connection().exec_driver_sql("SELECT 1" if tx.dialect == "sqlite" else "SELECT pg_sleep(0.001)")

    async with asyncio.timeout(DEADLINE_S):
        with pytest.raises(TookTooLong):
            await storage.read(query, "heavy", within_s=0.05)


async def test_read_within_its_limit_is_unchanged(storage: Storage) -> None:
    def fail(tx: Tx) -> None:
        raise LookupError

    await storage.write(keep("a"))
    assert await storage.read(keys, "heavy", within_s=DEADLINE_S) == ["a"]
    with pytest.raises(LookupError):
        await storage.read(fail, "heavy", within_s=DEADLINE_S)


@pytest.mark.parametrize("kind", list(CONNECTIONS))
async def test_cancelled_read_is_stopped_or_never_begun(storage: Storage, kind: ReadKind) -> None:
    endless = Endless()
    callers = [asyncio.create_task(storage.read(endless, kind)) for _ in range(AT_ONCE)]
    await endless.have_begun(CONNECTIONS[kind])
    # Those that wait first: the end of a running one would let the next one begin.
    for caller in reversed(callers):
        caller.cancel()
    assert all(
        isinstance(one, asyncio.CancelledError) for one in await asyncio.gather(*callers, return_exceptions=True)
    )
    async with asyncio.timeout(DEADLINE_S):
        for _ in range(AT_ONCE):
            assert await storage.read(keys, kind) == []
        await nobody_is_busy(storage)
    assert endless.begun == CONNECTIONS[kind]


async def test_quick_reads_are_not_held_up_by_heavy_ones(storage: Storage) -> None:
    """With every heavy and export connection taken, quick reads, writes and the check still finish."""
    endless = Endless()
    callers = [asyncio.create_task(storage.read(endless, kind)) for kind in CONNECTIONS for _ in range(AT_ONCE)]
    await endless.have_begun(sum(CONNECTIONS.values()))
    async with asyncio.timeout(DEADLINE_S):
        await storage.write(keep("a"))
        assert await storage.read(keys) == ["a"]
        await asyncio.gather(*(storage.check() for _ in range(AT_ONCE)))
    for caller in callers:
        caller.cancel()
    await asyncio.gather(*callers, return_exceptions=True)


async def test_took_too_long_is_not_logged_as_outage(storage: Storage) -> None:
    with capture_logs() as lines, pytest.raises(TookTooLong):
        await storage.read(Endless(), "heavy", within_s=0.05)
    assert lines == []
