"""A clock that stands still while the machine lags: a bound on time means the same on a busy machine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping
from pathlib import Path

TICK_S = 0.05

Waits = Mapping[Hashable, float]
"""Thread → the seconds for which it has waited for a processor, since it started."""


class LagClock:
    """Counts seconds, without those in which a thread waited for a processor, and those by which a tick was late."""

    def __init__(self, seconds: Callable[[], float], waits: Callable[[], Waits]) -> None:
        self.counted_s = 0.0
        self._seconds = seconds
        self._waits = waits
        self._at, self._waited = seconds(), waits()

    def tick(self) -> None:
        """Call this every `TICK_S`."""
        now, waited = self._seconds(), self._waits()
        lags = (waited[thread] - self._waited[thread] for thread in waited if thread in self._waited)
        self.counted_s += max(0.0, min(now - self._at, TICK_S) - max(lags, default=0.0))
        self._at, self._waited = now, waited


async def counted_s(work: Awaitable[None], pids: Callable[[], Iterable[int]]) -> float:
    """The seconds that `work` takes. Those do not count in which one of these processes waits for a processor."""
    clock = LagClock(asyncio.get_running_loop().time, lambda: waits_of(pids()))
    task = asyncio.ensure_future(work)
    try:
        while not task.done():
            await asyncio.wait([task], timeout=TICK_S)
            clock.tick()
        await task
    finally:
        task.cancel()
    return clock.counted_s


def waits_of(pids: Iterable[int]) -> Waits:
    """Empty where the kernel does not tell."""
    waits = dict[Hashable, float]()
    for pid in pids:
        for file in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            try:
                waits[file] = int(file.read_text().split()[1]) / 1e9
            except (OSError, IndexError):
                continue  # The thread has ended.
    return waits
