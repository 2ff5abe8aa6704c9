"""How long things have gone on, by a clock that nobody sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from clock.moments import Clock

What = TypeVar("What")


class Stopwatches(Generic[What]):
    """One for each thing that goes on, by `steady` (ms), which only ever goes forward."""

    def __init__(self, steady: Clock) -> None:
        self._steady = steady
        self._begun: dict[What, int] = {}

    def run(self, going_on: Mapping[What, int]) -> dict[What, int]:
        """How long (ms) each of these has gone on: so long as is said where it is new here. What is not named any more
        is over."""
        now = self._steady()
        self._begun = {what: self._begun.get(what, now - already) for what, already in going_on.items()}
        return {what: now - begun for what, begun in self._begun.items()}
