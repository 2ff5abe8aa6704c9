"""The seats of agents in reports. Days are in UTC here."""

from __future__ import annotations

from functools import partial

import pytest

from clock import from_rfc3339
from reports.adapters import seats
from reports.periods import Period, day_of
from reports.seats import Seats
from server.live.report_counting import Recounted
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
        await storage.write(partial(seats.replace, day=day_of(NOON, "UTC"), seats=spoiled))
        assert await counting.recount() == Recounted(1, 0, 0, 1)
        assert await storage.read(_rows) == right
        assert await counting.recount() == Recounted(1, 0, 0, 0)


async def test_month_is_the_sum_of_its_days_and_parts_of_it_too(postgresql: str | None) -> None:
    async with desk_in_memory(always_open(), NOON, postgresql) as place:
        first = day_of(from_rfc3339("2026-10-01T12:00:00.000Z"), "UTC")
        for day in range(first, first + 61):
            made = {(day % 24, "ana"): Seats(10, day, 20), (9, "bo"): Seats(0, 0, 0)}
            await place.desk.storage.write(partial(seats.replace, day=day, seats=made))
        for begins, ends in ((0, 61), (0, 20), (3, 31), (12, 50), (40, 41)):
            period = Period(first + begins, first + ends)
            found = await place.desk.storage.read(partial(seats.of_period, period=period, staff=["ana", "bo"]))
            days = range(period.first, period.after)
            assert {hour: one.seats.held_ms for hour, one in found.items()} == {
                hour: sum(day for day in days if day % 24 == hour) for hour in {day % 24 for day in days}
            }
            assert all(one.agents == 1 for one in found.values())
