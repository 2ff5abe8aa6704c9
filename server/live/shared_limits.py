"""The counts of limits and the used proofs: in memory for one process, otherwise shared by all processes."""

from __future__ import annotations

import asyncio

from clock import EvenClock
from counters.adapters.memory import MemoryCounters
from counters.adapters.postgres import PostgresCounters
from counters.adapters.used_once import MemoryUsedOnce, StoredUsedOnce
from counters.ports import Counters, UsedOnce
from counters.service import SharedCounters
from server.live.metrics import Metrics
from storage.ports import Storage


class SharedLimits:
    def __init__(self, storage: Storage, clock: EvenClock, metrics: Metrics, *, alone: bool) -> None:
        """`alone` is true if the desk has one process only."""
        own = MemoryCounters(clock.steady)
        self.counters: Counters = own
        self.used_proofs: UsedOnce = MemoryUsedOnce(clock)
        self.shared: SharedCounters | None = None
        """None if the desk has one process only."""
        if not alone:
            seconds = asyncio.get_running_loop().time
            shared = self.counters = self.shared = SharedCounters(PostgresCounters(storage), own, seconds)
            self.used_proofs = StoredUsedOnce(storage, clock)
            metrics.limits_shared.set_function(lambda: float(shared.reached))
