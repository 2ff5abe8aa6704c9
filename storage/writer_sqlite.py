"""The SQLite storage: one thread owns the only connection that writes.

Everything that queued up during the previous commit goes into one transaction, a *group* (`storage.groups_sqlite`). A
unit or item that arrives alone is committed alone, at once. A group with more than one unit or item is *shared*. After
a shared group the writer pauses: the next group begins at least `APART_S` after the shared group began, and at least
`PAUSE_S` after it ended. Without the pause there would be many small groups, whose fixed cost is too high. After each
commit the event loop is woken once and delivers the results in order.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from storage import connection_sqlite
from storage.checkpoints_sqlite import Checkpoints, checkpoint
from storage.connection_sqlite import BUSY_S, outage_behind, outage_of
from storage.file_identity import OwnFile
from storage.groups_sqlite import Arrivals, Batch, Group, SqliteLane, Unit, is_shared
from storage.outages import Outages
from storage.ports import Dialect, Lane, ReadKind, StorageUnavailable, TookTooLong, Tx
from storage.readers_sqlite import Readers, engine_over

T = TypeVar("T")
Item = TypeVar("Item")
Result = TypeVar("Result")

APART_S = 0.0015
"""Minimum seconds from the start of a shared group to the start of the next group."""
PAUSE_S = 0.00075
"""Minimum seconds from the end of a shared group to the start of the next group. When groups take long, this gives the
event loop time to fill larger groups."""
READERS: Mapping[ReadKind, int] = {"quick": 2, "heavy": 2, "export": 1}
"""The number of reading connections for each kind of query."""


class Time(Protocol):
    """The functions of the module `time` that the writer uses."""

    def monotonic(self) -> float: ...
    def sleep(self, seconds: float, /) -> None: ...


class SqliteStorage:
    """Implements `storage.ports.Storage` on one file. Made by `open_sqlite`. Call it on one event loop."""

    dialect: Dialect = "sqlite"

    def __init__(self, path: Path, busy_s: float, loop: asyncio.AbstractEventLoop, clock: Time) -> None:
        path = path.absolute()
        self._loop = loop
        self._time = clock
        self._handle = connection_sqlite.connect(path, busy_s=busy_s, writing=True)
        self._engine = engine_over(self._handle)
        self._file = OwnFile(path)
        self._durable = True
        self._checkpoints = Checkpoints(path, busy_s)
        connect = partial(connection_sqlite.connect, path, busy_s=busy_s, writing=False)
        self._readers = {kind: Readers(connect, count, kind, loop) for kind, count in READERS.items()}
        self._checker = Readers(connect, 1, "check", loop)
        self._checking: asyncio.Task[None] | None = None
        self._arrivals = Arrivals(path)
        self._write_outages = Outages("write", file=str(path))
        self._read_outages = Outages("read", file=str(path))
        self._finished = loop.create_future()
        self._thread = threading.Thread(target=self._write_all, name="sqlite-writer", daemon=True)
        self._thread.start()

    async def write(self, unit: Callable[[Tx], T], *, durable: bool = True) -> T:
        self._require_open()
        future: asyncio.Future[T] = self._loop.create_future()
        self._arrivals.queue.put(Unit(unit, future, durable=durable))
        return await future

    async def read(self, query: Callable[[Tx], T], kind: ReadKind = "quick", within_s: float | None = None) -> T:
        self._require_open()
        return await self._reading(self._readers[kind].run(query, within_s))

    async def check(self) -> None:
        self._require_open()
        if self._checking is None or self._checking.done():
            self._checking = self._loop.create_task(self._check())
            self._checking.add_done_callback(_retrieve_exception)
        await asyncio.shield(self._checking)

    async def _check(self) -> None:
        await self._reading(self._checker.run(_read_schema))
        try:
            self._file.check()
        except StorageUnavailable as outage:
            self._write_outages.failed(outage)
            raise

    async def _reading(self, query: Awaitable[T]) -> T:
        try:
            found = await query
        except TookTooLong:
            raise
        except Exception as error:
            outage = outage_of(error)
            if outage is None:
                raise
            self._read_outages.failed(outage)
            raise outage from error
        self._read_outages.worked()
        return found

    def lane(
        self,
        apply: Callable[[Any, Sequence[Item]], Any],
        deliver: Callable[[Sequence[Item], Sequence[Result] | Exception], None],
    ) -> Lane[Item]:
        return cast("Lane[Item]", SqliteLane(self._arrivals, apply, cast("Any", deliver)))

    async def close(self) -> None:
        """Like `storage.ports.Storage.close`. May be called again."""
        self._arrivals.close()
        await asyncio.shield(self._finished)

    def _require_open(self) -> None:
        if self._arrivals.closed:
            raise self._arrivals.closed_error()

    # -- on the writer's thread ---------------------------------------------------------

    def _write_all(self) -> None:
        going_on, not_before = True, 0.0
        while going_on:
            if (early := not_before - self._time.monotonic()) > 0:
                self._time.sleep(early)
            steps, going_on = self._arrivals.take()
            began = self._time.monotonic()
            if steps:
                self._commit(steps)
                if not self._call_on_loop(self._settle, steps):
                    going_on = False
                not_before = max(began + APART_S, self._time.monotonic() + PAUSE_S) if is_shared(steps) else 0.0
                self._checkpoints.committed()
                if self._checkpoints.writer_is_due():
                    # Only a few groups are left to copy. A log with nothing left restarts at its beginning and is
                    # overwritten in place, so it stays short.
                    checkpoint(self._handle)
        self._close_connections()
        self._call_on_loop(self._finished.set_result, None)

    def _commit(self, steps: Sequence[Batch | Unit]) -> None:
        try:
            self._transact(steps)
        except BaseException as error:  # noqa: BLE001  # it is told to everybody in the group, and the writer goes on
            outage = outage_behind(error)
            for step in steps:
                step.lost(outage)
            self._write_outages.failed(outage)
        else:
            # Single steps may have failed because of an outage.
            refused = [step.outage for step in steps if step.outage is not None]
            if refused:
                self._write_outages.failed(refused[0])
            else:
                self._write_outages.worked()

    def _transact(self, steps: Sequence[Batch | Unit]) -> None:
        handle = self._handle
        if handle.in_transaction:
            # The rollback of an earlier group failed too.
            handle.execute("ROLLBACK")
        self._wait_for_disk(any(step.durable for step in steps))
        handle.execute("BEGIN IMMEDIATE")
        group = Group(handle, self._engine)
        try:
            for step in steps:
                step.apply(group)
            # Everything that can fail comes before the commit: after it, all callers are told that they succeeded.
            group.end()
            self._file.check_if_due(self._time.monotonic())
            handle.execute("COMMIT")
        except BaseException:
            if handle.in_transaction:
                handle.execute("ROLLBACK")
            raise
        finally:
            group.end()

    def _wait_for_disk(self, wanted: bool) -> None:
        """Decide whether the next commit waits for the disk."""
        if wanted is not self._durable:
            self._handle.execute(connection_sqlite.DURABLE if wanted else connection_sqlite.NOT_DURABLE)
            self._durable = wanted

    def _call_on_loop(self, callback: Callable[..., object], *arguments: Any) -> bool:
        try:
            self._loop.call_soon_threadsafe(callback, *arguments)
        except RuntimeError:
            # The loop closed before the storage did: nobody is waiting any more.
            return False
        return True

    def _close_connections(self) -> None:
        # The writing connection is closed last: the last connection to close copies the log into the file.
        self._checkpoints.close()
        for readers in (*self._readers.values(), self._checker):
            readers.close()
        self._engine.dispose()
        self._handle.close()

    # -- on the loop --------------------------------------------------------------------

    def _settle(self, steps: Sequence[Batch | Unit]) -> None:
        for step in steps:
            step.settle(self._loop)


async def open_sqlite(path: Path, *, busy_s: float = BUSY_S, clock: Time = time) -> SqliteStorage:
    """Open the file `path`. Creates the file if it is missing, but no tables: the migrations create these.

    Raises StorageUnavailable if the file cannot be opened.
    """
    loop = asyncio.get_running_loop()
    try:
        return await asyncio.to_thread(SqliteStorage, path, busy_s, loop, clock)
    except sqlite3.Error as error:
        outage = outage_of(error) or StorageUnavailable(str(error))
        raise StorageUnavailable(f"{path}: {outage}") from error


def _read_schema(tx: Tx) -> None:
    # SQLite answers `SELECT 1` without reading the file.
    tx.session.connection().exec_driver_sql("SELECT 1 FROM sqlite_schema LIMIT 1")


def _retrieve_exception(task: asyncio.Task[None]) -> None:
    """Keep asyncio from reporting an exception if no caller is left to receive it."""
    if not task.cancelled():
        task.exception()
