from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from storage.opening import open_storage
from storage.ports import CommitUnknown, Dialect, Storage, StorageUnavailable, Tx
from storage.tables import MetaRow
from tests.contracts.stored import Notes, keep, keys
from tests.servers import flushing

LARGE = "x" * 100_000
DIE_AT_COMMIT = (
    """CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$""",
    """CREATE CONSTRAINT TRIGGER die_at_commit AFTER INSERT ON meta DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW EXECUTE FUNCTION die()""",
)


def run_sql(sql: str, tx: Tx) -> None:
    tx.session.connection().exec_driver_sql(sql)


@asynccontextmanager
async def failing_commits(storage: Storage, folder: Path) -> AsyncIterator[None]:
    """Make commits of new rows fail: SQLite's file cannot grow, PostgreSQL ends the connection."""
    if storage.dialect == "postgresql":
        for statement in DIE_AT_COMMIT:
            await storage.write(partial(run_sql, statement))
        yield
        return
    allowed, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((folder / "test.db-wal").stat().st_size + 50_000, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (allowed, most))


async def test_failed_commit_is_unknown_on_postgresql_only(storage: Storage, tmp_path: Path) -> None:
    """SQLite knows that nothing is stored. Neither tries again."""
    told: list[str] = []
    runs: list[str] = []
    notes = Notes(storage)
    await storage.write(keep("before"))

    def unit(tx: Tx) -> None:
        runs.append("unit")
        tx.session.add(MetaRow(key="a", value=LARGE))
        tx.after_commit(lambda: told.append("a"))

    async with failing_commits(storage, tmp_path):
        with pytest.raises(StorageUnavailable) as outage:
            await storage.write(unit)
        notes.submit("b", value=LARGE)
        await notes.settled(1)
    expected = StorageUnavailable if storage.dialect == "sqlite" else CommitUnknown
    assert [type(outage.value), type(notes.outcomes["b"])] == [expected, expected]
    assert (runs, notes.applied, told) == (["unit"], [["b"]], [])
    assert await storage.read(keys) == ["before"]


async def test_outage_before_the_commit_is_not_unknown(storage: Storage) -> None:
    def unit(tx: Tx) -> None:
        sql = tx.session.connection().exec_driver_sql
        if tx.dialect == "sqlite":
            sql(f"PRAGMA max_page_count = {sql('PRAGMA page_count').scalar_one()}")
        tx.session.add(MetaRow(key="a", value=LARGE))
        tx.session.flush()
        sql("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(StorageUnavailable) as outage:
        await storage.write(unit)
    assert type(outage.value) is StorageUnavailable
    assert await storage.read(keys) == []


async def test_close_finishes_submitted_work(dialect: Dialect, database_url: str, other: Storage) -> None:
    storage = await open_storage(database_url)
    notes = Notes(storage)
    notes.submit(*(f"item {n:04}" for n in range(1_000)))
    units = [asyncio.create_task(storage.write(keep(f"unit {n}"))) for n in range(5)]
    reading = asyncio.create_task(storage.read(keys))
    await asyncio.sleep(0)
    await storage.close()
    assert len(notes.outcomes) == 1_000
    assert await asyncio.gather(*units) == [f"unit {n}" for n in range(5)]
    await reading
    assert len(await other.read(keys)) == 1_005
    with pytest.raises(StorageUnavailable, match="stopping"):
        await storage.write(keep("late"))
    with pytest.raises(StorageUnavailable, match="stopping"):
        await storage.read(keys)
    with pytest.raises(StorageUnavailable, match="stopping"):
        await storage.check()
    with pytest.raises(StorageUnavailable, match="stopping"):
        notes.submit("late")
    await storage.close()


async def test_durability_settings_are_on(database_url: str) -> None:
    def settings(tx: Tx) -> list[object]:
        asked = (
            ("PRAGMA journal_mode", "PRAGMA synchronous", "PRAGMA foreign_keys")
            if tx.dialect == "sqlite"
            else ("SHOW synchronous_commit", "SHOW transaction_isolation")
        )
        return [tx.session.connection().exec_driver_sql(setting).scalar_one() for setting in asked]

    with flushing():
        storage = await open_storage(database_url)
    try:
        full = ["wal", 2, 1] if storage.dialect == "sqlite" else ["on", "read committed"]
        assert await storage.write(settings) == full
    finally:
        await storage.close()
