"""The writer for PostgreSQL: units on a pool of connections, each lane on one connection of its own.

A unit that lost against others (serialization, deadlock, a unique row that appeared after it looked)
or whose connection broke before the commit is run again from its start.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

import asyncpg
import structlog
from sqlalchemy import ExceptionContext, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.outages import Outages
from storage.ports import CommitUnknown, Dialect, Lane, ReadKind, StorageUnavailable, TookTooLong, Tx
from storage.transaction import Effect, call, run

T = TypeVar("T")
Item = TypeVar("Item")
Result = TypeVar("Result")

POOL = 10
"""Connections for units and quick queries."""
READERS: Mapping[ReadKind, int] = {"heavy": 2, "export": 1}
"""Connections besides, of each other kind of query."""
LANE_ITEMS = 500
"""Items in one transaction of a lane at most."""
ATTEMPTS = 5
"""How often a unit, or a batch of a lane, is run at most when others are in its way."""

_CONNECT_S = 5.0
_ANSWER_S = 30.0
"""A statement that is not answered by then counts as lost; waits for locks end earlier, on the server."""
_LOCK_MS = 10_000

_CONFLICTS = ("40001", "40P01")
"""Serialization failure, deadlock: not the unit's fault, and gone when it is run again."""
_UNIQUE = "23505"
_CANCELED = "57014"
_LONGER = 1.5
"""How much longer all statements of a query may take together than one of them may."""
_BROKEN = ("08", "57P01", "57P02")
"""Beginnings of SQLSTATEs of a connection that is gone: a new one may do."""
_OUTAGES = (*_BROKEN, "25006", "28", "3D000", "53", "55P03", "57", "58", "XX001", "XX002")
"""Beginnings of SQLSTATEs that tell of the server, not of what it was asked: a standby that only reads, sign-in,
no such database, resources, locks not to be had, shutdown, its disk, its files."""

log = structlog.get_logger(__name__)


def engine_of(url: str, **options: Any) -> AsyncEngine:
    """An engine for `url`, whose connections are made as the lanes' are. Its errors show no parameters."""
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: _connect(url), hide_parameters=True, **options
    )
    event.listen(engine.sync_engine, "handle_error", _drop_if_broken)
    return engine


def _drop_if_broken(context: ExceptionContext) -> None:
    """Have the pool let go of a connection that is of no more use, and of those that are as old."""
    if _is_broken(context.sqlalchemy_exception or context.original_exception):
        context.is_disconnect = True


def _pool(url: str, size: int) -> AsyncEngine:
    return engine_of(url, pool_size=size, max_overflow=0, pool_timeout=_ANSWER_S)


def _look(tx: Tx) -> None:
    tx.session.connection().exec_driver_sql("SELECT 1")


async def _connect(url: str) -> asyncpg.Connection:
    connection = await asyncpg.connect(
        url,
        timeout=_CONNECT_S,
        command_timeout=_ANSWER_S,
        server_settings={
            "application_name": "switchboard",
            "default_transaction_isolation": "read committed",
            "lock_timeout": str(_LOCK_MS),
            "idle_in_transaction_session_timeout": str(int(_ANSWER_S * 1000)),
        },
    )
    # Where somebody switched it off, a commit that was acknowledged may be lost with the power.
    await connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    )
    return connection


class _PostgresLane:
    """`storage.ports.Lane`: one task, one connection; a batch is what queued up while the previous one committed."""

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
            raise self._storage.closed_error()
        self._queue.append(item)
        self._wake.set()

    def end(self) -> None:
        """Apply what is queued, then stop."""
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
            await _quietly(self._connection.close(timeout=_CONNECT_S))

    async def _settle(self, items: Sequence[Any]) -> None:
        try:
            outcome: Sequence[Any] | Exception = await self._storage.persist(
                lambda: self._transact(items), self._storage.writing
            )
        except Exception as error:  # noqa: BLE001  # it is told to who waits for the items
            if len(items) > 1 and not isinstance(error, StorageUnavailable):
                # One bad item must not take its neighbours with it: halve until it is alone.
                middle = len(items) // 2
                await self._settle(items[:middle])
                await self._settle(items[middle:])
                return
            outcome = error
        call(asyncio.get_running_loop(), self._deliver, items, outcome)

    async def _transact(self, items: Sequence[Any]) -> Sequence[Any]:
        connection = self._connection
        if connection is None or connection.is_closed():
            connection = self._connection = await _connect(self._storage.url)
        transaction = connection.transaction()
        try:
            await transaction.start()
            try:
                results = await self._apply(connection, items)
            except Exception:
                if not connection.is_closed():
                    await transaction.rollback()
                raise
            await _commit(transaction.commit)
        except (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError):
            # Whatever the connection is in the middle of, nobody wants it any more.
            connection.terminate()
            raise
        return results


class PostgresStorage:
    """`storage.ports.Storage` on a PostgreSQL server. Made by `open_postgres`; all calls come from one event loop."""

    dialect: Dialect = "postgresql"

    def __init__(self, url: str) -> None:
        self.url = url
        self.closing = False
        self._engine = _pool(url, POOL)
        self._readers: dict[ReadKind, AsyncEngine] = {kind: _pool(url, count) for kind, count in READERS.items()}
        self._readers["quick"] = self._engine
        self._checker = _pool(url, 1)
        self._checking: asyncio.Task[None] | None = None
        self._lanes: list[_PostgresLane] = []
        self._under_way: set[asyncio.Task[Any]] = set()
        self._closed: asyncio.Task[None] | None = None
        self.writing = Outages("write")
        """What has kept from storing."""
        self._reading = Outages("read")

    async def write(self, unit: Callable[[Tx], T]) -> T:
        """As `storage.ports.Storage.write`. The unit runs even if the caller is cancelled meanwhile."""
        return await self._run(lambda: self._write(unit), self.writing)

    async def read(self, query: Callable[[Tx], T], kind: ReadKind = "quick", within_s: float | None = None) -> T:
        """As `storage.ports.Storage.read`: one snapshot for the whole query."""
        reading = self._begin(lambda: self._read(self._readers[kind], query, within_s), self._reading)
        if kind == "quick":
            # To stop it would cost its connection, which is more than to let it finish.
            return await asyncio.shield(reading)
        return await reading

    async def check(self) -> None:
        """As `storage.ports.Storage.check`."""
        if self._checking is None or self._checking.done():
            self._checking = self._begin(lambda: self._read(self._checker, _look, None), self._reading)
        await asyncio.shield(self._checking)

    def lane(
        self,
        apply: Callable[[Any, Sequence[Item]], Any],
        deliver: Callable[[Sequence[Item], Sequence[Result] | Exception], None],
    ) -> Lane[Item]:
        """As `storage.ports.Storage.lane`."""
        lane = _PostgresLane(self, apply, cast("Any", deliver))
        self._lanes.append(lane)
        return cast("Lane[Item]", lane)

    async def close(self) -> None:
        """As `storage.ports.Storage.close`. May be called again."""
        if self._closed is None:
            self.closing = True
            self._closed = asyncio.create_task(self._close())
        await asyncio.shield(self._closed)

    async def _close(self) -> None:
        for lane in self._lanes:
            lane.end()
        await asyncio.gather(*self._under_way, *(lane.task for lane in self._lanes), return_exceptions=True)
        for engine in {self._engine, *self._readers.values(), self._checker}:
            await _quietly(engine.dispose())

    def closed_error(self) -> StorageUnavailable:
        return StorageUnavailable("PostgreSQL: closed, because the server is stopping")

    async def _write(self, unit: Callable[[Tx], T]) -> T:
        effects: list[Effect] = []
        async with self._engine.connect() as connection:
            await connection.begin()
            result = await connection.run_sync(run, "postgresql", unit, effects)
            await _commit(connection.commit)
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
            # The server stops a statement in time, and the connection can be used again. Only where many short
            # ones take too long together is it given up.
            await connection.exec_driver_sql(f"SET LOCAL statement_timeout = {math.ceil(1000 * within_s)}")
            try:
                async with asyncio.timeout(_LONGER * within_s):
                    return await connection.run_sync(run, "postgresql", query)
            except (DBAPIError, TimeoutError) as error:
                if isinstance(error, TimeoutError) or _state_of(error) == _CANCELED:
                    raise TookTooLong(f"a query was stopped after {within_s:g} s") from error
                raise

    async def _run(self, attempt: Callable[[], Awaitable[T]], outages: Outages) -> T:
        """Persist in a task of its own: a caller who goes away must not break off a commit, nor its effects."""
        return await asyncio.shield(self._begin(attempt, outages))

    def _begin(self, attempt: Callable[[], Awaitable[T]], outages: Outages) -> asyncio.Task[T]:
        if self.closing:
            raise self.closed_error()
        task = asyncio.create_task(self.persist(attempt, outages))
        self._under_way.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            # Where the caller is gone, nobody else asks for it.
            task.exception()

    async def persist(self, attempt: Callable[[], Awaitable[T]], outages: Outages) -> T:
        """Await `attempt()`, again where another try may do; an outage becomes StorageUnavailable, and is said."""
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


class Tries:
    """How often one piece of work may still be run again."""

    def __init__(self) -> None:
        self._conflicts = ATTEMPTS - 1
        self._overtaken = 1
        self._broken = 1

    async def another(self, error: Exception) -> bool:
        """Is the work to be run again after `error`? Returns when it is time to."""
        state = _state_of(error)
        if state in _CONFLICTS and self._conflicts:
            self._conflicts -= 1
            await asyncio.sleep(random.uniform(0.001, 0.02) * (ATTEMPTS - self._conflicts))
            return True
        if state == _UNIQUE and self._overtaken:
            # Another process may have stored it after this work looked: by now it can be seen.
            self._overtaken -= 1
            return True
        if _is_broken(error) and self._broken:
            # It may have broken long ago, in the pool. Nothing was committed: see `_commit`.
            self._broken -= 1
            return True
        return False


async def open_postgres(url: str) -> PostgresStorage:
    """The storage at `url`, `postgresql://user:password@host:5432/name`; its tables are the migrations' work.

    Raises StorageUnavailable where the server cannot be reached, ValueError where the address makes no sense.
    """
    storage = PostgresStorage(url)
    try:
        await storage.read(lambda tx: tx.session.connection())
    except BaseException:
        await storage.close()
        raise
    return storage


async def _commit(commit: Callable[[], Awaitable[None]]) -> None:
    try:
        await commit()
    except Exception as error:
        if _is_broken(error) or isinstance(_root_of(error), TimeoutError):
            # To run it again might store it twice.
            raise CommitUnknown(
                f"PostgreSQL did not answer a commit ({_root_of(error)}), so it may be stored or not: "
                "check that the server runs, and its log"
            ) from error
        raise


async def _quietly(closing: Awaitable[None]) -> None:
    """Await what lets go of connections: that the other end is gone already does not matter."""
    try:
        await closing
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, DBAPIError) as error:
        log.debug("connection_not_closed", reason=str(error))


def outage_of(error: BaseException) -> StorageUnavailable | None:
    """The outage of PostgreSQL that `error` tells of; None for an error of what was asked."""
    if isinstance(error, StorageUnavailable):
        return error
    state, root = _state_of(error), _root_of(error)
    if state in _CONFLICTS:
        return StorageUnavailable(f"PostgreSQL: {ATTEMPTS} times others were in the way ({root}): try again later")
    if isinstance(root, PoolTimeoutError):
        return StorageUnavailable("PostgreSQL: all connections of its pool are busy: it is too slow for what is asked")
    if isinstance(root, TimeoutError):
        return StorageUnavailable("PostgreSQL does not answer in time: see whether it runs, and is not overloaded")
    if _is_broken(error) or (state or "").startswith(_OUTAGES):
        return StorageUnavailable(f"PostgreSQL cannot store or read ({root}): see whether it runs, and its log")
    return None


def _is_broken(error: BaseException) -> bool:
    root = _root_of(error)
    if isinstance(root, TimeoutError):
        return False
    if isinstance(root, OSError) or (_state_of(error) or "").startswith(_BROKEN):
        return True
    # An InternalClientError is what asyncpg raises where the server's goodbye and our question crossed.
    return isinstance(root, asyncpg.InternalClientError) or (
        isinstance(root, asyncpg.InterfaceError) and "closed" in str(root)
    )


def _root_of(error: BaseException) -> BaseException:
    """asyncpg's own error, out of what SQLAlchemy wraps around it."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.orig.__cause__ or error.orig
    return error


def _state_of(error: BaseException) -> str | None:
    """The SQLSTATE that the server gave, five characters."""
    return getattr(_root_of(error), "sqlstate", None)
