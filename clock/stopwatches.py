"""Measures how long things have been going on, by a steady clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from clock.moments import Clock

What = TypeVar("What")


class Stopwatches(Generic[What]):
    """A stopwatch for each ongoing thing."""

    def __init__(self, steady: Clock) -> None:
        self._steady = steady
        self._begun: dict[What, int] = {}

    def run(self, going_on: Mapping[What, int]) -> dict[What, int]:
        """The time in ms for which each of `going_on` has lasted.

        A new key starts at the value given with it. If a key is missing, the thing is over and its stopwatch is
        removed.
        """
        now = self._steady()
        self._begun = {what: self._begun.get(what, now - already) for what, already in going_on.items()}
        return {what: now - begun for what, begun in self._begun.items()}
