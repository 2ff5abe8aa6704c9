"""Shared counts with a substitute: if they cannot be reached, each process counts for itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import structlog

from counters.ports import Added, Addition, Charge, Counters, Unreachable

ANSWER_S = 0.5
"""Without an answer for this long, the shared counts count as unreachable."""
RETRY_S = 1.0
"""Until the next attempt to reach them."""

T = TypeVar("T")

log = structlog.get_logger(__name__)


class SharedCounters:
    """Implements `Counters`. Never raises Unreachable.

    Everything is also counted in this process. So when the shared counts become unreachable, the limits go on from what
    this process has counted, and never become unlimited.
    """

    def __init__(
        self, shared: Counters, own: Counters, seconds: Callable[[], float], answer_s: float = ANSWER_S
    ) -> None:
        """`own` are counts in memory. `seconds` is a monotonic clock."""
        self._shared = shared
        self._own = own
        self._seconds = seconds
        self._answer_s = answer_s
        self._retry_at = 0.0
        self.reached = True
        """False while each process counts for itself."""

    async def add(self, additions: Sequence[Addition]) -> Added:
        own = await self._own.add(additions)
        return await self._asked(lambda: self._shared.add(additions), own)

    async def charge(self, charges: Sequence[Charge]) -> Sequence[int]:
        own = await self._own.charge(charges)
        return await self._asked(lambda: self._shared.charge(charges), own)

    async def find_again(self) -> None:
        """Find out whether the shared counts can be reached again. Asks only if they could not, once in a while."""
        if not self.reached:
            nothing: Sequence[int] = []
            await self._asked(lambda: self._shared.charge([]), nothing)

    async def _asked(self, ask: Callable[[], Awaitable[T]], own: T) -> T:
        if not self.reached:
            if self._seconds() < self._retry_at:
                return own
            # The others go on without waiting for this attempt.
            self._retry_at = self._seconds() + RETRY_S
        try:
            async with asyncio.timeout(self._answer_s):
                answer = await ask()
        except (Unreachable, TimeoutError) as error:
            if self.reached:
                log.warning("shared_limits_lost", reason=str(error) or "no answer in time")
            self.reached, self._retry_at = False, self._seconds() + RETRY_S
            return own
        if not self.reached:
            log.info("shared_limits_back")
            self.reached = True
        return answer
