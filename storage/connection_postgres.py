"""Connections to a PostgreSQL server, and what its errors mean."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import structlog
from sqlalchemy import ExceptionContext, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.ports import CommitUnknown, StorageUnavailable

ATTEMPTS = 5
"""Maximum number of runs of a unit or a lane batch that conflicts with other transactions."""
CONNECT_S = 5.0
ANSWER_S = 30.0
"""Seconds after which a statement without an answer is given up. The server ends waits for locks earlier."""

_LOCK_MS = 10_000
_SET = """
SELECT set_config('jit', 'off', false), set_config('max_parallel_workers_per_gather', '0', false),
    CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', false) END
"""
"""With synchronous_commit off, a power failure can lose an acknowledged commit. Compiling a query (jit) takes longer
than any of the desk's queries. Parallel workers of a short read take processor time from messages, and look at more
tickets than a bounded count needs. A pooler would refuse them as settings of the start."""
_CONFLICTS = ("40001", "40P01")
"""SQLSTATEs of a serialization failure and a deadlock. Another run may succeed."""
_UNIQUE = "23505"
_CANCELED = "57014"
_BROKEN = ("08", "57P01", "57P02")
"""Prefixes of SQLSTATEs of a broken connection. A new connection may work."""
_OUTAGES = (*_BROKEN, "25006", "28", "3D000", "53", "55P03", "57", "58", "XX001", "XX002")
"""Prefixes of SQLSTATEs that blame the server, not the statement: read-only standby, sign-in, no such database,
resources, lock timeout, shutdown, system errors, damaged files."""

_MENDS = {
    "28": "correct the user and the password in DATABASE_URL",
    "3D000": "create the database, or correct its name in DATABASE_URL",
    "25006": "set DATABASE_URL to the primary, not to a standby",
}
"""What to do, by the prefix of an SQLSTATE."""
_MEND = "check that it runs, and its log"

log = structlog.get_logger(__name__)


class OpenConnections:
    """Opens connections to one database, and keeps track of the open ones."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._open: set[asyncpg.Connection] = set()
        self._cut = False

    async def open(self) -> asyncpg.Connection:
        """Open a connection. Raises StorageUnavailable if `cut` was called."""
        connection = await connect(self._url)
        if self._cut:
            connection.terminate()
            raise closed_error()
        self._open.add(connection)
        connection.add_termination_listener(self._open.discard)
        return connection

    def cut(self) -> None:
        """Close all connections at once, including connections in use. From then on, `open` raises
        StorageUnavailable."""
        self._cut = True
        for connection in tuple(self._open):
            connection.terminate()


def closed_error() -> StorageUnavailable:
    return StorageUnavailable("PostgreSQL: closed, because the server is stopping")


def engine_of(open_one: Callable[[], Awaitable[asyncpg.Connection]], **options: Any) -> AsyncEngine:
    """An engine on connections that `open_one` opens. Its error messages do not contain the parameters of
    statements."""
    engine = create_async_engine("postgresql+asyncpg://", async_creator=open_one, hide_parameters=True, **options)
    event.listen(engine.sync_engine, "handle_error", _drop_if_broken)
    return engine


def _drop_if_broken(context: ExceptionContext) -> None:
    """Make the pool discard a broken connection, and all connections that were opened before the error."""
    if is_broken(context.sqlalchemy_exception or context.original_exception):
        context.is_disconnect = True


async def connect(url: str) -> asyncpg.Connection:
    connection = await asyncpg.connect(
        url,
        timeout=CONNECT_S,
        command_timeout=ANSWER_S,
        server_settings={
            "application_name": "switchboard",
            "default_transaction_isolation": "read committed",
            "lock_timeout": str(_LOCK_MS),
            "idle_in_transaction_session_timeout": str(int(ANSWER_S * 1000)),
        },
    )
    try:
        await connection.execute(_SET)
    except BaseException:
        # Nobody else knows this connection yet. The caller may have been cancelled.
        connection.terminate()
        raise
    return connection


async def commit(send: Callable[[], Awaitable[object]]) -> None:
    """Await `send`, which commits. Raises CommitUnknown if it is not known whether the server has committed."""
    try:
        await send()
    except Exception as error:
        if is_broken(error) or isinstance(_root_of(error), TimeoutError):
            # Another run could store the work twice.
            raise CommitUnknown(
                f"PostgreSQL did not answer a commit ({_root_of(error)}), so it may be stored or not: "
                "check that the server runs, and its log"
            ) from error
        raise


async def close_quietly(closing: Awaitable[None]) -> None:
    """Await `closing`. Ignores network and database errors, because the connection may be lost already."""
    try:
        await closing
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, DBAPIError) as error:
        log.debug("connection_not_closed", reason=str(error))


class Tries:
    """Counts how often one piece of work may still be retried."""

    def __init__(self) -> None:
        self._conflicts = ATTEMPTS - 1
        self._duplicates = 1
        self._broken = 1

    async def another(self, error: Exception) -> bool:
        """True if the caller should run the work again after `error`. Waits first, if the retry needs a pause."""
        state = _state_of(error)
        if state in _CONFLICTS and self._conflicts:
            self._conflicts -= 1
            await asyncio.sleep(random.uniform(0.001, 0.02) * (ATTEMPTS - self._conflicts))
            return True
        if state == _UNIQUE and self._duplicates:
            # Another process may have inserted the row after this unit looked for it. Now it is visible.
            self._duplicates -= 1
            return True
        if is_broken(error) and self._broken:
            # The connection may have broken long ago, in the pool. Nothing was committed: see `commit`.
            self._broken -= 1
            return True
        return False


def outage_of(error: BaseException) -> StorageUnavailable | None:
    """The outage that caused `error`; None if the statement itself is at fault."""
    if isinstance(error, StorageUnavailable):
        return error
    state, root = _state_of(error), _root_of(error)
    if state in _CONFLICTS:
        return StorageUnavailable(f"PostgreSQL: {ATTEMPTS} tries conflicted with other transactions ({root})")
    if isinstance(root, PoolTimeoutError):
        return StorageUnavailable("PostgreSQL: all connections of the pool are busy: the server is too slow")
    if isinstance(root, TimeoutError):
        return StorageUnavailable("PostgreSQL does not answer in time: check that it runs and is not overloaded")
    if is_broken(error) or (state or "").startswith(_OUTAGES):
        mend = next((mend for prefix, mend in _MENDS.items() if (state or "").startswith(prefix)), _MEND)
        return StorageUnavailable(f"PostgreSQL cannot store or read ({root}): {mend}")
    return None


def is_broken(error: BaseException) -> bool:
    """True if `error` means that the connection is lost."""
    root = _root_of(error)
    if isinstance(root, TimeoutError):
        return False
    if isinstance(root, OSError) or (_state_of(error) or "").startswith(_BROKEN):
        return True
    # asyncpg raises InternalClientError when the server closes the connection while a statement is on its way.
    return isinstance(root, asyncpg.InternalClientError) or (
        isinstance(root, asyncpg.InterfaceError) and "closed" in str(root)
    )


def was_canceled(error: BaseException) -> bool:
    """True if `error` means that the server stopped the statement."""
    return _state_of(error) == _CANCELED


def _root_of(error: BaseException) -> BaseException:
    """The asyncpg error inside an SQLAlchemy error. Other errors are returned unchanged."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.orig.__cause__ or error.orig
    return error


def _state_of(error: BaseException) -> str | None:
    """The SQLSTATE of an error: five characters. None if the error has none."""
    return getattr(_root_of(error), "sqlstate", None)
