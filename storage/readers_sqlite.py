"""SQLite connections for reading, each used by one thread at a time.

The event loop stops a query when its caller is cancelled or its time limit passes.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from queue import SimpleQueue
from typing import TypeVar

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool
from sqlalchemy.util import LRUCache

from storage.ports import StorageUnavailable, TookTooLong, Tx
from storage.transaction import raisable, run

T = TypeVar("T")

AGAIN_S = 0.05
"""Seconds between two interrupts. An interrupt between two statements has no effect, so interrupts are repeated."""


ROLLBACKS_MAX = 5
"""Attempts to end a transaction. Interrupts are AGAIN_S apart, so that at most one attempt is stopped."""


class Readers:
    """`count` threads, each with its own connection. Call all methods except `close` on one event loop."""

    def __init__(
        self, connect: Callable[[], sqlite3.Connection], count: int, name: str, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._loop = loop
        self._free: SimpleQueue[_Reader] = SimpleQueue()
        for _ in range(count):
            self._free.put(_Reader(connect()))
        self._threads = ThreadPoolExecutor(count, thread_name_prefix=f"sqlite-{name}")

    async def run(self, query: Callable[[Tx], T], within_s: float | None = None) -> T:
        """Run `query` and return its result. Raises TookTooLong if it runs longer than `within_s` seconds.

        If the caller is cancelled, a query that has not started is dropped, and a query that has started is stopped.
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
        """Wait for running queries, then close the connections."""
        self._threads.shutdown()
        while not self._free.empty():
            self._free.get().close()


class _Reading:
    """A query and its time limit."""

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
                raise StorageUnavailable("the caller of this query is gone")
            self._handle = handle
        self._call_on_loop(self._watch)

    def end(self) -> None:
        # The connection now belongs to another query.
        with self._lock:
            self._handle = None
        self._call_on_loop(self._forget)

    def _call_on_loop(self, callback: Callable[[], None]) -> None:
        if self.within_s is None:
            return
        try:
            self._loop.call_soon_threadsafe(callback)
        except RuntimeError:
            # The loop closed before the storage did.
            return

    # -- on the loop ------------------------------------------------------------------------

    def stop(self) -> None:
        """Interrupt the query every AGAIN_S seconds until it ends."""
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
    def __init__(self, handle: sqlite3.Connection) -> None:
        self.handle = handle
        self._engine = engine_over(handle)

    def run(self, query: Callable[[Tx], T]) -> T:
        self._roll_back()
        try:
            self.handle.execute("BEGIN")
            with self._engine.connect() as connection, connection.begin():
                return run(connection, "sqlite", query)
        finally:
            self._roll_back()

    def _roll_back(self) -> None:
        """End the transaction, if there is one. An interrupt that was meant for the query can stop a rollback too."""
        for _ in range(ROLLBACKS_MAX):
            if not self.handle.in_transaction:
                return
            with suppress(sqlite3.OperationalError):
                self.handle.execute("ROLLBACK")

    def close(self) -> None:
        self._engine.dispose()
        self.handle.close()


def engine_over(handle: sqlite3.Connection) -> Engine:
    """An engine that uses only the connection `handle`.

    All these engines share their compiled statements: compiling one takes longer than most queries.
    """
    model = _model()
    # Its types take no `sqlite3.Connection`.
    pool: Callable[..., StaticPool] = StaticPool
    return Engine(
        pool(lambda: handle, dialect=model.dialect),
        model.dialect,
        model.url,
        hide_parameters=True,
        execution_options={"compiled_cache": _COMPILED},
    )


_COMPILED: LRUCache[object, object] = LRUCache(1_000)
"""Compiled statements. The program has some hundreds of them. SQLAlchemy locks the cache itself."""


@cache
def _model() -> Engine:
    engine = create_engine("sqlite://")
    # The first connection tells the dialect about SQLite's version.
    engine.connect().close()
    engine.dispose()
    return engine
