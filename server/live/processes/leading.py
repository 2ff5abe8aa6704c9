"""The lease on leading the desk. The process that has it runs the dispatcher and the jobs of one process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from clock import Clock
from storage.leases import Lease
from storage.ports import Storage, StorageUnavailable

DISPATCHER = "dispatcher"
"""The job of the lease."""
LEASE_MS = 11_000
"""With the second between two attempts to take the lease, another process leads some 12 s after a kill, and within 15 s
on a slow machine."""
MARGIN_MS = 3_000
"""The process stops leading this long before its lease ends."""
ANSWER_S = 4.0
"""Without an answer of the database for this long, the lease counts as not renewed."""

log = structlog.get_logger(__name__)


class Leading:
    def __init__(
        self,
        storage: Storage,
        shared: Clock,
        steady: Clock,
        take_over: Callable[[], Awaitable[object]],
        start: Callable[[], None],
        stop: Callable[[], Awaitable[None]],
        process: str | None = None,
    ) -> None:
        """`shared` is the clock of the lease, and `steady` that of this process. `take_over` brings the memory of this
        process up to date. After it, `start` starts the dispatcher, and `stop` stops it. `process` is the id of this
        process."""
        self._storage = storage
        self._steady = steady
        self._lease = Lease(DISPATCHER, shared, LEASE_MS, process)
        self._take_over = take_over
        self._start = start
        self._stop = stop
        self._until = 0
        """By the steady clock: the moment at which this process must stop leading."""
        self._started = False

    @property
    def leads(self) -> bool:
        """True while this process leads. A process that was stopped for a while knows at once that it does not."""
        return self._started and self._steady() < self._until

    @property
    def left_s(self) -> float:
        """The seconds for which this process still leads without renewing its lease. 0 if it does not lead."""
        return (self._until - self._steady()) / 1000 if self.leads else 0.0

    async def beat(self) -> None:
        """Take or renew the lease. Call it several times per lease."""
        began = self._steady()
        try:
            async with asyncio.timeout(ANSWER_S):
                has_it = await self._storage.write(self._lease.claim)
        except (StorageUnavailable, TimeoutError):
            has_it = began < self._until
        else:
            self._until = began + LEASE_MS - MARGIN_MS if has_it else 0
        if has_it and not self._started:
            await self._take_over()
            self._started = True
            self._start()
            log.info("leads")
        elif not has_it and self._started:
            self._started = False
            await self._stop()
            log.warning("leads_no_longer")

    async def release(self) -> None:
        """Stop leading, and let another process lead at once. Raises StorageUnavailable."""
        self._started, self._until = False, 0
        await self._stop()
        await self._storage.write(self._lease.release)
