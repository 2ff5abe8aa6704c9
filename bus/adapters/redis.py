"""A transport over the channels of Redis or Valkey. One connection listens, another one sends.

A server ends the connection of a listener that does not read fast enough (`client-output-buffer-limit pubsub`). The
link is then lost.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from bus.ports import Link, Receive, Unreachable

CLOSE_S = 1.0
CONNECT_S = 2.5
"""An attempt to connect ends after this time."""
CHECK_S = 20.0
"""A link that sends checks the server again after this time."""


class _Closable(Protocol):
    async def aclose(self) -> None: ...


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

    async def connect(self, receive: Receive) -> Link:
        link = _RedisLink(self._open_client(), self._channel, receive, self._check)
        try:
            async with asyncio.timeout(CONNECT_S):
                await link.check()
                await link.subscribe()
        except (OSError, RedisError, TimeoutError) as error:
            await link.close()
            raise Unreachable(f"Redis: {str(error) or 'no answer'}") from error
        except BaseException:
            await link.close()
            raise
        return link


class _RedisLink:
    def __init__(
        self, client: Redis, channel: str, receive: Receive, check: Callable[[Redis], Awaitable[None]] | None
    ) -> None:
        self._client = client
        self._check = check
        self._checked_at = 0.0
        self._channel = channel
        self._receive = receive
        self._listener: PubSub = client.pubsub()
        self._one_at_a_time = asyncio.Lock()
        self._reading: asyncio.Task[None] | None = None
        self.lost = asyncio.Event()

    async def subscribe(self) -> None:
        """Returns when the server has confirmed the subscription."""
        await self._listener.subscribe(self._channel)
        while (message := await self._listener.get_message(timeout=CONNECT_S)) is None:
            pass
        if message["type"] != "subscribe":
            raise RedisError(f"not subscribed: {message['type']}")
        self._reading = asyncio.create_task(self._read())

    async def check(self) -> None:
        if self._check is not None:
            self._checked_at = time.monotonic()
            await self._check(self._client)

    async def send(self, payload: str) -> None:
        # Commands of several connections could overtake each other.
        async with self._one_at_a_time:
            if self.lost.is_set():
                raise Unreachable("Redis: the link is closed")
            try:
                if time.monotonic() - self._checked_at > CHECK_S:
                    await self.check()
                await self._client.publish(self._channel, payload)
            except (OSError, RedisError) as error:
                raise Unreachable(f"Redis: {error}") from error

    async def close(self) -> None:
        self.lost.set()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait([self._reading])
        both: tuple[_Closable, ...] = (self._listener, self._client)
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await asyncio.gather(*(one.aclose() for one in both), return_exceptions=True)

    async def _read(self) -> None:
        with suppress(OSError, RedisError):
            while True:
                message = await self._listener.get_message(timeout=None)
                if message is None:
                    continue
                if message["type"] == "subscribe":
                    # The library has connected again. What was sent meanwhile is lost.
                    break
                if message["type"] == "message":
                    self._receive(message["data"].decode())
        self.lost.set()
