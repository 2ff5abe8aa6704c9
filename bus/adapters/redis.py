"""A transport over the channels of Redis or Valkey. One connection listens, another one sends.

A server ends the connection of a listener that does not read fast enough (`client-output-buffer-limit pubsub`). The
link is then lost.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import NoPermissionError, RedisError

from bus.ports import Link, NotAllowed, Receive, Unreachable

CLOSE_S = 1.0
CONNECT_S = 2.5
"""An attempt to connect ends after this time."""
CHECK_S = 20.0
"""A link that sends checks the server again after this time."""
UNANSWERED_MAX = 10_000
"""A server that has not answered this many payloads counts as away."""


class _Pool(Protocol):
    async def get_connection(self) -> AbstractConnection: ...


class RedisTransport:
    payload_max = 32_000

    def __init__(
        self, open_client: Callable[[], Redis], channel: str, check: Callable[[Redis], Awaitable[None]] | None = None
    ) -> None:
        """`open_client` returns a new client, which repeats nothing by itself. `check` raises Unreachable if the server
        must not be used."""
        self._open_client = open_client
        self._channel = channel
        self._check = check
        self._unanswered = deque[str]()
        """Payloads that the server may not have got. The next link sends them again: twice does no harm."""

    async def connect(self, receive: Receive) -> Link:
        link = _RedisLink(self._open_client(), self._channel, receive, self._check, self._unanswered)
        try:
            async with asyncio.timeout(CONNECT_S):
                await link.check()
                await link.subscribe()
        except NoPermissionError as error:
            await link.close()
            raise NotAllowed(f"Redis: {error}") from error
        except (OSError, RedisError, TimeoutError) as error:
            await link.close()
            raise Unreachable(f"Redis: {str(error) or 'no answer'}") from error
        except BaseException:
            await link.close()
            raise
        return link


class _RedisLink:
    """Uses connections of the library without its client, which needs several tasks and much more CPU time for each
    command. It does not wait for the answer to a payload before it sends the next one."""

    def __init__(
        self,
        client: Redis,
        channel: str,
        receive: Receive,
        check: Callable[[Redis], Awaitable[None]] | None,
        unanswered: deque[str],
    ) -> None:
        self._unanswered = unanswered
        self._client = client
        self._check = check
        self._checked_at = 0.0
        self._channel = channel
        self._receive = receive
        self._sender: AbstractConnection | None = None
        self._one_at_a_time = asyncio.Lock()
        self._reading: list[asyncio.Task[None]] = []
        self.lost = asyncio.Event()

    async def subscribe(self) -> None:
        """Returns when the server has confirmed the subscription, and was sent again what it has not answered."""
        listener, self._sender = await self._connected(), await self._connected()
        await listener.send_command("SUBSCRIBE", self._channel, check_health=False)
        if (answer := await _answer_of(listener))[:1] != [b"subscribe"]:
            raise RedisError(f"not subscribed: {answer!r}")
        self._reading = [asyncio.create_task(self._read(one)) for one in (listener, self._sender)]
        for payload in [*self._unanswered]:
            await self._publish(self._sender, payload)

    async def check(self) -> None:
        if self._check is not None:
            self._checked_at = time.monotonic()
            await self._check(self._client)

    async def send(self, payload: str) -> None:
        # Commands of several connections could overtake each other.
        async with self._one_at_a_time:
            if self.lost.is_set() or self._sender is None:
                raise Unreachable("Redis: the link is closed")
            if len(self._unanswered) >= UNANSWERED_MAX:
                raise Unreachable("Redis: no answer")
            try:
                if time.monotonic() - self._checked_at > CHECK_S:
                    await self.check()
                self._unanswered.append(payload)
                await self._publish(self._sender, payload)
            except (OSError, RedisError) as error:
                raise Unreachable(f"Redis: {error}") from error

    async def _publish(self, sender: AbstractConnection, payload: str) -> None:
        await sender.send_packed_command(sender.pack_command("PUBLISH", self._channel, payload), check_health=False)

    async def close(self) -> None:
        self.lost.set()
        for task in self._reading:
            task.cancel()
        if self._reading:
            await asyncio.wait(self._reading)
        with suppress(TimeoutError, OSError, RedisError):
            async with asyncio.timeout(CLOSE_S):
                await self._client.connection_pool.disconnect()
                await self._client.aclose()

    async def _connected(self) -> AbstractConnection:
        pool: _Pool = self._client.connection_pool
        connection = await pool.get_connection()
        # The bus itself notices a link that is silent. In the library, a limit costs a task for each command.
        connection.socket_timeout = None
        return connection

    async def _read(self, connection: AbstractConnection) -> None:
        """Read the payloads, and the answers to those that were sent. Ends when the connection is lost, or when the
        server refuses a payload."""
        with suppress(OSError, RedisError):
            while True:
                answer = await _answer_of(connection)
                if answer[:1] == [b"message"]:
                    self._receive(answer[2].decode())
                elif not answer and connection is self._sender and self._unanswered:
                    self._unanswered.popleft()
        self.lost.set()


async def _answer_of(connection: AbstractConnection) -> list[bytes]:
    """The parts of the next answer. Empty for one without parts, such as a number."""
    answer: object = await connection.read_response(timeout=math.inf, disconnect_on_error=False, push_request=True)
    return answer if isinstance(answer, list) else []
