"""The writer for SQLite: one thread owns the only connection that writes.

All that queued up while the previous commit ran goes into one transaction, a *group*: runs of lane
items and units in the order they came, a savepoint each. Who comes alone is committed alone, at once; where a group
had to be shared, the next one begins no sooner than `APART_S` after it did, and `PAUSE_S` after it was done: many
small groups would cost more than they store. After the commit the loop is woken once, and hands out the outcomes in
that order.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from storage.outages import Outages
from storage.own_file import OwnFile
from storage.ports import Dialect, Lane, ReadKind, StorageUnavailable, TookTooLong, Tx
from storage.readers_sqlite import Readers, engine_over
from storage.transaction import Effect, call, raisable, run

T = TypeVar("T")
Item = TypeVar("Item")
Result = TypeVar("Result")

GROUP_ITEMS = 500
"""Lane items in one group at most, and so in one call of `apply`."""
GROUP_UNITS = 50
"""Units in one group at most."""
APART_S = 0.0015
"""From the beginning of a group of several items or units to that of the next one, at least."""
PAUSE_S = 0.00075
"""And from its end: while groups take longer than usual, the loop is to bring larger ones together, not more."""
BUSY_S = 5.0
"""How long to wait for another program that holds the database's lock."""
READERS: Mapping[ReadKind, int] = {"quick": 2, "heavy": 2, "export": 1}
"""Connections that read, of each kind."""

COPIED_AFTER_GROUPS = 64
"""Groups in the log before it is copied into the file, by a thread of its own."""
BEGUN_ANEW_AFTER_COPIES = 4
"""Copies before the writer copies what came meanwhile, so that the log begins at its start again."""
_CHECKPOINT_PAGES = 16_000
"""Pages in the log at which the writer does not wait for that any longer, and copies what is left itself."""
_WAL_LIMIT = 64 * 1024 * 1024
"""Bytes to which the log file is cut back after a checkpoint."""
_OUTAGES = {
    sqlite3.SQLITE_FULL: "make room on its disk",
    sqlite3.SQLITE_BUSY: "another program holds its lock: wait for that program, or end it",
    sqlite3.SQLITE_LOCKED: "another program holds its lock: wait for that program, or end it",
    sqlite3.SQLITE_READONLY: "give the server the right to write to the file and its folder",
    sqlite3.SQLITE_PERM: "give the server the right to write to the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "see that its folder exists and the server may write there",
    sqlite3.SQLITE_IOERR: "look after its disk",
    sqlite3.SQLITE_PROTOCOL: "keep it on a local disk: locks do not work here",
    sqlite3.SQLITE_NOMEM: "give the server more memory",
    sqlite3.SQLITE_CORRUPT: "stop the server, and restore the file from a backup",
    sqlite3.SQLITE_NOTADB: "stop the server, and restore the file from a backup",
}
"""What keeps SQLite from storing whatever it is asked to store, by result code, and what to do about it."""


class _Handle(sqlite3.Connection):
    """A connection whose transactions are begun and ended by SQL alone.

    SQLAlchemy commits and rolls back by these methods, whatever it believes to be its own: what it
    is lent here is a part of a group, which only the group's owner ends.
    """

    def commit(self) -> None:
        """Nothing."""

    def rollback(self) -> None:
        """Nothing."""


def _connect(path: Path, *, busy_s: float, writing: bool) -> _Handle:
    handle = sqlite3.connect(
        f"{path.as_uri()}?mode={'rwc' if writing else 'ro'}",
        uri=True,
        timeout=busy_s,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
        factory=_Handle,
    )
    try:
        if writing:
            (mode,) = handle.execute("PRAGMA journal_mode = WAL").fetchone()
            if mode != "wal":
                raise StorageUnavailable(f"{path}: SQLite cannot keep a write-ahead log there; use a local disk")
            # With less than FULL a commit that was acknowledged may be lost with the power.
            handle.execute("PRAGMA synchronous = FULL")
            handle.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
            handle.execute(f"PRAGMA journal_size_limit = {_WAL_LIMIT}")
        # What is deleted or written over is not to be found in the file any more.
        handle.execute("PRAGMA secure_delete = ON")
        handle.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        handle.close()
        raise
    return handle


class _Group:
    """The transaction that several steps share. SQLAlchemy is begun only where a unit needs it."""

    def __init__(self, handle: _Handle, engine: Engine) -> None:
        self.handle = handle
        self._engine = engine
        self._connection: Connection | None = None

    def connection(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    @contextmanager
    def part(self) -> Iterator[None]:
        """A savepoint around one step: an exception takes back what the step did, and goes on.

        Raises StorageUnavailable for a step that could not be stored. Where SQLite gave up the whole
        transaction there is nothing to go on with: see `handle.in_transaction`.
        """
        self.handle.execute("SAVEPOINT part")
        try:
            yield
        except Exception as error:
            if self.handle.in_transaction:
                self.handle.execute("ROLLBACK TO part")
                self.handle.execute("RELEASE part")
                outage = outage_of(error)
                if outage is not None:
                    raise outage from error
            raise
        self.handle.execute("RELEASE part")

    def end(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class _Batch:
    """A run of items of one lane."""

    def __init__(self, lane: _SqliteLane) -> None:
        self._lane = lane
        self.items: list[Any] = []
        self._outcomes: list[tuple[Sequence[Any], Sequence[Any] | Exception]] = []
        self.outage: StorageUnavailable | None = None

    def apply(self, group: _Group) -> None:
        self._apply(group, self.items)

    def _apply(self, group: _Group, items: Sequence[Any]) -> None:
        try:
            with group.part():
                results = self._lane.apply(group.handle, items)
        except Exception as error:
            if not group.handle.in_transaction:
                raise
            self._refuse(group, items, error)
        else:
            self._outcomes.append((items, results))

    def _refuse(self, group: _Group, items: Sequence[Any], error: Exception) -> None:
        # One bad item must not take its neighbours with it: halve until it is alone.
        if isinstance(error, StorageUnavailable):
            self.outage = error
        if len(items) == 1 or self.outage is error:
            self._outcomes.append((items, error))
            return
        middle = len(items) // 2
        self._apply(group, items[:middle])
        self._apply(group, items[middle:])

    def lost(self, outage: StorageUnavailable) -> None:
        self._outcomes = [(self.items, outage)]

    def settle(self, loop: asyncio.AbstractEventLoop) -> None:
        for items, outcome in self._outcomes:
            call(loop, self._lane.deliver, items, outcome)


class _Unit:
    """One unit, and who waits for it."""

    def __init__(self, unit: Callable[[Tx], Any], future: asyncio.Future[Any]) -> None:
        self._unit = unit
        self._future = future
        self._effects: list[Effect] = []
        self._result: Any = None
        self._error: Exception | None = None
        self.outage: StorageUnavailable | None = None

    def apply(self, group: _Group) -> None:
        try:
            with group.part(), group.connection().begin():
                self._result = run(group.connection(), "sqlite", self._unit, self._effects)
        except Exception as error:
            if not group.handle.in_transaction:
                raise
            self._fail(error)

    def lost(self, outage: StorageUnavailable) -> None:
        if self._error is None:
            self._fail(outage)

    def _fail(self, error: Exception) -> None:
        self._effects.clear()
        self._error = raisable(error)
        if isinstance(error, StorageUnavailable):
            self.outage = error

    def settle(self, loop: asyncio.AbstractEventLoop) -> None:
        for effect in self._effects:
            call(loop, effect)
        if self._future.done():
            return
        if self._error is None:
            self._future.set_result(self._result)
        else:
            self._future.set_exception(self._error)


class _SqliteLane:
    """`storage.ports.Lane`."""

    __slots__ = ("_storage", "apply", "deliver")

    def __init__(
        self,
        storage: SqliteStorage,
        apply: Callable[[Any, Sequence[Any]], Any],
        deliver: Callable[[Sequence[Any], Sequence[Any] | Exception], None],
    ) -> None:
        self._storage = storage
        self.apply = apply
        self.deliver = deliver

    def submit(self, item: Any) -> None:
        storage = self._storage
        if storage.closing:
            raise storage.closed_error()
        storage.queue.put((self, item))


class _Copier:
    """Copies the log into the file beside the writer, for whom it would be a pause, and for all who write just then.

    Often, since a flush of few pages delays those of the log least.
    """

    def __init__(self, path: Path, busy_s: float) -> None:
        self._handle = _connect(path, busy_s=busy_s, writing=True)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-copier")
        self._groups = 0
        self._copies = 0
        self._copying: Future[None] | None = None

    def committed(self) -> None:
        """There is one group more in the log."""
        self._groups += 1
        if self._groups >= COPIED_AFTER_GROUPS and (self._copying is None or self._copying.done()):
            self._groups = 0
            self._copying = self._thread.submit(_copy_log, self._handle)

    def leaves_the_rest(self) -> bool:
        """Has it just made so many copies that the writer is to make the next one? Told once."""
        if self._copying is None or not self._copying.done():
            return False
        self._copying = None
        self._copies = (self._copies + 1) % BEGUN_ANEW_AFTER_COPIES
        return self._copies == 0

    def close(self) -> None:
        self._thread.shutdown()
        self._handle.close()


class SqliteStorage:
    """`storage.ports.Storage` on one file. Made by `open_sqlite`; all calls come from one event loop."""

    dialect: Dialect = "sqlite"

    def __init__(self, path: Path, busy_s: float, loop: asyncio.AbstractEventLoop) -> None:
        self._path = path = path.absolute()
        self._loop = loop
        self._handle = _connect(path, busy_s=busy_s, writing=True)
        self._engine = engine_over(self._handle)
        self._file = OwnFile(path)
        self._copier = _Copier(path, busy_s)
        connect = partial(_connect, path, busy_s=busy_s, writing=False)
        self._readers = {kind: Readers(connect, count, kind, loop) for kind, count in READERS.items()}
        self._checker = Readers(connect, 1, "check", loop)
        self._checking: asyncio.Task[None] | None = None
        self.queue: SimpleQueue[tuple[_SqliteLane, Any] | _Unit | None] = SimpleQueue()
        """What waits for the writer: items with their lanes, units; None ends it."""
        self.closing = False
        self._writing = Outages("write", file=str(path))
        self._looking = Outages("read", file=str(path))
        self._finished = loop.create_future()
        self._thread = threading.Thread(target=self._write_all, name="sqlite-writer", daemon=True)
        self._thread.start()

    async def write(self, unit: Callable[[Tx], T]) -> T:
        """As `storage.ports.Storage.write`. The unit runs even if the caller is cancelled meanwhile."""
        if self.closing:
            raise self.closed_error()
        future: asyncio.Future[T] = self._loop.create_future()
        self.queue.put(_Unit(unit, future))
        return await future

    async def read(self, query: Callable[[Tx], T], kind: ReadKind = "quick", within_s: float | None = None) -> T:
        """As `storage.ports.Storage.read`: one snapshot for the whole query."""
        if self.closing:
            raise self.closed_error()
        return await self._look(self._readers[kind].run(query, within_s))

    async def check(self) -> None:
        """As `storage.ports.Storage.check`."""
        if self.closing:
            raise self.closed_error()
        if self._checking is None or self._checking.done():
            self._checking = self._loop.create_task(self._check())
            self._checking.add_done_callback(_hear)
        await asyncio.shield(self._checking)

    async def _check(self) -> None:
        await self._look(self._checker.run(_look_into))
        try:
            self._file.check()
        except StorageUnavailable as gone:
            self._writing.failed(gone)
            raise

    async def _look(self, looking: Awaitable[T]) -> T:
        try:
            found = await looking
        except TookTooLong:
            raise
        except Exception as error:
            outage = outage_of(error)
            if outage is None:
                raise
            self._looking.failed(outage)
            raise outage from error
        self._looking.worked()
        return found

    def lane(
        self,
        apply: Callable[[Any, Sequence[Item]], Any],
        deliver: Callable[[Sequence[Item], Sequence[Result] | Exception], None],
    ) -> Lane[Item]:
        """As `storage.ports.Storage.lane`."""
        return cast("Lane[Item]", _SqliteLane(self, apply, cast("Any", deliver)))

    async def close(self) -> None:
        """As `storage.ports.Storage.close`. May be called again."""
        if not self.closing:
            self.closing = True
            self.queue.put(None)
        await asyncio.shield(self._finished)

    def closed_error(self) -> StorageUnavailable:
        return StorageUnavailable(f"{self._path}: closed, because the server is stopping")

    # -- on the writer's thread ---------------------------------------------------------

    def _write_all(self) -> None:
        going_on, not_before = True, 0.0
        while going_on:
            steps, going_on = self._take(not_before)
            began = time.monotonic()
            if steps:
                self._commit(steps)
                if not self._tell(self._settle, steps):
                    going_on = False
                not_before = max(began + APART_S, time.monotonic() + PAUSE_S) if _is_shared(steps) else 0.0
                self._copier.committed()
                if self._copier.leaves_the_rest():
                    # The few groups that came meanwhile. A log of which nothing is left to be copied begins at
                    # its start again: it stays short, and is written over in place instead of growing.
                    _copy_log(self._handle)
        self._let_go()
        self._tell(self._finished.set_result, None)

    def _take(self, not_before: float) -> tuple[list[_Batch | _Unit], bool]:
        """All that waits, at `not_before` (of `time.monotonic`) or when something does, as far as it goes into one
        group; at least one step. And whether to go on after it."""
        steps: list[_Batch | _Unit] = []
        lane: _SqliteLane | None = None
        items: list[Any] = []
        room, units = GROUP_ITEMS, 0
        if (early := not_before - time.monotonic()) > 0:
            time.sleep(early)
        entry = self.queue.get()
        while entry is not None:
            if type(entry) is tuple:
                if entry[0] is not lane:
                    lane = entry[0]
                    batch = _Batch(lane)
                    items = batch.items
                    steps.append(batch)
                items.append(entry[1])
                room -= 1
            else:
                steps.append(cast("_Unit", entry))
                lane = None
                units += 1
            if not room or units == GROUP_UNITS:
                return steps, True
            try:
                entry = self.queue.get_nowait()
            except Empty:
                return steps, True
        return steps, False

    def _commit(self, steps: Sequence[_Batch | _Unit]) -> None:
        try:
            self._transact(steps)
        except BaseException as error:  # noqa: BLE001  # it is told to everybody in the group, and the writer goes on
            outage = _outage_behind(error)
            for step in steps:
                step.lost(outage)
            self._writing.failed(outage)
        else:
            # One of them may have met an outage, and the others not.
            refused = [step.outage for step in steps if step.outage is not None]
            if refused:
                self._writing.failed(refused[0])
            else:
                self._writing.worked()

    def _transact(self, steps: Sequence[_Batch | _Unit]) -> None:
        handle = self._handle
        if handle.in_transaction:
            # Even the rollback of an earlier group failed.
            handle.execute("ROLLBACK")
        handle.execute("BEGIN IMMEDIATE")
        group = _Group(handle, self._engine)
        try:
            for step in steps:
                step.apply(group)
            # Whatever can fail does so before the commit: after it everybody is told that it is stored.
            group.end()
            self._file.check_now_and_then(time.monotonic())
            handle.execute("COMMIT")
        except BaseException:
            if handle.in_transaction:
                handle.execute("ROLLBACK")
            raise
        finally:
            group.end()

    def _tell(self, callback: Callable[..., object], *arguments: Any) -> bool:
        try:
            self._loop.call_soon_threadsafe(callback, *arguments)
        except RuntimeError:
            # The loop was closed before the storage was: nobody is left who could be told.
            return False
        return True

    def _let_go(self) -> None:
        # The connection that writes goes last: the last one to close empties the log into the file.
        self._copier.close()
        for readers in (*self._readers.values(), self._checker):
            readers.close()
        self._engine.dispose()
        self._handle.close()

    # -- on the loop --------------------------------------------------------------------

    def _settle(self, steps: Sequence[_Batch | _Unit]) -> None:
        for step in steps:
            step.settle(self._loop)


async def open_sqlite(path: Path, *, busy_s: float = BUSY_S) -> SqliteStorage:
    """The storage in the file `path`, which is made if there is none; its tables are the migrations' work.

    Raises StorageUnavailable where the file cannot be opened.
    """
    loop = asyncio.get_running_loop()
    try:
        return await asyncio.to_thread(SqliteStorage, path, busy_s, loop)
    except sqlite3.Error as error:
        outage = outage_of(error) or StorageUnavailable(str(error))
        raise StorageUnavailable(f"{path}: {outage}") from error


def _look_into(tx: Tx) -> None:
    # `SELECT 1` would be answered without a look at the file.
    tx.session.connection().exec_driver_sql("SELECT 1 FROM sqlite_schema LIMIT 1")


def _hear(task: asyncio.Task[None]) -> None:
    """Where everybody who asked is gone, nobody else takes its exception."""
    if not task.cancelled():
        task.exception()


def _copy_log(handle: _Handle) -> None:
    # What cannot be copied stays in the log, where it is as safe; the writer meets a full or broken disk too.
    with suppress(sqlite3.Error):
        handle.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()


def _is_shared(steps: Sequence[_Batch | _Unit]) -> bool:
    """Is a group of more than one item or unit?"""
    return len(steps) > 1 or any(isinstance(step, _Batch) and len(step.items) > 1 for step in steps)


def outage_of(error: BaseException) -> StorageUnavailable | None:
    """The outage of SQLite that `error` tells of; None for an error of what was asked."""
    root = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(root, "sqlite_errorcode", None)
    if code is None or code & 0xFF not in _OUTAGES:
        return None
    return StorageUnavailable(f"SQLite cannot store or read ({root}): {_OUTAGES[code & 0xFF]}")


def _outage_behind(error: BaseException) -> StorageUnavailable:
    """The outage that lost a whole group. Who cleaned up after it may have met errors of their own."""
    outage: StorageUnavailable | None = None
    cause: BaseException | None = error
    while outage is None and cause is not None:
        outage = cause if isinstance(cause, StorageUnavailable) else outage_of(cause)
        cause = cause.__cause__ or cause.__context__
    if outage is error:
        return outage
    outage = outage or StorageUnavailable(f"SQLite lost a transaction: {error}")
    outage.__cause__ = error
    return outage
