"""A transport over LISTEN and NOTIFY of PostgreSQL, on one connection of its own.

Behind PgBouncer in transaction mode nothing arrives. Then no ping comes back, and the process polls.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import asyncpg

from bus.ports import Link, Receive, Unreachable

CHANNEL = "switchboard"
CLOSE_S = 2.0
_SEND = "SELECT pg_notify($1, $2), set_config('synchronous_commit', 'off', true)"
"""Does not wait for the disk: nothing here is kept. Only for this transaction, because a pool may share the session."""


class PostgresTransport:
    payload_max = 7_999
    """The limit of PostgreSQL is below 8,000 bytes."""

    def __init__(self, connect: Callable[[], Awaitable[asyncpg.Connection]]) -> None:
        """`connect` opens a connection to the database."""
        self._connect = connect

    async def connect(self, receive: Receive) -> Link:
        try:
            connection = await self._connect()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise Unreachable(f"PostgreSQL: {error}") from error
        link = _PostgresLink(connection)
        try:
            await connection.add_listener(CHANNEL, lambda *given: receive(str(given[-1])))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            connection.terminate()
            raise Unreachable(f"PostgreSQL: {error}") from error
        except BaseException:
            connection.terminate()
            raise
        return link


class _PostgresLink:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._one_at_a_time = asyncio.Lock()
        self.lost = asyncio.Event()
        connection.add_termination_listener(lambda _: self.lost.set())

    async def send(self, payload: str) -> None:
        async with self._one_at_a_time:
            try:
                await self._connection.execute(_SEND, CHANNEL, payload)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
                raise Unreachable(f"PostgreSQL: {error}") from error

    async def close(self) -> None:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            await self._connection.close(timeout=CLOSE_S)
