"""The PostgreSQL storage: units on a pool of connections, each lane on a connection of its own.

A unit runs again from its start after a serialization failure, a deadlock, a violation of a unique constraint by a row
whose key another transaction added meanwhile, or a connection that broke before the commit.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar, cast

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.connection_postgres import (
    ANSWER_S,
    CONNECT_S,
    OpenConnections,
    Tries,
    close_quietly,
    closed_error,
    commit,
    engine_of,
    outage_of,
    was_canceled,
)
from storage.outages import Outages
from storage.ports import Dialect, Lane, ReadKind, StorageUnavailable, TookTooLong, Tx
from storage.row_by_row import INDEXED
from storage.transaction import Effect, call, run

T = TypeVar("T")
Item = TypeVar("Item")
Result = TypeVar("Result")

POOL = 10
"""Connections for units and quick queries."""
READERS: Mapping[ReadKind, int] = {"heavy": 2, "export": 1}
"""Additional connections for each kind of query."""
LANE_ITEMS = 500
"""Maximum number of items in one transaction of a lane."""

RECYCLE_S = 300
"""A connection that is this old is replaced when it is needed next. A firewall may have dropped one that was idle for
longer, without a word."""

_BEGIN = "BEGIN; " + "; ".join(
    f"SET LOCAL {setting}"
    for setting in ("plan_cache_mode = force_generic_plan", *(f"{setting} = off" for setting in INDEXED))
)
"""Begins the transaction of a lane. A lane runs the same few statements on arrays again and again. By default,
PostgreSQL would plan them each time, which takes longer than to run them. A plan that is kept must suit tables of any
size, so it uses indexes."""
_TOTAL_FACTOR = 1.5
"""The time limit of all statements of a query together, as a multiple of the time limit of one statement."""


class _PostgresLane:
    """Implements `storage.ports.Lane` with one task on one connection. Items that arrive during a commit form the next
    batch."""

    def __init__(
        self,
        storage: PostgresStorage,
        apply: Callable[[Any, Sequence[Any]], Awaitable[Sequence[Any]]],
        deliver: Callable[[Sequence[Any], Sequence[Any] | Exception], None],
    ) -> None:
        self._storage = storage
        self._apply = apply
        self._deliver = deliver
        self._queue: deque[Any] = deque()
        self._wake = asyncio.Event()
        self._connection: asyncpg.Connection | None = None
        self.task = asyncio.create_task(self._run())

    def submit(self, item: Any) -> None:
        if self._storage.closing:
            raise closed_error()
        self._queue.append(item)
        self._wake.set()

    def end(self) -> None:
        """Apply the queued items, then stop."""
        self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            while self._queue:
                await self._settle([self._queue.popleft() for _ in range(min(len(self._queue), LANE_ITEMS))])
            self._wake.clear()
            if self._storage.closing:
                break
        if self._connection is not None:
            await close_quietly(self._connection.close(timeout=CONNECT_S))

    async def _settle(self, items: Sequence[Any]) -> None:
        try:
            outcome: Sequence[Any] | Exception = await self._storage.persist(
                lambda: self._transact(items), self._storage.write_outages
            )
        except Exception as error:  # noqa: BLE001  # delivered to the callers
            if len(items) > 1 and not isinstance(error, StorageUnavailable):
                # Halve the batch until the bad item is alone, so that its neighbors are stored.
                middle = len(items) // 2
                await self._settle(items[:middle])
                await self._settle(items[middle:])
                return
            outcome = error
        call(asyncio.get_running_loop(), self._deliver, items, outcome)

    async def _transact(self, items: Sequence[Any]) -> Sequence[Any]:
        connection = self._connection
        if connection is None or connection.is_closed():
            connection = self._connection = await self._storage.connections.open()
        try:
            try:
                # It may fail after the transaction has begun, so it is inside.
                await connection.execute(_BEGIN)
                results = await self._apply(connection, items)
            except Exception:
                if not connection.is_closed():
                    await connection.execute("ROLLBACK")
                raise
            await commit(partial(connection.execute, "COMMIT"))
        except (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError):
            # The state of the connection is unknown: the next batch opens a new one.
            connection.terminate()
            raise
        return results


class PostgresStorage:
    """Implements `storage.ports.Storage` on a PostgreSQL server. Made by `open_postgres`. Call it on one event loop."""

    dialect: Dialect = "postgresql"

    def __init__(self, url: str) -> None:
        self.closing = False
        self.connections = OpenConnections(url)
        self._engine = self._pool(POOL)
        self._readers: dict[ReadKind, AsyncEngine] = {kind: self._pool(count) for kind, count in READERS.items()}
        self._readers["quick"] = self._engine
        self._checker = self._pool(1)
        self._checking: asyncio.Task[None] | None = None
        self._lanes: list[_PostgresLane] = []
        self._under_way: set[asyncio.Task[Any]] = set()
        self._closed: asyncio.Task[None] | None = None
        self.write_outages = Outages("write")
        self._read_outages = Outages("read")

    async def write(self, unit: Callable[[Tx], T], *, durable: bool = True) -> T:
        # The unit has its own task, so that a cancelled caller does not interrupt the commit or its effects.
        return await asyncio.shield(self._begin(lambda: self._write(unit, durable), self.write_outages))

    async def read(self, query: Callable[[Tx], T], kind: ReadKind = "quick", within_s: float | None = None) -> T:
        reading = self._begin(lambda: self._read(self._readers[kind], query, within_s), self._read_outages)
        if kind == "quick":
            # If the query were stopped, its connection would be lost. Finishing the query is cheaper.
            return await asyncio.shield(reading)
        return await reading

    async def check(self) -> None:
        if self._checking is None or self._checking.done():
            self._checking = self._begin(lambda: self._read(self._checker, _select_one, None), self._read_outages)
        await asyncio.shield(self._checking)

    def lane(
        self,
        apply: Callable[[Any, Sequence[Item]], Any],
        deliver: Callable[[Sequence[Item], Sequence[Result] | Exception], None],
    ) -> Lane[Item]:
        lane = _PostgresLane(self, apply, cast("Any", deliver))
        self._lanes.append(lane)
        return cast("Lane[Item]", lane)

    async def close(self) -> None:
        """Like `storage.ports.Storage.close`. May be called again."""
        if self._closed is None:
            self.closing = True
            self._closed = asyncio.create_task(self._close())
        await asyncio.shield(self._closed)

    async def _close(self) -> None:
        for lane in self._lanes:
            lane.end()
        try:
            await asyncio.gather(*self._under_way, *(lane.task for lane in self._lanes), return_exceptions=True)
            for engine in {self._engine, *self._readers.values(), self._checker}:
                await close_quietly(engine.dispose())
        finally:
            # Connections are cut even if the event loop ends in the meantime.
            self.connections.cut()

    def _pool(self, size: int) -> AsyncEngine:
        # The connection that was used last has its statements prepared.
        return engine_of(
            self.connections.open,
            pool_size=size,
            max_overflow=0,
            pool_timeout=ANSWER_S,
            pool_use_lifo=True,
            pool_recycle=RECYCLE_S,
        )

    async def _write(self, unit: Callable[[Tx], T], durable: bool) -> T:
        effects: list[Effect] = []
        async with self._engine.connect() as connection:
            await connection.begin()
            if not durable:
                await connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            result = await connection.run_sync(run, "postgresql", unit, effects)
            await commit(connection.commit)
        loop = asyncio.get_running_loop()
        for effect in effects:
            call(loop, effect)
        return result

    async def _read(self, engine: AsyncEngine, query: Callable[[Tx], T], within_s: float | None) -> T:
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            await connection.begin()
            if within_s is None:
                return await connection.run_sync(run, "postgresql", query)
            # The server stops a slow statement, and the connection stays usable. If many short statements together take
            # too long, the connection is lost.
            # A pooler in transaction mode may give a connection without the settings of `connect`.
            await connection.exec_driver_sql(
                f"SELECT set_config('statement_timeout', '{math.ceil(1000 * within_s)}', true), "
                "set_config('jit', 'off', true)"
            )
            try:
                async with asyncio.timeout(_TOTAL_FACTOR * within_s):
                    return await connection.run_sync(run, "postgresql", query)
            except (DBAPIError, TimeoutError) as error:
                if isinstance(error, TimeoutError) or was_canceled(error):
                    raise TookTooLong(f"a query was stopped after {within_s:g} s") from error
                raise

    def _begin(self, attempt: Callable[[], Awaitable[T]], outages: Outages) -> asyncio.Task[T]:
        if self.closing:
            raise closed_error()
        task = asyncio.create_task(self.persist(attempt, outages))
        self._under_way.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            # Keep asyncio from reporting an exception if no caller is left to receive it.
            task.exception()

    async def persist(self, attempt: Callable[[], Awaitable[T]], outages: Outages) -> T:
        """Await `attempt()`, and repeat it while `Tries` allows this. An outage is logged and raised as
        StorageUnavailable."""
        tries = Tries()
        while True:
            try:
                result = await attempt()
            except TookTooLong:
                raise
            except Exception as error:
                if await tries.another(error):
                    continue
                outage = outage_of(error)
                if outage is None:
                    raise
                outages.failed(outage)
                raise outage from error
            outages.worked()
            return result


def _select_one(tx: Tx) -> None:
    tx.session.connection().exec_driver_sql("SELECT 1")


async def open_postgres(url: str) -> PostgresStorage:
    """Connect to `postgresql://user:password@host:5432/name`. Creates no tables: the migrations do.

    Raises StorageUnavailable if the server cannot be reached, ValueError for a bad URL.
    """
    storage = PostgresStorage(url)
    try:
        await storage.read(lambda tx: tx.session.connection())
    except BaseException:
        await storage.close()
        raise
    return storage
