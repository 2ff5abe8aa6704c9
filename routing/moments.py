"""A collection of moments that gives the earliest."""

from __future__ import annotations

import heapq

SPARE_MAX = 64
"""Number of removed moments that may stay in the heap, even if the heap is small."""


class Moments:
    """A multiset of moments. `add` and `remove` cost O(log n); `earliest` is almost free.

    A removed moment stays in the heap until it reaches the top, or until the heap is rebuilt. The heap is rebuilt once
    the removed moments outnumber the others by more than SPARE_MAX. A sorted list would cost several times as much per
    chat that leaves a queue.
    """

    def __init__(self) -> None:
        self._heap: list[int] = []
        self._times: dict[int, int] = {}

    def add(self, moment: int) -> None:
        times = self._times.get(moment, 0)
        if not times:
            heapq.heappush(self._heap, moment)
        self._times[moment] = times + 1

    def remove(self, moment: int) -> None:
        """Remove one occurrence. Raises KeyError if there is none."""
        times = self._times[moment]
        if times > 1:
            self._times[moment] = times - 1
            return
        del self._times[moment]
        if len(self._heap) > 2 * len(self._times) + SPARE_MAX:
            self._heap = sorted(self._times)

    @property
    def kept(self) -> int:
        """Size of the heap, including removed moments."""
        return len(self._heap)

    def earliest(self) -> int | None:
        while self._heap and self._heap[0] not in self._times:
            heapq.heappop(self._heap)
        return self._heap[0] if self._heap else None
