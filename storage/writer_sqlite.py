"""SQLite: one thread owns the only writing connection, and commits for all who ask at once.

While one commit is being flushed, whatever comes queues up; the next takes all of it. There is no
timer: alone, a write is stored at once; under load, hundreds share a flush. Lane items are applied
in runs, each unit in a savepoint of its own, so that what fails takes nothing else with it. Then the
loop is woken once for the whole group, and told in the order of the work.

    group := BEGIN IMMEDIATE, (savepoint: run of lane items | savepoint: unit)*, COMMIT
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

from storage.ports import Dialect, StorageUnavailable

T = TypeVar("T")
Item = TypeVar("Item")

GROUP_ITEMS = 500
"""Lane items that share one commit at most."""
GROUP_UNITS = 50
"""Units that share one commit at most."""
READERS = 2
BUSY_MS = 5_000

log = structlog.get_logger(__name__)


class SqliteTx:
    """`storage.ports.Tx` on SQLite."""

    dialect: Dialect = "sqlite"

    def __init__(self, session: Session) -> None:
        self.session = session
        self.effects: list[Callable[[], None]] = []

    def after_commit(self, effect: Callable[[], None]) -> None:
        self.effects.append(effect)


class _Unit:
    """One unit, and what became of it."""

    __slots__ = ("effects", "error", "future", "result", "run")

    def __init__(self, run: Callable[[SqliteTx], Any], future: asyncio.Future[Any]) -> None:
        self.run = run
        self.future = future
        self.result: Any = None
        self.error: BaseException | None = None
        self.effects: list[Callable[[], None]] = []

    def tell(self) -> None:
        """On the loop: the effects, then the caller."""
        if self.error is None:
            for effect in self.effects:
                _safely(effect)
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class _Run:
    """Items of one lane that are applied together, and what became of them."""

    __slots__ = ("items", "lane", "outcome")

    def __init__(self, lane: SqliteLane[Any], items: list[Any]) -> None:
        self.lane = lane
        self.items = items
        self.outcome: Sequence[Any] | Exception = []

    def tell(self) -> None:
        _safely(lambda: self.lane.deliver(self.items, self.outcome))


def _safely(effect: Callable[[], None]) -> None:
    try:
        effect()
    except Exception:
        log.exception("effect_failed")


class SqliteLane(Generic[Item]):
    """`storage.ports.Lane` into the writer's queue."""

    def __init__(
        self,
        writer: _Writer,
        apply: Callable[[Any, Sequence[Item]], Any],
        deliver: Callable[[Sequence[Item], Sequence[Any] | Exception], None],
    ) -> None:
        self._writer = writer
        self.apply = apply
        self.deliver = deliver

    def submit(self, item: Item) -> None:
        self._writer.put((self, item))


class _Writer(threading.Thread):
    """The thread that owns the writing connection."""

    def __init__(self, path: Path, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(name="switchboard-writer", daemon=True)
        self._path = path
        self._loop = loop
        self._queue: deque[_Unit | tuple[SqliteLane[Any], Any]] = deque()
        self._work = threading.Condition(threading.Lock())
        self._sleeping = False
        self._stopping = False
        self.opened: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[None] = loop.create_future()

    # -- from the loop --------------------------------------------------------------------

    def put(self, work: _Unit | tuple[SqliteLane[Any], Any]) -> None:
        self._queue.append(work)
        # The thread looks at the queue once more after it said that it sleeps: no wake-up is missed,
        # and while it works none is paid for.
        if self._sleeping:
            with self._work:
                self._work.notify()

    def stop(self) -> None:
        with self._work:
            self._stopping = True
            self._work.notify()

    # -- on the thread --------------------------------------------------------------------

    def run(self) -> None:
        try:
            raw = connect(self._path)
        except sqlite3.Error as error:
            self._tell_loop(self.opened.set_exception, StorageUnavailable(f"{self._path}: {error}"))
            return
        engine = _engine_over(raw)
        connection = engine.connect()
        self._tell_loop(self.opened.set_result, None)
        try:
            while self._wait_for_work():
                self._commit(raw, connection, self._take())
        finally:
            raw.close()
            self._tell_loop(self.ended.set_result, None)

    def _tell_loop(self, tell: Callable[[Any], object], value: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(tell, value)
        except RuntimeError:
            log.warning("loop_closed_before_storage")

    def _wait_for_work(self) -> bool:
        if self._queue:
            return True
        with self._work:
            self._sleeping = True
            while not self._queue and not self._stopping:
                self._work.wait()
            self._sleeping = False
        return bool(self._queue)

    def _take(self) -> list[_Unit | _Run]:
        """All that queued up, in its order; neighbours of one lane together."""
        group: list[_Unit | _Run] = []
        items = units = 0
        while self._queue and items < GROUP_ITEMS and units < GROUP_UNITS:
            work = self._queue.popleft()
            if isinstance(work, _Unit):
                units += 1
                group.append(work)
                continue
            items += 1
            lane, item = work
            last = group[-1] if group else None
            if isinstance(last, _Run) and last.lane is lane:
                last.items.append(item)
            else:
                group.append(_Run(lane, [item]))
        return group

    def _commit(self, raw: sqlite3.Connection, connection: Connection, group: list[_Unit | _Run]) -> None:
        try:
            raw.execute("BEGIN IMMEDIATE")
            for work in group:
                if isinstance(work, _Run):
                    _apply(raw, work)
                else:
                    _run(connection, work)
            if connection.in_transaction():
                connection.commit()
            if raw.in_transaction:
                raw.execute("COMMIT")
        except Exception as error:
            log.error("commit_failed", error=str(error))
            _roll_back(raw, connection)
            _nothing_stored(group, error)
        self._tell_loop(_tell_all, group)


def _tell_all(group: list[_Unit | _Run]) -> None:
    for work in group:
        work.tell()


def _apply(raw: sqlite3.Connection, run: _Run) -> None:
    raw.execute("SAVEPOINT run")
    try:
        run.outcome = run.lane.apply(raw, run.items)
    except Exception as error:
        if _fatal(raw, error):
            raise
        raw.execute("ROLLBACK TO run")
        run.outcome = error
    raw.execute("RELEASE run")


def _run(connection: Connection, unit: _Unit) -> None:
    if not connection.in_transaction():
        connection.begin()
    session = Session(bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    tx = SqliteTx(session)
    try:
        unit.result = unit.run(tx)
        session.commit()
        unit.effects = tx.effects
    except BaseException as error:
        if _fatal(connection.connection.driver_connection, error):
            raise
        session.rollback()
        unit.error = error
    finally:
        session.close()


def _fatal(raw: Any, error: BaseException) -> bool:
    """Did SQLite itself give up the transaction, or run out of disk? Then the whole group is void."""
    cause = getattr(error, "orig", error)
    if not raw.in_transaction:
        return True
    return isinstance(cause, sqlite3.OperationalError) and getattr(cause, "sqlite_errorname", "") in (
        "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_BUSY", "SQLITE_NOMEM", "SQLITE_READONLY",
    )  # fmt: skip


def _roll_back(raw: sqlite3.Connection, connection: Connection) -> None:
    for undo in (connection.rollback, raw.rollback):
        try:
            undo()
        except Exception as error:
            log.warning("rollback_failed", error=str(error))


def _nothing_stored(group: list[_Unit | _Run], error: Exception) -> None:
    away = StorageUnavailable(f"the database cannot store: {error}")
    for work in group:
        if isinstance(work, _Run):
            work.outcome = away
        else:
            work.error = away
            work.effects = []


def connect(path: Path, *, reading: bool = False) -> sqlite3.Connection:
    """A connection as this program needs it: WAL, and every commit flushed to disk before it is told of."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    if reading:
        connection.execute("PRAGMA query_only = ON")
        return connection
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _engine_over(raw: sqlite3.Connection) -> Engine:
    """SQLAlchemy on a connection whose transactions are begun by hand."""
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool, pool_reset_on_return=None)

    @event.listens_for(engine, "begin")
    def begun_by_hand(connection: Connection) -> None:
        """The group's BEGIN IMMEDIATE is there already; a reader begins its own."""

    return engine


class _Reader:
    """One reading connection, used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.raw = connect(path, reading=True)
        self.connection = _engine_over(self.raw).connect()

    def read(self, query: Callable[[SqliteTx], T]) -> T:
        self.raw.execute("BEGIN")
        try:
            with Session(bind=self.connection, autoflush=False, expire_on_commit=False) as session:
                result = query(SqliteTx(session))
                session.expunge_all()
                return result
        finally:
            if self.connection.in_transaction():
                self.connection.rollback()
            if self.raw.in_transaction:
                self.raw.rollback()


class SqliteStorage:
    """`storage.ports.Storage` in one file."""

    dialect: Dialect = "sqlite"

    def __init__(self, path: Path, writer: _Writer) -> None:
        self._writer = writer
        self._path = path
        self._loop = asyncio.get_running_loop()
        self._closed = False
        self._readers = threading.local()
        self._opened: list[_Reader] = []
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="switchboard-reader")

    async def write(self, unit: Callable[[Any], T]) -> T:
        if self._closed:
            raise StorageUnavailable("the storage is closed")
        future: asyncio.Future[T] = self._loop.create_future()
        self._writer.put(_Unit(unit, future))
        # Shielded: what is queued runs, even if whoever asked goes away.
        return await asyncio.shield(future)

    async def read(self, query: Callable[[Any], T]) -> T:
        if self._closed:
            raise StorageUnavailable("the storage is closed")
        return await self._loop.run_in_executor(self._pool, self._read, query)

    def _read(self, query: Callable[[SqliteTx], T]) -> T:
        reader: _Reader | None = getattr(self._readers, "reader", None)
        try:
            if reader is None:
                reader = self._readers.reader = _Reader(self._path)
                self._opened.append(reader)
            return reader.read(query)
        except sqlite3.OperationalError as error:
            raise StorageUnavailable(f"the database cannot be read: {error}") from error

    def lane(
        self,
        apply: Callable[[Any, Sequence[Item]], Any],
        deliver: Callable[[Sequence[Item], Sequence[Any] | Exception], None],
    ) -> SqliteLane[Item]:
        return SqliteLane(self._writer, apply, deliver)

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._writer.stop()
        await self._writer.ended
        self._pool.shutdown(wait=True)
        for reader in self._opened:
            reader.raw.close()


async def open_sqlite(path: Path) -> SqliteStorage:
    """Open the database file, made if it is not there. Raises StorageUnavailable where it cannot be opened."""
    writer = _Writer(path, asyncio.get_running_loop())
    writer.start()
    await writer.opened
    return SqliteStorage(path, writer)
