"""`storage.writer_sqlite`: what is SQLite's alone. The contract is in `tests/contracts/test_storage.py`."""

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
from tests.running import eventually
from tests.servers import database

DEADLINE_S = 30.0
BUSY_S = 0.05
LARGE = "x" * 100_000


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    with database("sqlite", tmp_path):
        yield tmp_path / "test.db"


@pytest.fixture
async def storage(file: Path) -> AsyncIterator[SqliteStorage]:
    """A storage that does not wait long for the lock of another program."""
    storage = await open_sqlite(file, busy_s=BUSY_S)
    yield storage
    await storage.close()


def keep(key: str, value: str = "", told: list[str] | None = None) -> Callable[[Tx], str]:
    def unit(tx: Tx) -> str:
        tx.session.add(MetaRow(key=key, value=value))
        if told is not None:
            tx.after_commit(lambda: told.append(key))
        return key

    return unit


def in_the_file(file: Path) -> list[str]:
    """The keys in the database's own file, the log beside it left out; none while it is being written."""
    with (
        suppress(sqlite3.DatabaseError),
        closing(sqlite3.connect(f"{file.as_uri()}?immutable=1", uri=True)) as handle,
    ):
        return [key for (key,) in handle.execute("SELECT key FROM meta ORDER BY key")]
    return []


def keys(tx: Tx) -> list[str]:
    return sorted(tx.session.exec(select(MetaRow.key)))


class Lane:
    """A lane of pairs; each delivery is kept as its keys and what came of them."""

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
    """The writer, held in a unit of its own, so that what is submitted meanwhile becomes one group."""

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
    """Another program in the middle of writing."""
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


async def test_who_comes_alone_waits_for_nobody(pauses: Pauses, paced: SqliteStorage) -> None:
    """One after the other, items and units that come alone are committed alone, without a pause."""
    lane = Lane(paced)
    for key in ("a", "b"):
        lane.submit(key)
        await eventually(partial(lane.has_delivered, key), f"{key} is delivered")
        await paced.write(keys)
    assert not pauses.reached.is_set()


async def test_after_a_shared_group_the_next_is_shared_too(pauses: Pauses, paced: SqliteStorage) -> None:
    """What comes within the pause after a group of several goes into one group, in its order."""
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


async def test_after_a_shared_group_that_took_long_there_is_a_pause_too(pauses: Pauses, paced: SqliteStorage) -> None:
    """The next one does not follow at once, however late it is: the loop has a while to bring more together."""

    def take_long(_: Tx) -> None:
        pauses.now_s += 60.0

    async with Held(paced):
        Lane(paced).submit("a")
        taken = asyncio.create_task(paced.write(take_long))
    await taken
    await eventually(pauses.reached.is_set, "the writer pauses")
    assert pauses.asked_s == pytest.approx(PAUSE_S)
    pauses.go_on()


async def test_items_and_units_keep_one_order(storage: SqliteStorage) -> None:
    """A unit sees the items submitted before it, and the items after it come later, in one and the same group."""
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


async def test_what_waits_is_one_commit(storage: SqliteStorage, file: Path) -> None:
    """Units and items that wait at the same time share one transaction: another program sees all or none of them."""
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


async def test_while_another_program_writes_nothing_is_stored(storage: SqliteStorage, file: Path) -> None:
    """Units and items are refused as an outage, without effects; queries go on; afterwards all works by itself."""
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


async def test_a_short_lock_is_waited_for(file: Path) -> None:
    """Another program that is done within the time allowed delays a unit, and no more."""
    storage = await open_sqlite(file, busy_s=DEADLINE_S)
    with locked(file) as other:
        unit = asyncio.create_task(storage.write(keep("a")))
        await asyncio.sleep(0.1)
        assert not unit.done()
        other.execute("COMMIT")
        assert await unit == "a"
    await storage.close()


async def test_a_full_database_refuses_and_recovers(storage: SqliteStorage) -> None:
    """At SQLite's limit of pages a large unit and a large item are refused as an outage; with room again they fit."""

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


async def test_an_outage_of_one_unit_alone_is_in_the_log(storage: SqliteStorage) -> None:
    """Its neighbours are stored, it is refused, and somebody can find out why; so with a query that cannot read."""

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
    """An error as SQLite raises it."""
    error = sqlite3.OperationalError(message)
    error.sqlite_errorcode = code
    return error


async def test_a_commit_that_fails_fails_everybody(storage: SqliteStorage, file: Path) -> None:
    """Where the disk takes no more of the log, all who share the commit are refused; with room again all works."""
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


async def test_a_unit_that_ends_the_transaction_by_sql_is_an_outage(storage: SqliteStorage) -> None:
    """Should the transaction end under a group, nobody in it is told that it was stored; the next group works."""

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


async def test_a_unit_that_would_end_the_program_does_not_end_the_writer(storage: SqliteStorage) -> None:
    """A unit that asks the program to exit is refused like an outage; the writer goes on."""

    def unit(tx: Tx) -> None:
        sys.exit(1)

    async with asyncio.timeout(DEADLINE_S):
        with pytest.raises(StorageUnavailable):
            await storage.write(unit)
        assert await storage.write(keep("next")) == "next"


async def test_closing_empties_the_log_into_the_file(file: Path) -> None:
    """After `close` the one file holds everything: it can be copied."""
    storage = await open_sqlite(file)
    await storage.write(keep("a"))
    await storage.close()
    assert not file.with_name("test.db-wal").exists()
    copy = file.with_name("copy.db")
    copy.write_bytes(file.read_bytes())
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT key FROM meta").fetchall() == [("a",)]


async def test_two_programs_share_a_file(file: Path) -> None:
    """Two storages on one file write at the same time, and all that each was told to be stored is."""
    storages = [await open_sqlite(file), await open_sqlite(file)]
    await asyncio.gather(
        *(storage.write(keep(f"{n} of {which}")) for which, storage in enumerate(storages) for n in range(100))
    )
    assert await storages[0].read(lambda tx: tx.session.exec(select(func.count()).select_from(MetaRow)).one()) == 200
    for storage in storages:
        await storage.close()


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """A file of something else is not touched, and named."""
    file = tmp_path / "notes.txt"
    file.write_text("not a database, " * 100)
    with pytest.raises(StorageUnavailable, match=r"notes\.txt.*not a database"):
        await open_sqlite(file)
    assert file.read_text() == "not a database, " * 100


async def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A file in no folder is named, with what to do."""
    with pytest.raises(StorageUnavailable, match=r"nowhere/test\.db.*check that its folder exists"):
        await open_sqlite(tmp_path / "nowhere" / "test.db")


async def test_a_name_may_hold_what_an_address_may_not(tmp_path: Path) -> None:
    """A file's name may hold question marks, percent signs and spaces."""
    file = tmp_path / "what? 100%.db"
    storage = await open_sqlite(file)
    await storage.write(lambda tx: MetaRow.metadata.create_all(tx.session.connection()))
    await storage.close()
    assert file.exists()


async def test_a_loop_that_ends_first_ends_the_writer(file: Path) -> None:
    """A program that never closes its storage does not hang: the writer ends when it finds nobody to tell."""

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


async def test_the_log_is_copied_beside_the_writer(file: Path, storage: SqliteStorage) -> None:
    """After so many groups what they stored is in the file itself, while the storage is open."""
    written = [await storage.write(keep(f"{number:03}")) for number in range(CHECKPOINT_AFTER_GROUPS)]
    await eventually(lambda: set(written) <= set(in_the_file(file)), "the file has them")


async def test_the_log_stays_short_while_everybody_goes_on_writing(file: Path, storage: SqliteStorage) -> None:
    """It is written over in place: with no pause between groups it is far from as long as all that was written."""
    rounds = 10 * RESTART_AFTER_CHECKPOINTS
    for number in range(rounds * CHECKPOINT_AFTER_GROUPS):
        await storage.write(keep(f"{number:04}", "x" * 10_000))
    log = file.with_name(f"{file.name}-wal").stat().st_size
    assert 0 < log < 10_000 * CHECKPOINT_AFTER_GROUPS * rounds / 3


async def test_a_reader_who_takes_long_does_not_stop_the_writer(file: Path, storage: SqliteStorage) -> None:
    """What a reader still needs stays in the log, and is copied once they are done."""
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
async def test_a_file_that_is_ours_no_more_takes_nothing(
    file: Path, storage: SqliteStorage, befall: Callable[[Path], None], which: str
) -> None:
    """Deleted or replaced under its name, the database or its log: what would be lost with the process is not
    acknowledged, and the log says so. Once it is put back all works again."""
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
