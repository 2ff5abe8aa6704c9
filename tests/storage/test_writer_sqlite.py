from __future__ import annotations

import asyncio
import resource
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import select
from structlog.testing import capture_logs

from storage.checkpoints_sqlite import CHECKPOINT_AFTER_GROUPS, RESTART_AFTER_CHECKPOINTS
from storage.groups_sqlite import GROUP_UNITS
from storage.ports import StorageUnavailable, Tx
from storage.tables import MetaRow
from storage.writer_sqlite import APART_S, PAUSE_S, SqliteStorage, open_sqlite
from tests.contracts.stored import keep, keys
from tests.running import eventually
from tests.servers import database

DEADLINE_S = 60.0
BUSY_S = 0.05
LARGE = "x" * 100_000


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    with database("sqlite", tmp_path):
        yield tmp_path / "test.db"


@pytest.fixture
async def storage(file: Path) -> AsyncIterator[SqliteStorage]:
    """A storage that waits only briefly for another program's lock."""
    storage = await open_sqlite(file, busy_s=BUSY_S)
    yield storage
    await storage.close()


def in_the_file(file: Path) -> list[str]:
    """The keys in the database file without its log; none while the file is being written."""
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(f"{file.as_uri()}?immutable=1", uri=True)) as handle:
        return [key for (key,) in handle.execute("SELECT key FROM meta ORDER BY key")]
    return []


class Lane:
    """A lane of pairs that keeps each delivery as its keys and their outcome."""

    def __init__(self, storage: SqliteStorage) -> None:
        self.deliveries: list[tuple[list[str], Sequence[str] | Exception]] = []
        self._lane = storage.lane(self._apply, self._deliver)

    def submit(self, key: str, value: str = "") -> None:
        self._lane.submit((key, value))

    def has_delivered(self, key: str) -> bool:
        return any(key in keys for keys, _ in self.deliveries)

    def _apply(self, connection: sqlite3.Connection, items: Sequence[tuple[str, str]]) -> list[str]:
        connection.executemany("INSERT INTO meta (key, value) VALUES (?, ?)", items)
        return [key for key, _ in items]

    def _deliver(self, items: Sequence[tuple[str, str]], results: Sequence[str] | Exception) -> None:
        self.deliveries.append(([key for key, _ in items], results))


class Held:
    """Holds the writer inside a unit, so that everything submitted meanwhile becomes one group."""

    def __init__(self, storage: SqliteStorage) -> None:
        self._reached, self._open = threading.Event(), threading.Event()
        self._unit = asyncio.create_task(storage.write(self._hold))

    def _hold(self, tx: Tx) -> None:
        self._reached.set()
        assert self._open.wait(DEADLINE_S)

    async def __aenter__(self) -> None:
        while not self._reached.is_set():
            await asyncio.sleep(0.005)

    async def __aexit__(self, *_: object) -> None:
        await asyncio.sleep(0)
        self._open.set()
        await self._unit


@contextmanager
def locked(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


class Pauses:
    """The writer's `Time`: each of its pauses lasts until `go_on`."""

    def __init__(self) -> None:
        self.reached, self._open = threading.Event(), threading.Event()
        self.now_s = self.asked_s = 0.0

    def monotonic(self) -> float:
        return self.now_s

    def sleep(self, asked_s: float) -> None:
        self.asked_s = asked_s
        self.reached.set()
        assert self._open.wait(DEADLINE_S)

    def go_on(self) -> None:
        self._open.set()


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
async def paced(file: Path, pauses: Pauses) -> AsyncIterator[SqliteStorage]:
    """A storage that pauses only when the test says so."""
    storage = await open_sqlite(file, clock=pauses)
    yield storage
    pauses.go_on()
    await storage.close()


async def test_single_items_and_units_are_committed_without_pause(pauses: Pauses, paced: SqliteStorage) -> None:
    lane = Lane(paced)
    for key in ("a", "b"):
        lane.submit(key)
        await eventually(partial(lane.has_delivered, key), f"{key} is delivered")
        await paced.write(keys)
    assert not pauses.reached.is_set()


async def test_pause_after_a_shared_group_fills_the_next(pauses: Pauses, paced: SqliteStorage) -> None:
    lane = Lane(paced)
    async with Held(paced):
        lane.submit("a")
        lane.submit("b")
    await eventually(lambda: lane.deliveries == [(["a", "b"], ["a", "b"])], "they share a group")
    lane.submit("c")
    await eventually(pauses.reached.is_set, "the writer pauses")
    assert pauses.asked_s == pytest.approx(APART_S)
    lane.submit("d")
    pauses.go_on()
    await eventually(lambda: lane.deliveries[1:] == [(["c", "d"], ["c", "d"])], "these two share the next")


async def test_pause_also_follows_a_slow_group(pauses: Pauses, paced: SqliteStorage) -> None:
    def take_long(_: Tx) -> None:
        pauses.now_s += 60.0

    async with Held(paced):
        Lane(paced).submit("a")
        taken = asyncio.create_task(paced.write(take_long))
    await taken
    await eventually(pauses.reached.is_set, "the writer pauses")
    assert pauses.asked_s == pytest.approx(PAUSE_S)
    pauses.go_on()


async def test_items_and_units_keep_their_order(storage: SqliteStorage) -> None:
    told: list[str] = []
    lane = Lane(storage)

    def look(name: str) -> Callable[[Tx], list[str]]:
        def unit(tx: Tx) -> list[str]:
            tx.after_commit(lambda: told.append(f"{name} after {len(lane.deliveries)} deliveries"))
            return keys(tx)

        return unit

    async with Held(storage):
        lane.submit("a")
        first = asyncio.create_task(storage.write(look("first")))
        await asyncio.sleep(0)
        lane.submit("b")
        lane.submit("c")
        second = asyncio.create_task(storage.write(look("second")))
        await asyncio.sleep(0)
        lane.submit("d")
    assert await first == ["a"]
    assert await second == ["a", "b", "c"]
    assert told == ["first after 1 deliveries", "second after 2 deliveries"]
    assert lane.deliveries == [(["a"], ["a"]), (["b", "c"], ["b", "c"]), (["d"], ["d"])]


async def test_waiting_units_and_items_share_a_commit(storage: SqliteStorage, file: Path) -> None:
    """Another program sees all or none of them."""
    lane = Lane(storage)
    with closing(sqlite3.connect(file)) as other:
        async with Held(storage):
            units = [asyncio.create_task(storage.write(keep(f"unit {n}"))) for n in range(GROUP_UNITS - 1)]
            await asyncio.sleep(0)
            lane.submit("item")
        counts = set()
        while not all(unit.done() for unit in units):
            counts.add(other.execute("SELECT count(*) FROM meta").fetchone()[0])
            await asyncio.sleep(0)
        counts.add(other.execute("SELECT count(*) FROM meta").fetchone()[0])
    assert counts <= {0, GROUP_UNITS}
    assert max(counts) == GROUP_UNITS


async def test_foreign_lock_is_an_outage(storage: SqliteStorage, file: Path) -> None:
    told: list[str] = []
    lane = Lane(storage)
    await storage.write(keep("before"))
    with locked(file):
        lane.submit("item")
        with pytest.raises(StorageUnavailable, match="another program holds its lock"):
            await storage.write(keep("unit", told=told))
        assert await storage.read(keys) == ["before"]
    ((items, outcome),) = lane.deliveries
    assert items == ["item"]
    assert isinstance(outcome, StorageUnavailable)
    assert await storage.write(keep("after", told=told)) == "after"
    assert told == ["after"]
    assert await storage.read(keys) == ["after", "before"]


async def test_short_foreign_lock_only_delays_a_unit(file: Path) -> None:
    storage = await open_sqlite(file, busy_s=DEADLINE_S)
    with locked(file) as other:
        unit = asyncio.create_task(storage.write(keep("a")))
        await asyncio.sleep(0.1)
        assert not unit.done()
        other.execute("COMMIT")
        assert await unit == "a"
    await storage.close()


async def test_full_database_refuses_and_recovers(storage: SqliteStorage) -> None:
    def limit(pages: int) -> Callable[[Tx], int]:
        def unit(tx: Tx) -> int:
            connection = tx.session.connection()
            pages_now: int = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages_now + pages}")
            return pages_now

        return unit

    told: list[str] = []
    lane = Lane(storage)
    await storage.write(limit(0))
    async with Held(storage):
        lane.submit("item", LARGE)
        large = asyncio.create_task(storage.write(keep("large", LARGE, told)))
        await asyncio.sleep(0)
    with pytest.raises(StorageUnavailable, match="free space on its disk"):
        await large
    assert isinstance(lane.deliveries[0][1], StorageUnavailable)
    assert told == []
    assert await storage.read(keys) == []
    await storage.write(limit(10_000))
    lane.submit("item", LARGE)
    assert await storage.write(keep("large", LARGE, told)) == "large"
    assert await storage.read(keys) == ["item", "large"]
    assert told == ["large"]


async def test_outage_of_a_single_unit_or_query_is_logged(storage: SqliteStorage) -> None:
    def full(tx: Tx) -> None:
        raise sqlite_error("database or disk is full", sqlite3.SQLITE_FULL)

    with capture_logs() as lines:
        async with Held(storage):
            refused = asyncio.create_task(storage.write(full))
            stored = asyncio.create_task(storage.write(keep("beside it")))
            await asyncio.sleep(0)
        outcomes = await asyncio.gather(refused, stored, return_exceptions=True)
        with pytest.raises(StorageUnavailable):
            await storage.read(full)
    assert [type(outcome) for outcome in outcomes] == [StorageUnavailable, str]
    assert [(line["event"], line["what"]) for line in lines] == [
        ("storage_unavailable", "write"), ("storage_unavailable", "read"),
    ]  # fmt: skip
    assert all("free space on its disk" in line["reason"] for line in lines)


def sqlite_error(message: str, code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(message)
    error.sqlite_errorcode = code
    return error


async def test_failed_commit_refuses_the_whole_group(storage: SqliteStorage, file: Path) -> None:
    """The disk has no space for the log. With space everything works again."""
    told: list[str] = []
    lane = Lane(storage)
    await storage.write(keep("before"))
    log = file.with_name("test.db-wal")
    allowed, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with Held(storage):
        units = [asyncio.create_task(storage.write(keep(f"unit {n}", LARGE, told))) for n in range(3)]
        await asyncio.sleep(0)
        lane.submit("item", LARGE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 50_000, most))
    try:
        outcomes = await asyncio.gather(*units, return_exceptions=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (allowed, most))
    assert [type(outcome) for outcome in outcomes] == [StorageUnavailable] * 3
    assert isinstance(lane.deliveries[0][1], StorageUnavailable)
    assert told == []
    assert await storage.read(keys) == ["before"]
    await storage.write(keep("after", LARGE))
    assert await storage.read(keys) == ["after", "before"]


async def test_unit_that_ends_the_transaction_refuses_its_group(storage: SqliteStorage) -> None:
    """Nobody in the group is told that it was stored. The next group works."""

    def unit(tx: Tx) -> None:
        tx.session.connection().exec_driver_sql("ROLLBACK")

    async with Held(storage):
        before = asyncio.create_task(storage.write(keep("before")))
        ending = asyncio.create_task(storage.write(unit))
        after = asyncio.create_task(storage.write(keep("after")))
        await asyncio.sleep(0)
    outcomes = await asyncio.gather(before, ending, after, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [StorageUnavailable] * 3
    assert await storage.read(keys) == []
    assert await storage.write(keep("next")) == "next"


async def test_system_exit_in_a_unit_does_not_end_the_writer(storage: SqliteStorage) -> None:
    def unit(tx: Tx) -> None:
        sys.exit(1)

    async with asyncio.timeout(DEADLINE_S):
        with pytest.raises(StorageUnavailable):
            await storage.write(unit)
        assert await storage.write(keep("next")) == "next"


async def test_close_copies_the_log_into_the_file(file: Path) -> None:
    """The file alone can then be copied."""
    storage = await open_sqlite(file)
    await storage.write(keep("a"))
    await storage.close()
    assert not file.with_name("test.db-wal").exists()
    copy = file.with_name("copy.db")
    copy.write_bytes(file.read_bytes())
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT key FROM meta").fetchall() == [("a",)]


async def test_two_storages_share_a_file(file: Path) -> None:
    storages = [await open_sqlite(file), await open_sqlite(file)]
    await asyncio.gather(
        *(storage.write(keep(f"{n} of {which}")) for which, storage in enumerate(storages) for n in range(100))
    )
    assert await storages[0].read(lambda tx: tx.session.exec(select(func.count()).select_from(MetaRow)).one()) == 200
    for storage in storages:
        await storage.close()


async def test_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database, " * 100)
    with pytest.raises(StorageUnavailable, match=r"notes\.txt.*not a database"):
        await open_sqlite(file)
    assert file.read_text() == "not a database, " * 100


async def test_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable, match=r"nowhere/test\.db.*check that its folder exists"):
        await open_sqlite(tmp_path / "nowhere" / "test.db")


async def test_file_name_may_have_url_characters(tmp_path: Path) -> None:
    file = tmp_path / "what? 100%.db"
    storage = await open_sqlite(file)
    await storage.write(lambda tx: MetaRow.metadata.create_all(tx.session.connection()))
    await storage.close()
    assert file.exists()


async def test_closed_loop_ends_the_writer(file: Path) -> None:
    """A program that never closes its storage does not hang."""

    def abandon() -> Any:
        loop = asyncio.new_event_loop()
        storage = loop.run_until_complete(open_sqlite(file))
        lane = Lane(storage)
        loop.run_until_complete(loop.shutdown_default_executor())
        lane.submit("a")
        loop.close()
        lane.submit("b")
        return storage

    before = set(threading.enumerate())
    storage = await asyncio.to_thread(abandon)
    async with asyncio.timeout(DEADLINE_S):
        while any(thread.name == "sqlite-writer" for thread in set(threading.enumerate()) - before):
            await asyncio.sleep(0.01)
    del storage
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM meta").fetchone()[0] in (1, 2)


async def test_checkpoint_runs_beside_the_writer(file: Path, storage: SqliteStorage) -> None:
    """After enough groups the data is in the file while the storage is open."""
    written = [await storage.write(keep(f"{number:03}")) for number in range(CHECKPOINT_AFTER_GROUPS)]
    await eventually(lambda: set(written) <= set(in_the_file(file)), "the file has them")


@pytest.mark.long
async def test_log_stays_short_under_constant_writing(file: Path, storage: SqliteStorage) -> None:
    rounds = 10 * RESTART_AFTER_CHECKPOINTS
    for number in range(rounds * CHECKPOINT_AFTER_GROUPS):
        await storage.write(keep(f"{number:04}", "x" * 10_000))
    log = file.with_name(f"{file.name}-wal").stat().st_size
    assert 0 < log < 10_000 * CHECKPOINT_AFTER_GROUPS * rounds / 3


async def test_slow_reader_does_not_stop_the_writer(file: Path, storage: SqliteStorage) -> None:
    """Pages that it needs stay in the log, and are copied later."""
    with closing(sqlite3.connect(file)) as reader:
        reader.execute("BEGIN")
        before = reader.execute("SELECT key FROM meta").fetchall()
        written = [await storage.write(keep(f"{number:03}")) for number in range(2 * CHECKPOINT_AFTER_GROUPS)]
        assert reader.execute("SELECT key FROM meta").fetchall() == before
    written += [await storage.write(keep(f"again {number}")) for number in range(2 * CHECKPOINT_AFTER_GROUPS)]
    await eventually(lambda: set(written[: 2 * CHECKPOINT_AFTER_GROUPS]) <= set(in_the_file(file)), "the file has them")


def deleted(file: Path) -> None:
    file.rename(file.with_name("elsewhere.db"))


def replaced(file: Path) -> None:
    copy = file.with_name("copy.db")
    copy.write_bytes(file.read_bytes())
    deleted(file)
    copy.rename(file)


@pytest.mark.parametrize("befall", [deleted, replaced])
@pytest.mark.parametrize("which", ["test.db", "test.db-wal"])
async def test_deleted_or_replaced_file_is_an_outage(
    file: Path, storage: SqliteStorage, befall: Callable[[Path], None], which: str
) -> None:
    """Writes that would be lost are not acknowledged, and that is logged. Once the file is back everything works."""
    told: list[str] = []
    lane = Lane(storage)
    await storage.write(keep("before"))
    await storage.check()
    befall(file.with_name(which))
    with capture_logs() as lines:
        with pytest.raises(StorageUnavailable, match=f"{which} was deleted or replaced"):
            await storage.check()
        with pytest.raises(StorageUnavailable, match=f"{which} was deleted or replaced"):
            await storage.write(keep("unit", told=told))
        lane.submit("item")
        await eventually(lambda: lane.has_delivered("item"), "it is refused")
    assert isinstance(lane.deliveries[0][1], StorageUnavailable)
    assert [(line["event"], line["log_level"]) for line in lines] == [("storage_unavailable", "error")]
    file.with_name("elsewhere.db").replace(file.with_name(which))
    await storage.check()
    await storage.write(keep("after", told=told))
    assert told == ["after"]
    assert await storage.read(keys) == ["after", "before"]
