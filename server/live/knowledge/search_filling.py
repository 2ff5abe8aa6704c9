"""Fills the search index with the articles that were published before the desk had this index.

The job continues where it stopped, after a restart too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import select
from sqlmodel import col

from clock import Clock
from knowledge.adapters.tables import ArticleRow
from storage import facts
from storage.leases import Lease
from storage.ports import Storage, Tx

FACT = "search_filled"
"""Its value: the version of the index, and the last article in it, or `all`."""
VERSION = "2"
"""Change this if documents get other contents. Then the index is filled again."""
JOB = "search_filling"
LEASE_MS = 30_000
AT_ONCE = 3
"""Articles in one transaction. A long article takes about 10 ms."""
PAUSE_S = 0.01
"""Seconds between two transactions. Messages are stored in this pause."""


class Articles(Protocol):
    def put(self, tx: Tx, id_: int) -> None: ...


class SearchFilling:
    def __init__(self, storage: Storage, clock: Clock, articles: Articles) -> None:
        self._storage = storage
        self._articles = articles
        self._lease = Lease(JOB, clock, LEASE_MS)
        self._filled = False

    async def run(self) -> None:
        """Fill the index. Does nothing if it is filled, or while another process fills it."""
        while not self._filled:
            step = await self._storage.write(self._step)
            if step is None:
                return
            self._filled = not step
            await asyncio.sleep(PAUSE_S)

    def _step(self, tx: Tx) -> Sequence[int] | None:
        """Put the next articles into the index. Returns their ids. None if another process has the lease."""
        if not self._lease.claim(tx):
            return None
        version, _, last = (facts.get(tx, FACT) or "").partition(":")
        if (version, last) == (VERSION, "all"):
            return []
        after = int(last) if version == VERSION else 0
        query = select(col(ArticleRow.id)).where(col(ArticleRow.id) > after).order_by(col(ArticleRow.id)).limit(AT_ONCE)
        ids = [id_ for id_ in tx.session.scalars(query) if id_ is not None]
        for id_ in ids:
            self._articles.put(tx, id_)
        facts.put(tx, FACT, f"{VERSION}:{ids[-1] if ids else 'all'}")
        return ids
