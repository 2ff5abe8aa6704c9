"""Connections to SQLite that only read, each used by one thread at a time.

A query can be stopped from the event loop: when its caller is cancelled, or when it takes longer than it may.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeVar

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from storage.ports import StorageUnavailable, TookTooLong, Tx
from storage.transaction import raisable, run

T = TypeVar("T")

AGAIN_S = 0.05
"""Until a query that was interrupted between two statements is interrupted again."""


class Readers:
    """As many connections as there are threads. `connect` makes one. All calls come from one event loop, but for
    `close`."""

    def __init__(
        self, connect: Callable[[], sqlite3.Connection], count: int, name: str, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._loop = loop
        self._free: SimpleQueue[_Reader] = SimpleQueue()
        for _ in range(count):
            self._free.put(_Reader(connect()))
        self._threads = ThreadPoolExecutor(count, thread_name_prefix=f"sqlite-{name}")

    async def run(self, query: Callable[[Tx], T], within_s: float | None = None) -> T:
        """What `query` returns. Raises TookTooLong where it took longer than `within_s`, counted from its start.

        If the caller is cancelled, a query that waits for a thread is dropped, one under way is stopped.
        """
        reading = _Reading(self._loop, within_s)
        try:
            return await self._loop.run_in_executor(self._threads, self._run, query, reading)
        except asyncio.CancelledError:
            reading.stop()
            raise

    def _run(self, query: Callable[[Tx], T], reading: _Reading) -> T:
        reader = self._free.get()
        try:
            reading.begin(reader.handle)
            return reader.run(query)
        except Exception as error:
            if reading.took_too_long:
                raise TookTooLong(f"a query was stopped after {reading.within_s:g} s") from error
            raise raisable(error) from error.__cause__
        finally:
            reading.end()
            self._free.put(reader)

    def close(self) -> None:
        """Finish what is under way, and close the connections."""
        self._threads.shutdown()
        while not self._free.empty():
            self._free.get().close()


class _Reading:
    """One query, as the event loop sees it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, within_s: float | None) -> None:
        self._loop = loop
        self._lock = threading.Lock()
        self._handle: sqlite3.Connection | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._stopped = False
        self.within_s = within_s
        self.took_too_long = False

    # -- on the reader's thread -----------------------------------------------------------

    def begin(self, handle: sqlite3.Connection) -> None:
        with self._lock:
            if self._stopped:
                raise StorageUnavailable("nobody waits for this query any more")
            self._handle = handle
        self._tell(self._watch)

    def end(self) -> None:
        # From here on the connection is another query's.
        with self._lock:
            self._handle = None
        self._tell(self._forget)

    def _tell(self, callback: Callable[[], None]) -> None:
        if self.within_s is None:
            return
        try:
            self._loop.call_soon_threadsafe(callback)
        except RuntimeError:
            # The loop was closed before the storage was: nobody waits.
            return

    # -- on the loop ------------------------------------------------------------------------

    def stop(self) -> None:
        """Have the query end. Repeated, since between two of its statements there is nothing to interrupt."""
        with self._lock:
            self._stopped = True
            handle = self._handle
            if handle is not None:
                handle.interrupt()
        self._forget()
        if handle is not None:
            self._timer = self._loop.call_later(AGAIN_S, self.stop)

    def _watch(self) -> None:
        if not self._stopped and self.within_s is not None:
            self._timer = self._loop.call_later(self.within_s, self._expire)

    def _expire(self) -> None:
        self.took_too_long = True
        self.stop()

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class _Reader:
    """One connection."""

    def __init__(self, handle: sqlite3.Connection) -> None:
        self.handle = handle
        self._engine = engine_over(handle)

    def run(self, query: Callable[[Tx], T]) -> T:
        self.handle.execute("BEGIN")
        try:
            with self._engine.connect() as connection, connection.begin():
                return run(connection, "sqlite", query)
        finally:
            if self.handle.in_transaction:
                self.handle.execute("ROLLBACK")

    def close(self) -> None:
        self._engine.dispose()
        self.handle.close()


def engine_over(handle: sqlite3.Connection) -> Engine:
    """An engine whose one connection is `handle`."""
    return create_engine("sqlite://", creator=lambda: handle, poolclass=StaticPool, hide_parameters=True)
