from __future__ import annotations

import asyncio
import resource
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.util import await_only
from sqlmodel import select
from structlog.testing import capture_logs

from storage import facts
from storage.opening import open_storage
from storage.ports import CommitUnknown, Dialect, Lane, ReadKind, Storage, StorageUnavailable, TookTooLong, Tx
from storage.tables import MetaRow

DEADLINE_S = 30.0
INSERT = {
    "sqlite": "INSERT INTO meta (key, value) VALUES (?, ?)",
    "postgresql": "INSERT INTO meta (key, value) VALUES ($1, $2)",
}
LOCK_ROW = text("UPDATE meta SET value = value WHERE key = 'count'")


class Gate:
    """Blocks work inside a transaction, on either database, until the test opens it."""

    def __init__(self) -> None:
        self._thread = threading.Event()
        self._loop = asyncio.Event()
        self._reached = threading.Event()

    def open(self) -> None:
        self._thread.set()
        self._loop.set()

    def wait(self, tx: Tx) -> None:
        """Inside a unit or query: block until the gate is open."""
        self._reached.set()
        if tx.dialect == "sqlite":
            assert self._thread.wait(DEADLINE_S)
        else:
            await_only(asyncio.wait_for(self._loop.wait(), DEADLINE_S))

    def wait_in_lane(self) -> None:
        self._reached.set()
        assert self._thread.wait(DEADLINE_S)

    async def wait_in_async_lane(self) -> None:
        self._reached.set()
        await asyncio.wait_for(self._loop.wait(), DEADLINE_S)

    async def reached(self) -> None:
        """In the test: wait until somebody is at the gate."""
        async with asyncio.timeout(DEADLINE_S):
            while not self._reached.is_set():
                await asyncio.sleep(0.005)


class Notes:
    """A lane that stores pairs in `meta` and records what was applied and delivered. The value "bad" makes `apply` fail
    after the items before it."""

    def __init__(self, storage: Storage, gate: Gate | None = None) -> None:
        self.applied: list[list[str]] = []
        self.outcomes: dict[str, object] = {}
        self.delivered: list[str] = []
        self.threads: set[int] = set()
        self.on_delivery: Callable[[Sequence[Any]], None] = lambda items: None
        self._gate = gate
        apply = self._apply_here if storage.dialect == "sqlite" else self._apply_there
        self._lane: Lane[tuple[str, str]] = storage.lane(apply, self._deliver)

    def submit(self, *keys: str, value: str = "kept") -> None:
        for key in keys:
            self._lane.submit((key, value))

    async def settled(self, count: int) -> None:
        """Wait for that many outcomes."""
        async with asyncio.timeout(DEADLINE_S):
            while len(self.delivered) < count:
                await asyncio.sleep(0.005)

    def _apply_here(self, connection: Any, items: Sequence[tuple[str, str]]) -> list[str]:
        if self._gate is not None:
            self._gate.wait_in_lane()
        for key, value in items:
            connection.execute(INSERT["sqlite"], (key, value))
            self._check(value)
        return self._note(items)

    async def _apply_there(self, connection: Any, items: Sequence[tuple[str, str]]) -> list[str]:
        if self._gate is not None:
            await self._gate.wait_in_async_lane()
        for key, value in items:
            await connection.execute(INSERT["postgresql"], key, value)
            self._check(value)
        return self._note(items)

    def _check(self, value: str) -> None:
        if value == "bad":
            raise ValueError("a bad item")

    def _note(self, items: Sequence[tuple[str, str]]) -> list[str]:
        self.applied.append([key for key, _ in items])
        return [f"result of {key}" for key, _ in items]

    def _deliver(self, items: Sequence[tuple[str, str]], results: Sequence[str] | Exception) -> None:
        self.threads.add(threading.get_ident())
        outcomes = [results] * len(items) if isinstance(results, Exception) else results
        for (key, _), outcome in zip(items, outcomes, strict=True):
            self.delivered.append(key)
            self.outcomes[key] = outcome
        self.on_delivery(items)


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Storage]:
    """Another program on the same database."""
    storage = await open_storage(database_url)
    yield storage
    await storage.close()


def keep(key: str, value: str = "kept") -> Callable[[Tx], str]:
    """A unit that stores one pair."""

    def unit(tx: Tx) -> str:
        tx.session.add(MetaRow(key=key, value=value))
        return key

    return unit


def keys(tx: Tx) -> list[str]:
    return sorted(tx.session.exec(select(MetaRow.key)))


# -- units and queries ------------------------------------------------------------------


async def test_write_returns_after_the_commit(storage: Storage, other: Storage) -> None:
    assert await storage.write(keep("a")) == "a"
    assert await other.read(keys) == ["a"]


async def test_read_sees_earlier_commits(storage: Storage) -> None:
    for n in range(50):
        await storage.write(keep(f"{n:02}"))
        assert len(await storage.read(keys)) == n + 1


async def test_read_sees_one_snapshot(storage: Storage) -> None:
    gate = Gate()

    def query(tx: Tx) -> tuple[list[str], list[str]]:
        before = keys(tx)
        gate.wait(tx)
        return before, keys(tx)

    await storage.write(keep("before"))
    reading = asyncio.create_task(storage.read(query))
    await gate.reached()
    await storage.write(keep("meanwhile"))
    gate.open()
    assert await reading == (["before"], ["before"])
    assert await storage.read(keys) == ["before", "meanwhile"]


async def test_loaded_row_stays_readable_after_the_transaction(storage: Storage) -> None:
    await storage.write(keep("a", "loaded"))
    for run in (storage.read, storage.write):
        row = await run(lambda tx: tx.session.get(MetaRow, "a"))
        assert row is not None
        assert row.value == "loaded"


async def test_query_cannot_write(storage: Storage) -> None:
    """It cannot have effects either."""
    with pytest.raises(Exception, match=r"read.?only"):
        await storage.read(keep("a"))
    with pytest.raises(RuntimeError, match=r"storage\.write"):
        await storage.read(lambda tx: tx.after_commit(lambda: None))
    assert await storage.read(keys) == []


async def test_failing_unit_rolls_back_alone(storage: Storage) -> None:
    """Every third of many concurrent units fails with its own error. The others are stored."""

    def unit(n: int) -> Callable[[Tx], int]:
        def work(tx: Tx) -> int:
            tx.session.add(MetaRow(key=f"{n:02}", value=""))
            tx.session.flush()
            if n % 3 == 0:
                raise LookupError(n)
            return n

        return work

    results = await asyncio.gather(*(storage.write(unit(n)) for n in range(30)), return_exceptions=True)
    for n, result in enumerate(results):
        if n % 3 == 0:
            assert isinstance(result, LookupError)
            assert result.args == (n,)
        else:
            assert result == n
    assert await storage.read(keys) == [f"{n:02}" for n in range(30) if n % 3]


async def test_constraint_violation_is_raised_to_its_unit(storage: Storage) -> None:
    await storage.write(keep("a"))
    first, refused, last = await asyncio.gather(
        storage.write(keep("b")), storage.write(keep("a")), storage.write(keep("c")), return_exceptions=True
    )
    assert (first, last) == ("b", "c")
    assert isinstance(refused, IntegrityError)
    assert await storage.read(keys) == ["a", "b", "c"]


async def test_error_shows_no_stored_text(storage: Storage) -> None:
    await storage.write(keep("a"))
    with pytest.raises(IntegrityError) as refused:
        await storage.write(keep("a", "what somebody wrote"))
    assert "somebody wrote" not in str(refused.value)


async def test_nested_transaction_may_fail(storage: Storage) -> None:
    await storage.write(keep("a"))

    def unit(tx: Tx) -> None:
        tx.session.add(MetaRow(key="b", value=""))
        with pytest.raises(IntegrityError), tx.session.begin_nested():
            tx.session.add(MetaRow(key="a", value=""))
        tx.session.add(MetaRow(key="c", value=""))

    await storage.write(unit)
    assert await storage.read(keys) == ["a", "b", "c"]


async def test_unit_cannot_end_its_transaction(storage: Storage) -> None:
    """`commit` only flushes and `rollback` raises."""

    def hasty(tx: Tx) -> None:
        tx.session.add(MetaRow(key="a", value=""))
        tx.session.commit()
        raise LookupError

    def timid(tx: Tx) -> None:
        tx.session.add(MetaRow(key="b", value=""))
        tx.session.flush()
        tx.session.rollback()

    results = await asyncio.gather(
        storage.write(hasty), storage.write(timid), storage.write(keep("c")), return_exceptions=True
    )
    assert isinstance(results[0], LookupError)
    assert isinstance(results[1], RuntimeError)
    assert await storage.read(keys) == ["c"]


async def test_swallowed_error_stores_nothing(storage: Storage) -> None:
    await storage.write(keep("a"))

    def unit(tx: Tx) -> None:
        tx.session.add(MetaRow(key="b", value=""))
        tx.session.flush()
        tx.session.add(MetaRow(key="a", value=""))
        with pytest.raises(IntegrityError):
            tx.session.flush()

    with pytest.raises(Exception, match="rolled back"):
        await storage.write(unit)
    assert await storage.read(keys) == ["a"]


async def test_stop_iteration_reaches_the_caller(storage: Storage) -> None:
    """No coroutine can carry it, but the caller must not hang."""

    def unit(tx: Tx) -> None:
        next(iter(()))

    async with asyncio.timeout(DEADLINE_S):
        with pytest.raises(RuntimeError):
            await storage.write(unit)
        with pytest.raises(RuntimeError):
            await storage.read(unit)
    await storage.write(keep("after"))


# -- queries that cost much -------------------------------------------------------------

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
    for caller in callers:
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


# -- effects of a commit ----------------------------------------------------------------


async def test_effects_run_after_the_commit_and_before_the_caller(storage: Storage) -> None:
    told: list[str] = []
    threads: set[int] = set()

    def unit(tx: Tx) -> None:
        tx.session.add(MetaRow(key="a", value=""))
        tx.after_commit(lambda: told.append("first"))
        tx.after_commit(lambda: told.append("second"))
        tx.after_commit(lambda: threads.add(threading.get_ident()))
        told.append("unit")

    await storage.write(unit)
    told.append("caller")
    assert told == ["unit", "first", "second", "caller"]
    assert threads == {threading.get_ident()}


async def test_failing_unit_has_no_effects(storage: Storage) -> None:
    told: list[str] = []

    def unit(tx: Tx) -> None:
        tx.after_commit(lambda: told.append("never"))
        raise LookupError

    with pytest.raises(LookupError):
        await storage.write(unit)
    await storage.write(keep("a"))
    assert told == []


async def test_effects_run_in_commit_order(storage: Storage) -> None:
    told: list[int] = []
    await storage.write(keep("count", "0"))

    def unit(tx: Tx) -> None:
        tx.session.connection().execute(LOCK_ROW)
        number = int(facts.get(tx, "count") or 0) + 1
        facts.put(tx, "count", str(number))
        tx.after_commit(lambda: told.append(number))

    if storage.dialect == "postgresql":
        # Commits of one moment may be answered in either order there: one at a time.
        for _ in range(50):
            await storage.write(unit)
    else:
        await asyncio.gather(*(storage.write(unit) for _ in range(200)))
    assert told == list(range(1, len(told) + 1))


async def test_failing_effect_stops_nothing(storage: Storage) -> None:
    told: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["exception"]))

    def fail() -> None:
        raise LookupError

    def unit(tx: Tx) -> str:
        tx.after_commit(fail)
        tx.after_commit(lambda: told.append("the next"))
        return "stored"

    assert await storage.write(unit) == "stored"
    assert isinstance(told[0], LookupError)
    assert told[1:] == ["the next"]


async def test_cancelled_write_is_stored_with_its_effects(storage: Storage) -> None:
    gate, told = Gate(), asyncio.Event()

    def unit(tx: Tx) -> None:
        gate.wait(tx)
        tx.session.add(MetaRow(key="a", value=""))
        tx.after_commit(told.set)

    caller = asyncio.create_task(storage.write(unit))
    await gate.reached()
    caller.cancel()
    assert isinstance((await asyncio.gather(caller, return_exceptions=True))[0], asyncio.CancelledError)
    gate.open()
    await asyncio.wait_for(told.wait(), DEADLINE_S)
    assert await storage.read(keys) == ["a"]


# -- lanes ------------------------------------------------------------------------------


async def test_lane_keeps_the_order_of_items(storage: Storage, other: Storage) -> None:
    notes = Notes(storage)
    names = [f"{n:04}" for n in range(1_200)]
    for name in names:
        notes.submit(name)
        if name.endswith("00"):
            await asyncio.sleep(0)
    await notes.settled(len(names))
    assert [name for batch in notes.applied for name in batch] == notes.delivered == names
    assert notes.outcomes == {name: f"result of {name}" for name in names}
    assert notes.threads == {threading.get_ident()}
    assert await other.read(keys) == names


async def test_lane_batches_waiting_items(storage: Storage) -> None:
    gate = Gate()
    notes = Notes(storage, gate)
    notes.submit("first")
    await gate.reached()
    notes.submit(*(f"{n:04}" for n in range(1_100)))
    gate.open()
    await notes.settled(1_101)
    assert [len(batch) for batch in notes.applied] == [1, 500, 500, 100]


async def test_delivery_follows_the_commit(storage: Storage, other: Storage) -> None:
    notes = Notes(storage)
    seen: list[asyncio.Task[list[str]]] = []
    notes.on_delivery = lambda items: seen.append(asyncio.create_task(other.read(keys)))
    notes.submit("a")
    await notes.settled(1)
    assert await seen[0] == ["a"]


async def test_bad_item_fails_alone(storage: Storage) -> None:
    gate = Gate()
    notes = Notes(storage, gate)
    notes.submit("first")
    await gate.reached()
    notes.submit("a", "b", "c")
    notes.submit("evil", value="bad")
    notes.submit("d", "e")
    gate.open()
    await notes.settled(7)
    assert isinstance(notes.outcomes.pop("evil"), ValueError)
    assert notes.outcomes == {name: f"result of {name}" for name in ("first", "a", "b", "c", "d", "e")}
    assert notes.delivered == ["first", "a", "b", "c", "evil", "d", "e"]
    assert await storage.read(keys) == ["a", "b", "c", "d", "e", "first"]


async def test_failing_lane_does_not_affect_units_and_other_lanes(storage: Storage) -> None:
    bad, good = Notes(storage), Notes(storage)
    bad.submit("bad 1", "bad 2", value="bad")
    good.submit("good")
    unit = storage.write(keep("unit"))
    bad.submit("bad 3", value="bad")
    assert await unit == "unit"
    await bad.settled(3)
    await good.settled(1)
    assert all(isinstance(outcome, ValueError) for outcome in bad.outcomes.values())
    assert await storage.read(keys) == ["good", "unit"]


async def test_failing_delivery_does_not_stop_the_lane(storage: Storage) -> None:
    told: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["exception"]))
    notes = Notes(storage)

    def fail(items: Sequence[Any]) -> None:
        raise LookupError

    notes.on_delivery = fail
    notes.submit("a")
    await notes.settled(1)
    notes.on_delivery = lambda items: None
    notes.submit("b")
    await notes.settled(2)
    assert [type(error) for error in told] == [LookupError]
    assert await storage.read(keys) == ["a", "b"]


async def test_concurrent_units_and_items_are_all_stored(storage: Storage) -> None:
    notes = Notes(storage)
    await storage.write(keep("count", "0"))

    def add_one(tx: Tx) -> None:
        tx.session.connection().execute(LOCK_ROW)
        facts.put(tx, "count", str(int(facts.get(tx, "count") or 0) + 1))

    async def submit() -> None:
        for n in range(3_000):
            notes.submit(f"item {n}")
            if n % 50 == 0:
                await asyncio.sleep(0)

    await asyncio.gather(submit(), *(storage.write(add_one) for _ in range(300)))
    await notes.settled(3_000)
    assert await storage.read(lambda tx: facts.get(tx, "count")) == "300"
    assert await storage.read(lambda tx: tx.session.exec(select(func.count()).select_from(MetaRow)).one()) == 3_001
    assert len(notes.applied) < 3_000


# -- outages ----------------------------------------------------------------------------

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


# -- the end ----------------------------------------------------------------------------


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


async def test_durability_settings_are_on(storage: Storage) -> None:
    def settings(tx: Tx) -> list[object]:
        asked = (
            ("PRAGMA journal_mode", "PRAGMA synchronous", "PRAGMA foreign_keys")
            if tx.dialect == "sqlite"
            else ("SHOW synchronous_commit", "SHOW transaction_isolation")
        )
        return [tx.session.connection().exec_driver_sql(setting).scalar_one() for setting in asked]

    full = ["wal", 2, 1] if storage.dialect == "sqlite" else ["on", "read committed"]
    assert await storage.write(settings) == full
