"""Changes many tickets in short transactions, so that messages do not wait for them.

On SQLite, a message waits for the transaction before it. On PostgreSQL it does not, and few large transactions cost the
least: 1,000 tickets take 1.2 s in transactions of 40, and 14 s in transactions of 4.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from msgspec import UNSET

from clock import Clock
from identity.actor import Actor
from identity.adapters.people import People
from refusals import Refused
from storage.ports import Dialect, Storage, Tx
from ticketing.bulk import Bulk, BulkOutcome, refusal, together
from ticketing.wanted import Wanted

FIRST = 10
"""Tickets in the first transaction on SQLite."""
LEAST = 4
MOST = 40
"""Tickets in a transaction at most, and in each on PostgreSQL."""
UNIT_S = 0.010
"""The time that a transaction should take on SQLite. The number of its tickets is chosen by this time."""
PAUSE_S = 0.002
"""Seconds between two transactions, in which messages are stored."""


class BulkChanges:
    """The bulk changes of one process. Only one of them works at a time; the others wait their turn."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        people: People,
        bulk: Bulk,
        pause: Callable[[], Awaitable[None]] = lambda: asyncio.sleep(PAUSE_S),
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._bulk = bulk
        self._pause = pause
        self._turn = asyncio.Lock()

    async def change(self, actor: Actor, numbers: Sequence[int], wanted: Wanted) -> BulkOutcome:
        """Change these tickets. What is done stays done if the caller is cancelled. Raises StorageUnavailable."""
        asked = {"count": len(numbers), "fields": [name for name in wanted.__struct_fields__ if _given(wanted, name)]}
        async with self._turn:
            now = self._clock()
            await self._storage.write(lambda tx: self._people.record(tx, actor, "change", "tickets", None, asked, now))
            outcomes: list[BulkOutcome] = []
            dialect = self._storage.dialect
            at, size = 0, first_size(dialect)
            while at < len(numbers):
                chunk = numbers[at : at + size]
                outcome, took_s = await self._changed(actor, chunk, wanted)
                outcomes.append(outcome)
                at, size = at + len(chunk), next_size(size, took_s, dialect)
                await self._pause()
        return together(outcomes)

    async def _changed(self, actor: Actor, numbers: Sequence[int], wanted: Wanted) -> tuple[BulkOutcome, float]:
        try:
            return await self._storage.write(self._unit(actor, numbers, wanted))
        except Refused as refused:
            if len(numbers) == 1:
                return BulkOutcome(refused=[refusal(numbers[0], refused)]), 0.0
        alone = [await self._changed(actor, [number], wanted) for number in numbers]
        return together([outcome for outcome, _ in alone]), max(took for _, took in alone)

    def _unit(self, actor: Actor, numbers: Sequence[int], wanted: Wanted) -> Callable[[Tx], tuple[BulkOutcome, float]]:
        def unit(tx: Tx) -> tuple[BulkOutcome, float]:
            began = time.perf_counter()
            return self._bulk.change(tx, actor, numbers, wanted, self._clock()), time.perf_counter() - began

        return unit


def first_size(dialect: Dialect) -> int:
    """The number of tickets for the first transaction."""
    return FIRST if dialect == "sqlite" else MOST


def next_size(size: int, took_s: float, dialect: Dialect) -> int:
    """The number of tickets for the next transaction. The previous one had `size` tickets and took `took_s` seconds."""
    if dialect != "sqlite":
        return MOST
    if took_s > UNIT_S:
        return max(LEAST, int(size * UNIT_S / took_s))
    return min(MOST, size * 3 // 2 + 1) if took_s < UNIT_S / 2 else size


def _given(wanted: Wanted, name: str) -> bool:
    return getattr(wanted, name) is not UNSET
