"""Counts how often articles are opened, per day. The counts are kept in memory and stored every few seconds."""

from __future__ import annotations

from collections import Counter
from functools import partial

from clock import Clock
from knowledge.adapters.needs import add_reads
from storage.ports import Storage

DAY_MS = 86_400_000
AT_ONCE = 500


class ArticleReads:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._counted: Counter[tuple[int, int]] = Counter()

    def note(self, article: int) -> None:
        """A reader has opened the article."""
        self._counted[article, self._clock() // DAY_MS] += 1

    async def save(self) -> None:
        """Store what was counted. Counts that could not be stored are stored with the next call."""
        while self._counted:
            batch = dict(list(self._counted.items())[:AT_ONCE])
            await self._storage.write(partial(add_reads, counted=batch))
            self._counted.subtract(batch)
            self._counted = +self._counted
