"""Limits how many registrations for live sessions one process stores at once.

Registrations of one session wait for each other in the database, and each that waits has a connection. Without a limit,
a popular webinar takes all connections of the pool, and chats stand still.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from refusals import Refused

AT_ONCE = 3
WAITING_MAX = 2_000
WAIT_S = 20.0
RETRY_AFTER_S = 10.0


class BookingTurns:
    """`wait_s`: how long a registration waits for its turn, in seconds."""

    def __init__(self, at_once: int = AT_ONCE, wait_s: float = WAIT_S, waiting_max: int = WAITING_MAX) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._wait_s = wait_s
        self._waiting_max = waiting_max
        self._waiting = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and keep it. Turns are in the order of the calls. Raises Refused(unavailable), and nothing
        is stored, if too many wait or it takes too long."""
        await self._begin()
        try:
            yield
        finally:
            self._free.release()

    async def _begin(self) -> None:
        if self._waiting >= self._waiting_max:
            raise _busy()
        self._waiting += 1
        try:
            async with asyncio.timeout(self._wait_s):
                await self._free.acquire()
        except TimeoutError:
            raise _busy() from None
        finally:
            self._waiting -= 1


def _busy() -> Refused:
    return Refused(
        "unavailable",
        "Many people register right now. Nothing was saved. Try again in a moment.",
        retry_after_s=RETRY_AFTER_S,
        outcome="unsaved",
    )
