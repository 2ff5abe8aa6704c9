"""Counts in the memory of this process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from clock import Clock
from counters.ports import Added, Addition, Charge, Count

KEYS_MAX = 100_000
"""Maximum number of counts and debts. Beyond that, the least recently changed are forgotten."""


class MemoryCounters:
    """Never raises Unreachable."""

    def __init__(self, clock: Clock, keys_max: int = KEYS_MAX) -> None:
        self._clock = clock
        self._keys_max = keys_max
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()
        """For each key: the count, and the end of its window. For a debt: 0, and its end."""

    @property
    def size(self) -> int:
        """The number of counts and debts in memory."""
        return len(self._counts)

    async def add(self, additions: Sequence[Addition]) -> Added:
        now = self._clock()
        known = [self._count(one, now) for one in additions]
        if any(
            one.most is not None and count.value + one.amount > one.most
            for one, count in zip(additions, known, strict=True)
        ):
            return Added(False, known)
        return Added(True, [self._changed(one, count, now) for one, count in zip(additions, known, strict=True)])

    async def charge(self, charges: Sequence[Charge]) -> Sequence[int]:
        now = self._clock()
        return [self._charged(one, now) for one in charges]

    def _count(self, one: Addition, now: int) -> Count:
        value, until = self._counts.get(one.key, (0, 0))
        alive = value > 0 and 0 < until - now <= one.window_ms
        return Count(value, until - now) if alive else Count(0, one.window_ms)

    def _changed(self, one: Addition, before: Count, now: int) -> Count:
        if one.amount:
            before = before._replace(value=max(0, before.value + one.amount))
            self._put(one.key, before.value, now + before.left_ms if before.value else 0)
        return before

    def _charged(self, one: Charge, now: int) -> int:
        _, until = self._counts.get(one.key, (0, 0))
        debt = max(0, min(max(0, min(until - now, one.most_ms)) + one.cost_ms, one.most_ms))
        if one.cost_ms:
            self._put(one.key, 0, now + debt if debt else 0)
        return debt

    def _put(self, key: str, value: int, until: int) -> None:
        if not until:
            self._counts.pop(key, None)
            return
        self._counts[key] = value, until
        self._counts.move_to_end(key)
        while len(self._counts) > self._keys_max:
            self._counts.popitem(last=False)
