"""The earliest of many moments that come and go."""

from __future__ import annotations

import heapq

SPARE_MAX = 64
"""So many removed moments may be kept, however few others there are."""


class Moments:
    """Moments, of which only the earliest is asked for. Adding and removing one cost O(log n), asking next to nothing.

    A removed one stays in the heap until it comes to its top, or until most of the heap is such: a sorted list costs
    several times as much, at each chat that leaves a queue.
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
        """Take out one of those that were added; KeyError if it is not there."""
        times = self._times[moment]
        if times > 1:
            self._times[moment] = times - 1
            return
        del self._times[moment]
        if len(self._heap) > 2 * len(self._times) + SPARE_MAX:
            self._heap = sorted(self._times)

    @property
    def kept(self) -> int:
        """How many are kept, removed ones included."""
        return len(self._heap)

    def earliest(self) -> int | None:
        """The earliest; None where there is none."""
        while self._heap and self._heap[0] not in self._times:
            heapq.heappop(self._heap)
        return self._heap[0] if self._heap else None
