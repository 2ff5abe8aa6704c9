"""`/api/admin/hours/waits`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from reports.adapters.tables import ChatFactRow, StepFactRow
from storage.ports import Tx
from tests.server.edge.api.conftest import Api

HOURS = """\
timezone: UTC
schedules:
  weekdays: {mon: ["09:00-17:00"], tue: ["09:00-17:00"], wed: ["09:00-17:00"], thu: ["09:00-17:00"],
             fri: ["09:00-17:00"]}
teams:
  media: {name: Media, schedule: weekdays}
  tech: {name: Tech, schedule: weekdays}
"""
WEEK = [["09:00-18:00"]] * 5 + [[], []]
HANDLED_MS = 300_000


@pytest.fixture
async def desk(start: Callable[..., Awaitable[Api]], tmp_path: Path) -> Api:
    path = tmp_path / "own" / "hours.yaml"
    path.parent.mkdir()
    path.write_text(HOURS)
    return await start(hours=path)


def moment(day: date, hour: int) -> int:
    return int(datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC).timestamp() * 1000)


def weekdays_before(today: date, count: int) -> list[date]:
    days = (today - timedelta(days=back) for back in range(1, 60))
    return [day for day in days if day.weekday() < 5][:count]


async def past(desk: Api, today: date, *, chats: int = 2, tickets: int = 3) -> None:
    """On each of the last 20 weekdays, media had `chats` chats at 16:30 and `tickets` other requests at 17:30."""

    def unit(tx: Tx) -> None:
        for number, day in enumerate(weekdays_before(today, 20)):
            at, day_number = moment(day, 16), day.toordinal()
            for place in range(chats):
                tx.session.add(
                    ChatFactRow(
                        chat=f"c{number}-{place}",
                        ticket=100 * number + place,
                        day=day_number,
                        hour=24 * day.weekday() + 16,
                        team="media",
                        agent="zoe",
                        answered_team="media",
                        answered_by="zoe",
                        product="",
                        outcome="answered",
                        void=False,
                        queued_at=at,
                        closed_at=at + HANDLED_MS,
                        wait_ms=1_000,
                        wait_goal_s=120,
                        first_ms=1_000,
                        first_goal_s=180,
                        next_ms="[]",
                        handle_ms=HANDLED_MS,
                    )
                )
            for place in range(tickets):
                tx.session.add(
                    StepFactRow(
                        ticket=100 * number + 50 + place,
                        place=0,
                        kind="created",
                        at=moment(day, 17),
                        day=day_number,
                        team="media",
                        agent="",
                        product="",
                        channel="form",
                        code="",
                        client="",
                    )
                )

    await desk.desk.desk.storage.write(unit)


async def asked(client: httpx2.AsyncClient, change: Mapping[str, object]) -> dict[str, list[dict[str, object]]]:
    answer = await client.post("/api/admin/hours/waits", json={"changes": [change]})
    assert answer.status_code == 200, answer.text
    found: dict[str, list[dict[str, object]]] = answer.json()
    return found


async def today_of(client: httpx2.AsyncClient) -> date:
    return date.fromisoformat((await client.get("/api/admin/hours")).json()["today"])


def longer(today: date) -> dict[str, object]:
    return {"do": "week", "schedule": "weekdays", "from": str(today), "week": WEEK}


async def test_newly_open_hour_is_simulated_with_the_requests_that_came_in_it(desk: Api) -> None:
    admin = await desk.staff("ada", "admin", ())
    today = await today_of(admin)
    await past(desk, today)
    told = await asked(admin, longer(today))
    media, tech = told["opened"]
    assert told["closed"] == []
    assert (media["team"], media["span"], media["requests"], media["past_days"]) == ("media", "17:00-18:00", 3.0, 20)
    assert media["runs"] == 200 and media["goal_s"] == 120
    staffing = media["staffing"]
    assert isinstance(staffing, list) and [one["agents"] for one in staffing] == [1, 2]
    assert staffing[0]["within"] > 0.8
    assert (tech["team"], tech["requests"], tech["staffing"]) == ("tech", 0.0, [])


async def test_too_few_known_chats_are_not_simulated(desk: Api) -> None:
    admin = await desk.staff("ada", "admin", ())
    today = await today_of(admin)
    await past(desk, today, chats=1)
    (media, _) = (await asked(admin, longer(today)))["opened"]
    assert media["requests"] == 3.0 and media["staffing"] == [] and media["runs"] == 0


async def test_hours_that_are_no_longer_open_show_their_requests(desk: Api) -> None:
    admin = await desk.staff("ada", "admin", ())
    today = await today_of(admin)
    await past(desk, today)
    shorter = {**longer(today), "week": [["09:00-16:00"]] * 5 + [[], []]}
    told = await asked(admin, shorter)
    assert told["opened"] == []
    media = told["closed"][0]
    assert (media["team"], media["span"], media["requests"], media["staffing"]) == ("media", "16:00-17:00", 2.0, [])


async def test_forecast_saves_nothing_and_is_refused_for_hours_of_other_teams(desk: Api) -> None:
    sue = await desk.staff("sue", "supervisor", ("media",))
    before = await sue.get("/api/admin/hours")
    refused = await sue.post(
        "/api/admin/hours/waits", json={"changes": [longer(date.fromisoformat(before.json()["today"]))]}
    )
    assert refused.status_code == 403
    admin = await desk.staff("ada", "admin", ())
    await asked(admin, longer(await today_of(admin)))
    assert (await sue.get("/api/admin/hours")).headers["etag"] == before.headers["etag"]
    stale = {"If-Match": '"old"'}
    body = {"changes": [longer(await today_of(admin))]}
    assert (await admin.post("/api/admin/hours/waits", json=body, headers=stale)).status_code == 412
