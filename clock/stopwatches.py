"""Measures how long things have lasted, by a clock that never jumps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from clock.moments import Clock

What = TypeVar("What")


class Stopwatches(Generic[What]):
    """Measures with one stopwatch for each thing in progress, such as a wait for a response."""

    def __init__(self, steady: Clock) -> None:
        self._steady = steady
        self._begun: dict[What, int] = {}

    def run(self, going_on: Mapping[What, int]) -> dict[What, int]:
        """The time in ms that each stopwatch shows. Its key in `going_on` names the thing that it measures.

        A new key gets a stopwatch, which starts at the key's value (ms). A key that is missing from a call loses its
        stopwatch.
        """
        now = self._steady()
        self._begun = {what: self._begun.get(what, now - already) for what, already in going_on.items()}
        return {what: now - begun for what, begun in self._begun.items()}
