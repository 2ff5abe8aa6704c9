"""A virtual clock: what happens next, happens now."""

from __future__ import annotations

import heapq
from collections.abc import Callable


class Agenda:
    """What is to happen, and when. Moments in ms; `now` is that of what happened last."""

    def __init__(self) -> None:
        self.now = 0
        self.entered = 0
        """How many things ever were."""
        self._heap: list[tuple[int, int, Callable[[], None]]] = []

    @property
    def next_at(self) -> int | None:
        """When the next thing is to happen; None where there is none."""
        return self._heap[0][0] if self._heap else None

    def enter(self, at: int, happens: Callable[[], None]) -> None:
        """What happens at one moment happens in the order in which it was entered."""
        self.entered += 1
        heapq.heappush(self._heap, (at, self.entered, happens))

    def go_on(self) -> None:
        """Let the next thing happen."""
        self.now, _, happens = heapq.heappop(self._heap)
        happens()
