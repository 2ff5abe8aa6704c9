"""The counts of limits and the used proofs: in memory for one process, otherwise shared by all processes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from clock import EvenClock
from counters.adapters.memory import MemoryCounters
from counters.adapters.postgres import PostgresCounters
from counters.adapters.used_once import MemoryUsedOnce, StoredUsedOnce
from counters.ports import Counters, UsedOnce
from counters.service import SharedCounters
from server.live.metrics import Metrics
from server.settings import Settings
from storage.ports import Storage


class SharedLimits:
    def __init__(
        self, settings: Settings, storage: Storage, clock: EvenClock, metrics: Metrics, answer_s: float
    ) -> None:
        """An action waits for at most `answer_s` seconds for the limits that all processes share."""
        own = MemoryCounters(clock.steady)
        self.counters: Counters = own
        self.used_proofs: UsedOnce = MemoryUsedOnce(clock)
        self.shared: SharedCounters | None = None
        """None if the desk has one process only."""
        self._close: Callable[[], Awaitable[None]] = _nothing
        if settings.processes > 1:
            seconds = asyncio.get_running_loop().time
            shared = self.counters = self.shared = SharedCounters(
                self._counters(settings, storage), own, seconds, answer_s
            )
            self.used_proofs = StoredUsedOnce(storage, clock)
            metrics.watch_limits(lambda: shared.reached)

    async def close(self) -> None:
        await self._close()

    def _counters(self, settings: Settings, storage: Storage) -> Counters:
        if settings.redis_url is None:
            return PostgresCounters(storage)
        # Only desks with Redis load its library.
        from bus.adapters.redis_client import client_of
        from counters.adapters.redis import RedisCounters

        client = client_of(settings.redis_url.get_secret_value())
        self._close = client.aclose
        return RedisCounters(client, settings.redis_prefix)


async def _nothing() -> None:
    pass
