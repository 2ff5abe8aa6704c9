"""Measures how long things have lasted, by a clock that never jumps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from clock.moments import Clock

What = TypeVar("What")


class Stopwatches(Generic[What]):
    """One stopwatch for each thing that is going on, such as a wait for a response."""

    def __init__(self, steady: Clock) -> None:
        self._steady = steady
        self._begun: dict[What, int] = {}

    def run(self, going_on: Mapping[What, int]) -> dict[What, int]:
        """The time in ms for which each key of `going_on` has lasted.

        The value of a key is the time that counts as elapsed when the key is new. If a key is missing from a call, its
        thing is over and its stopwatch is removed.
        """
        now = self._steady()
        self._begun = {what: self._begun.get(what, now - already) for what, already in going_on.items()}
        return {what: now - begun for what, begun in self._begun.items()}
