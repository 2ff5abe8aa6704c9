"""Shares what was taken from the limits in memory with the other processes, and learns what they have taken.

The limits that are shared in this way decide at once, from what this process knows. So within a moment, each process
may allow one burst. What was too much is a debt, which must be worked off before anything more is allowed.
"""

from __future__ import annotations

import asyncio
from typing import Self

import structlog

from counters.service import SharedCounters
from server.edge.http_windows import Windows
from server.edge.limits import SocketLimits
from server.live.runner import Runner

SHARE_S = 0.25
"""Seconds between two times."""
AT_ONCE = 500
"""Maximum number of limits per call."""

log = structlog.get_logger(__name__)


class LimitSharing:
    def __init__(
        self, counters: SharedCounters | None, limits: SocketLimits, windows: Windows, every_s: float = SHARE_S
    ) -> None:
        """`counters` are None if the desk has one process only. Then nothing is shared."""
        self._counters = counters
        self._limits = limits
        self._windows = windows
        self._every_s = every_s
        self._runner = Runner()

    def start(self) -> Self:
        """Begin to share. Returns this object."""
        if self._counters is not None:
            self._runner.start(self._run(self._counters))
        return self

    async def stop(self) -> None:
        await self._runner.stop()

    async def _run(self, counters: SharedCounters) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            try:
                await self.share(counters)
            except Exception:
                log.exception("limits_not_shared")

    async def share(self, counters: SharedCounters) -> None:
        """Share what is due."""
        charges = list(self._limits.due().items())
        for begin in range(0, len(charges), AT_ONCE):
            part = charges[begin : begin + AT_ONCE]
            debts = await counters.charge([charge for _, charge in part])
            self._limits.learn(dict(zip((key for key, _ in part), debts, strict=True)))
        additions = list(self._windows.due().items())
        for begin in range(0, len(additions), AT_ONCE):
            some = additions[begin : begin + AT_ONCE]
            found = await counters.add([addition for _, addition in some])
            counts = (count.value for count in found.counts)
            self._windows.learn(dict(zip((key for key, _ in some), counts, strict=True)))
        # A process that nobody uses takes nothing from limits, and would report the outage for ever.
        await counters.find_again()
