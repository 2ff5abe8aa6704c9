"""A transport over LISTEN and NOTIFY of PostgreSQL, on two connections of its own.

Behind PgBouncer in transaction mode nothing arrives. Then no ping comes back, and the process polls.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
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
        connections: list[asyncpg.Connection] = []
        try:
            connections += [await self._connect()]
            connections += [await self._connect()]
            link = _PostgresLink(*connections)
            await link.listen(receive)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _terminate(connections)
            raise Unreachable(f"PostgreSQL: {error}") from error
        except BaseException:
            _terminate(connections)
            raise
        return link


def _terminate(connections: Iterable[asyncpg.Connection]) -> None:
    for connection in connections:
        connection.terminate()


class _PostgresLink:
    """Sends on another connection than it listens on. Behind a pooler in transaction mode, a connection may get its own
    notifications and nobody else's, so what it sent to itself would not show that it is deaf."""

    def __init__(self, listener: asyncpg.Connection, sender: asyncpg.Connection) -> None:
        self._listener = listener
        self._sender = sender
        self._one_at_a_time = asyncio.Lock()
        self.lost = asyncio.Event()
        for connection in (listener, sender):
            connection.add_termination_listener(lambda _: self.lost.set())

    async def listen(self, receive: Receive) -> None:
        await self._listener.add_listener(CHANNEL, lambda *given: receive(str(given[-1])))

    async def send(self, payload: str) -> None:
        async with self._one_at_a_time:
            if self.lost.is_set():
                raise Unreachable("PostgreSQL: the link is closed")
            try:
                await self._sender.execute(_SEND, CHANNEL, payload)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
                raise Unreachable(f"PostgreSQL: {error}") from error

    async def close(self) -> None:
        for connection in (self._listener, self._sender):
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                await connection.close(timeout=CLOSE_S)
