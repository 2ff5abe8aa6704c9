from __future__ import annotations

import asyncio

from sqlmodel import delete, select

from reviews.adapters.store import SqlReviews
from reviews.adapters.tables import ReviewEntryRow
from reviews.entry import ChatFacts, Entry
from server.live.reviews.review_days import JOB, LEASE_MS, ReviewDays
from storage import leases
from storage.ports import Tx
from storage.tables import ClaimRow
from tests.stories.desk_in_memory import desk_in_memory
from tests.stories.people_in_memory import always_open, available, joined
from tests.stories.test_reviews import DAY, NEXT_DAY_S, NOON, asked, closed, judged


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


async def test_entries_of_a_draw_that_did_not_end_are_hidden_and_then_removed() -> None:
    """The process ended between two pieces of a draw, and the next draw has another seed."""
    async with desk_in_memory(always_open(), NOON) as place:
        storage, store = place.desk.storage, SqlReviews()
        agent, supervisor = await available(place, "Priya"), await joined(place, "Ines", role="supervisor")
        number = await closed(place, agent)
        place.clock.forward(NEXT_DAY_S)
        facts = ChatFacts(ending="closed")
        left = [
            Entry(ticket=ticket, day=DAY, chat="c", agent=None, closed_at=NOON, code=None, facts=facts, sampled=True)
            for ticket in (number, 99)
        ]
        await storage.write(lambda tx: store.put_entries(tx, left))
        assert (await asked(place, supervisor, "GET", f"/api/reviews?day={DAY}"))["tickets"] == []
        assert (await judged(place, supervisor, number, {"verdict": "confirmed"}))["refused"] == "409 conflict"
        await place.desk.review_days.sweep()

        def entries(tx: Tx) -> set[int]:
            return set(tx.session.exec(select(ReviewEntryRow.ticket)))

        assert await storage.read(entries) == {number}
        seen = await asked(place, supervisor, "GET", f"/api/reviews?day={DAY}")
        assert [ticket["ticket"] for ticket in seen["tickets"]] == [number]


async def test_sweeps_at_the_same_time_draw_each_day_once() -> None:
    """Both have the lease of their process."""
    async with desk_in_memory(always_open(), NOON) as place:
        await closed(place, await available(place, "Priya"))
        place.clock.forward(NEXT_DAY_S)
        days = place.desk.review_days
        await asyncio.gather(days.sweep(), days.sweep())
        drawn = await place.desk.storage.read(lambda tx: SqlReviews().day(tx, DAY))
        assert drawn is not None and drawn.tickets == 1
