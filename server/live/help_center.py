"""Composes the live modules of the help center."""

from __future__ import annotations

from collections.abc import Sequence

from clock import Clock
from server.live.searching import Searching
from server.live.sweeps import Intervals, Job
from storage.ports import Storage


class HelpCenter:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self.searching = Searching(storage, clock)

    def jobs(self, every: Intervals) -> Sequence[Job]:
        """The periodic jobs of the help center."""
        return (
            Job("search_filling", every.reconcile, "one process", self.searching.fill),
            Job("search_words", every.marks, "each process", self.searching.follow_words),
        )
