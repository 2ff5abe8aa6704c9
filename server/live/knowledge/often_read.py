"""The FAQs that are opened most. They are counted again every few minutes, because the start page shows them."""

from __future__ import annotations

from collections.abc import Sequence

from clock import Clock
from knowledge.adapters.needs import often_read
from knowledge.needs import DAYS
from server.live.knowledge.article_reads import DAY_MS
from storage.ports import Storage

KEPT_MS = 10 * 60_000
MANY = 50
"""So many are kept, because a reader may not read all of them."""


class OftenRead:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._ids: Sequence[int] = []
        self._counted_at: int | None = None

    async def ids(self) -> Sequence[int]:
        """The ids of the articles, most opened first. Readers may not read all of them."""
        now = self._clock()
        if self._counted_at is None or now - self._counted_at >= KEPT_MS:
            # Others keep the old ones while this one counts.
            self._counted_at = now
            since = now // DAY_MS - DAYS
            self._ids = await self._storage.read(lambda tx: often_read(tx, "faqs", since, MANY), "heavy")
        return self._ids
