"""A virtual clock that jumps from event to event."""

from __future__ import annotations

import heapq
from collections.abc import Callable


class Agenda:
    """Future events by time, in ms. `now` is the time of the latest event."""

    def __init__(self) -> None:
        self.now = 0
        self.entered = 0
        """Number of events ever entered."""
        self._heap: list[tuple[int, int, Callable[[], None]]] = []

    @property
    def next_at(self) -> int | None:
        return self._heap[0][0] if self._heap else None

    def enter(self, at: int, happens: Callable[[], None]) -> None:
        """Call `happens` at the time `at`. Events at the same time run in the order of entry."""
        self.entered += 1
        heapq.heappush(self._heap, (at, self.entered, happens))

    def go_on(self) -> None:
        """Run the next event."""
        self.now, _, happens = heapq.heappop(self._heap)
        happens()
