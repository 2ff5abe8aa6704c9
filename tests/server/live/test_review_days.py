from __future__ import annotations

import asyncio

from sqlmodel import delete

from reviews.adapters.store import SqlReviews
from server.live.review_days import JOB, LEASE_MS, ReviewDays
from storage import leases
from storage.ports import Tx
from storage.tables import ClaimRow
from tests.stories.desk_in_memory import desk_in_memory
from tests.stories.people_in_memory import always_open, available
from tests.stories.test_reviews import DAY, NEXT_DAY_S, NOON, closed


async def test_draw_stops_once_another_process_has_its_lease() -> None:
    """Two draws at once would mix the samples of two seeds."""
    async with desk_in_memory(always_open(), NOON) as place:
        storage, store = place.desk.storage, SqlReviews()
        taken: list[asyncio.Task[bool]] = []

        def take(tx: Tx) -> bool:
            tx.session.connection().execute(delete(ClaimRow))
            return leases.claim(tx, JOB, "other", place.clock(), LEASE_MS)

        def seed() -> str:
            if not taken:
                taken.append(asyncio.create_task(storage.write(take)))
            return "seed"

        await closed(place, await available(place, "Priya"))
        place.clock.forward(NEXT_DAY_S)
        days = ReviewDays(storage, place.clock, place.desk.teams, seed)
        await days.sweep()
        assert await taken[0] and await storage.read(lambda tx: store.days_drawn(tx, [DAY])) == set()
        place.clock.forward(LEASE_MS / 1000 + 1)
        await days.sweep()
        drawn = await storage.read(lambda tx: store.day(tx, DAY))
        assert drawn is not None and drawn.tickets == 1
