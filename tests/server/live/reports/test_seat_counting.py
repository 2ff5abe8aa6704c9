"""The seats of agents in reports. Days are in UTC here."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import pytest

from clock import from_rfc3339
from reports.adapters import seats
from reports.cells import month_of
from reports.periods import Period, day_of
from reports.seats import Seats
from routing.adapters.tables import AgentStateRow
from server.live.reports.report_counting import Recounted, counting_of
from server.live.reports.seat_counting import AT_ONCE, SeatCounting
from storage.leases import Lease
from storage.ports import Tx
from tests.running import Frame
from tests.stories.client_in_memory import Client
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import always_open, available, begun, joined, passed

NOON = from_rfc3339("2026-11-25T12:00:00.000Z")
HOUR_S, DAY_S = 3_600, 86_400


@pytest.fixture
def postgresql(database_url: str) -> str | None:
    """A database of PostgreSQL, or None for SQLite in the folder of the desk."""
    return database_url if database_url.startswith("postgresql") else None


async def hours(place: DeskInMemory, reader: Client, **query: str) -> list[Frame]:
    await place.desk.report_counting.sweep()
    async with place.http(reader.token) as http:
        asked = {"from": "2026-11-25", "to": "2026-11-26", **query}
        shown = await http.get("/api/reports/overview", params=asked)
    assert shown.status_code == 200, shown.text
    return list(shown.json()["by_seats"])


async def shift(place: DeskInMemory) -> Client:
    """Half an hour of one chat, then half an hour without. Then the agent is away."""
    agent = await available(place, "Priya")
    _, chat = await begun(place)
    await passed(place, HOUR_S // 2)
    await agent.command("chat.close", chat=chat, status="solved", resolution="support_question")
    await agent.command("presence.set", status="available")
    await passed(place, HOUR_S // 2)
    await agent.command("presence.set", status="away")
    return agent


async def test_seats_of_a_day_are_shown_by_hour_once_it_is_over(postgresql: str | None) -> None:
    async with desk_in_memory(always_open(), NOON, postgresql) as place:
        agent = await shift(place)
        sue = await joined(place, "Sue", role="supervisor")
        assert await hours(place, sue) == []
        await passed(place, DAY_S)
        (noon,) = [one for one in await hours(place, sue) if one["hour"] == 12]
        assert noon["agents"] == 1 and 3_590 <= noon["available_s"] <= 3_600
        capacity = (await place.desk.storage.read(_rows))[12, agent.peer.person].seats_ms / (noon["available_s"] * 1000)
        assert noon["occupancy"] == pytest.approx(0.5 / capacity, rel=0.02)
        assert noon["before"] is None
        assert [one["hour"] for one in await hours(place, agent)] == [one["hour"] for one in await hours(place, sue)]


def _rows(tx: Tx) -> dict[tuple[int, str], Seats]:
    return seats.stored(tx, day_of(NOON, "UTC"))


async def test_seats_are_those_of_the_teams_and_agents_that_the_reader_asks_for(postgresql: str | None) -> None:
    async with desk_in_memory(always_open(), NOON, postgresql) as place:
        await shift(place)
        other = await joined(place, "Bo", "prod", role="supervisor")
        sue = await joined(place, "Sue", "media", "prod", role="supervisor")
        await passed(place, DAY_S)
        assert await hours(place, sue, team="media") and not await hours(place, sue, team="prod")
        assert await hours(place, other) == []
        assert await hours(place, sue, product="Lumina") == []


async def test_recount_corrects_seats_and_finds_nothing_else(postgresql: str | None) -> None:
    async with desk_in_memory(always_open(), NOON, postgresql) as place:
        agent = await shift(place)
        await passed(place, DAY_S)
        counting, storage = place.desk.report_counting, place.desk.storage
        await counting.sweep()
        assert await counting.recount() == Recounted(1, 0, 0, 0)
        right = await storage.read(_rows)
        spoiled = {**right, (3, agent.peer.person): Seats(5, 5, 5)}
        await storage.write(partial(seats.put, day=day_of(NOON, "UTC"), seats=spoiled))
        assert await counting.recount() == Recounted(1, 0, 0, 1)
        assert await storage.read(_rows) == right
        assert await counting.recount() == Recounted(1, 0, 0, 0)


async def test_month_is_the_sum_of_its_days_and_parts_of_it_too(postgresql: str | None) -> None:
    async with desk_in_memory(always_open(), NOON, postgresql) as place:
        first = day_of(from_rfc3339("2026-10-01T12:00:00.000Z"), "UTC")
        for day in range(first, first + 61):
            made = {(day % 24, "ana"): Seats(10, day, 20), (9, "bo"): Seats(0, 0, 0)}
            await place.desk.storage.write(partial(seats.put, day=day, seats=made))
        for begins, ends in ((0, 61), (0, 20), (3, 31), (12, 50), (40, 41)):
            period = Period(first + begins, first + ends)
            found = await place.desk.storage.read(partial(seats.of_period, period=period, staff=["ana", "bo"]))
            days = range(period.first, period.after)
            assert {hour: one.seats.held_ms for hour, one in found.items()} == {
                hour: sum(day for day in days if day % 24 == hour) for hour in {day % 24 for day in days}
            }
            assert all(one.agents == 1 for one in found.values())


async def test_day_is_counted_again_when_a_chat_of_it_ends_later(postgresql: str | None) -> None:
    """The chat lasts over midnight. The recount finds nothing, on whatever day it runs."""
    async with desk_in_memory(always_open(), NOON + 11 * HOUR_S * 1000, postgresql) as place:
        agent = await available(place, "Priya")
        customer, chat = await begun(place)
        place.clock.forward(HOUR_S + 60)
        counting, storage = place.desk.report_counting, place.desk.storage
        await counting.sweep()
        before = await storage.read(_rows)
        await customer.command("chat.end", chat=chat)
        await counting.sweep()
        after = await storage.read(_rows)
        assert before[23, agent.peer.person].held_ms == 0
        assert after[23, agent.peer.person].held_ms == HOUR_S * 1000
        assert await counting.recount() == Recounted(1, 0, 0, 0)


async def test_day_is_counted_again_when_a_clock_was_set_back_to_it(postgresql: str | None) -> None:
    """Also after a restart of the process that counts."""
    async with desk_in_memory(always_open(), NOON, postgresql) as place:
        await shift(place)
        storage = place.desk.storage
        await passed(place, DAY_S)
        await place.desk.report_counting.sweep()
        before = await storage.read(_rows)
        await storage.write(lambda tx: tx.session.add(_available("bo", NOON + 3 * HOUR_S * 1000, 2)))
        await place.desk.report_counting.release()
        again = counting_of(storage, place.clock, place.desk.teams)
        await again.sweep()
        bo = {hour: one for (hour, staff), one in (await storage.read(_rows)).items() if staff == "bo"}
        assert before and set(bo) == set(range(15, 24))
        assert await again.recount() == Recounted(1, 0, 0, 0)


async def test_day_of_many_agents_is_stored_in_parts(postgresql: str | None) -> None:
    async with desk_in_memory(always_open(), NOON, postgresql) as place:
        storage, stored = place.desk.storage, [0]
        agents = [_available(f"agent {n}", NOON - 12 * HOUR_S * 1000, 3) for n in range(9)]
        await storage.write(lambda tx: tx.session.add_all(agents))
        await passed(place, DAY_S)

        async def look() -> None:
            stored.append(len(await storage.read(_rows)))

        lease = Lease("seats", place.clock, 30_000)
        await SeatCounting(storage, place.clock, lambda: "UTC", lease, look).sweep()
        assert stored[-1] == 9 * 24
        assert max(after - before for before, after in pairwise(stored)) == AT_ONCE
        differing = await storage.read(partial(seats.month_changes, month=month_of(day_of(NOON, "UTC"))))
        assert differing == {}


async def test_recount_corrects_a_month_that_is_not_the_sum_of_its_days(postgresql: str | None) -> None:
    async with desk_in_memory(always_open(), NOON, postgresql) as place:
        await shift(place)
        await passed(place, DAY_S)
        counting, storage = place.desk.report_counting, place.desk.storage
        await counting.sweep()
        month = month_of(day_of(NOON, "UTC"))
        await storage.write(partial(seats.put_month, month=month, seats={(3, "ana"): Seats(5, 5, 5)}))
        assert await counting.recount() == Recounted(1, 0, 0, 1)
        assert await storage.read(partial(seats.month_changes, month=month)) == {}
        assert await counting.recount() == Recounted(1, 0, 0, 0)


def _available(staff: str, at: int, capacity: int) -> AgentStateRow:
    return AgentStateRow(staff=staff, at=at, status="available", set_by="self", capacity=capacity, connected=True)
