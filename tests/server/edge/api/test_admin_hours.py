"""`/api/admin/hours`."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import httpx2
import pytest
from sqlmodel import select

from chat.adapters.tables import ChatRow
from identity.adapters.tables import AuditRow
from storage.ports import Tx
from tests.running import Frame, SettableClock
from tests.server.edge.api.conftest import Api

HOURS = """\
timezone: UTC
schedules:
  always:  # all day
    {mon: ["00:00-24:00"], tue: ["00:00-24:00"], wed: ["00:00-24:00"], thu: ["00:00-24:00"], fri: ["00:00-24:00"],
     sat: ["00:00-24:00"], sun: ["00:00-24:00"], holidays: {country: US}}
  mine: {mon: ["09:00-17:00"]}
teams:
  media: {name: Media, schedule: always}
  prod: {name: Prod, schedule: always}
  tech: {name: Tech, schedule: mine}
"""
NOVEMBER = 1_795_539_600_000
"""Nov 24, 2026, 12:00 in New York."""
TO_MINE = {"do": "team", "team": "media", "schedule": "mine"}


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    path = tmp_path / "own" / "hours.yaml"
    path.parent.mkdir()
    path.write_text(HOURS)
    return path


@pytest.fixture
async def desk(start: Callable[..., Awaitable[Api]], path: Path) -> Api:
    return await start(hours=path)


async def put(client: httpx2.AsyncClient, *changes: object, version: str | None = None) -> httpx2.Response:
    headers = {} if version is None else {"If-Match": version}
    return await client.put("/api/admin/hours", json={"changes": list(changes)}, headers=headers)


async def audited(api: Api) -> list[tuple[str | None, str]]:
    def read(tx: Tx) -> list[tuple[str | None, str]]:
        rows = tx.session.exec(select(AuditRow).where(AuditRow.thing == "hours"))
        return [(row.thing_id, row.detail) for row in rows]

    return await api.desk.desk.storage.read(read)


def closed_today(read: Mapping[str, object], schedule: str) -> dict[str, object]:
    return {"do": "days", "schedule": schedule, "first": read["today"], "last": read["today"], "spans": []}


async def test_change_is_in_the_file_in_force_audited_and_taken_back(desk: Api, path: Path) -> None:
    admin = await desk.staff("ada", "admin", ())
    read = await admin.get("/api/admin/hours")
    saved = await put(admin, closed_today(read.json(), "always"), version=read.headers["etag"])
    assert saved.status_code == 200 and "# all day" in path.read_text()
    opened = {team["team"]: team["open"] for team in (await admin.get("/api/hours")).json()["teams"]}
    assert not opened["media"] and not opened["prod"]
    ((thing, detail),) = await audited(desk)
    told = json.loads(detail)
    assert thing == "always" and told["to"]["spans"] == [] and told["from"]["spans"] is None
    back = await put(admin, *saved.json()["undo"], version=saved.headers["etag"])
    assert back.status_code == 200 and path.read_text() == HOURS
    assert (await admin.get("/api/hours")).json()["teams"][0]["open"]


async def test_second_editor_is_refused_and_nothing_is_lost(desk: Api, path: Path) -> None:
    one, two = await desk.staff("ada", "admin", ()), await desk.staff("bob", "admin", ())
    version = (await one.get("/api/admin/hours")).headers["etag"]
    assert (await put(one, TO_MINE, version=version)).status_code == 200
    refused = await put(two, {**TO_MINE, "team": "prod"}, version=version)
    assert (refused.status_code, refused.json()["code"]) == (412, "conflict")
    assert "Prod, schedule: always" in path.read_text() and "Media, schedule: mine" in path.read_text()
    saved = (await two.get("/api/admin/hours")).json()["saved"]
    assert (saved["name"], saved["own"]) == ("Ada", False)
    assert (await one.get("/api/admin/teams")).json()["saved"]["own"]


async def test_version_that_somebody_wrote_by_hand_names_nobody(desk: Api, path: Path) -> None:
    admin = await desk.staff("ada", "admin", ())
    assert (await put(admin, TO_MINE)).status_code == 200
    path.write_text(path.read_text() + "# by hand\n")
    assert (await admin.get("/api/admin/hours")).json()["saved"] is None


async def test_supervisor_changes_only_schedules_whose_teams_are_all_theirs(desk: Api) -> None:
    sue = await desk.staff("sue", "supervisor", ("media", "tech"))
    read = (await sue.get("/api/admin/hours")).json()
    assert {one["schedule"]: one["may_change"] for one in read["schedules"]} == {"always": False, "mine": True}
    refused = await put(sue, closed_today(read, "always"))
    assert refused.status_code == 403 and "changes[0].schedule" in refused.json()["fields"]
    added = {"do": "schedule", "schedule": "new", "like": "always"}
    assert (await put(sue, added)).status_code == 403
    assert (await put(sue, added, {"do": "team", "team": "prod", "schedule": "new"})).status_code == 403
    assert (await put(sue, {"do": "rename", "schedule": "always", "to": "ours"})).status_code == 403
    assert (await put(sue, {"do": "remove", "schedule": "always"})).status_code == 403
    assert {team["team"]: team["may_change"] for team in read["teams"]} == {"media": True, "prod": False, "tech": True}
    assert (await put(sue, {**TO_MINE, "team": "prod"})).status_code == 403
    assert (await put(sue, closed_today(read, "mine"))).status_code == 200


async def test_supervisor_closes_one_team_of_a_shared_schedule_and_takes_it_back(desk: Api, path: Path) -> None:
    """The team gets a schedule of its own by the same save, and the log has one line about it, which undoes all."""
    sue = await desk.staff("sue", "supervisor", ("media",))
    read = (await sue.get("/api/admin/hours")).json()
    own = [
        {"do": "schedule", "schedule": "media", "like": "always"},
        {"do": "team", "team": "media", "schedule": "media"},
        closed_today(read, "media"),
    ]
    told = (await sue.post("/api/admin/hours/preview", json={"changes": own})).json()
    assert [(one["name"], one["after"]) for one in told["differences"]] == [("Media", [])]
    saved = await put(sue, *own)
    assert saved.status_code == 200, saved.text
    opened = {team["team"]: team["open"] for team in (await sue.get("/api/hours")).json()["teams"]}
    assert (opened["media"], opened["prod"]) == (False, True)
    ((thing, detail),) = await audited(desk)
    assert thing == "media" and json.loads(detail)["from"] == saved.json()["undo"]
    assert (await put(sue, *saved.json()["undo"])).status_code == 200
    assert path.read_text() == HOURS


async def test_preview_changes_nothing_and_tells_what_would_change(desk: Api, path: Path) -> None:
    agent = await desk.desk.staff("Zoe")
    await agent.command("presence.set", status="available")
    customer = await desk.desk.customer()
    await customer.command("chat.start", team="media", text="Hi")
    await agent.event("chat.assigned")
    waiting = await desk.desk.customer()
    await waiting.command("chat.start", team="prod", text="Hi")
    admin = await desk.staff("ada", "admin", ())
    read = (await admin.get("/api/admin/hours")).json()
    answer = await admin.post("/api/admin/hours/preview", json={"changes": [closed_today(read, "always")]})
    told = answer.json()
    assert [one["name"] for one in told["columns"]] == ["Media, Prod", "Tech"] and len(told["days"]) == 14
    assert told["days"][0]["hours"][0] == {"before": ["00:00-24:00"], "after": []}
    assert [(one["first"], one["minutes"]) for one in told["differences"]] == [(read["today"], -1440)]
    assert [(one["team"], one["waiting"], one["held"], one["closes"]) for one in told["chats"]] == [
        ("media", 0, 1, True),
        ("prod", 1, 0, True),
    ]
    assert told["tickets"] == {"awaiting": 0, "later": 0, "more": False}
    assert path.read_text() == HOURS and await audited(desk) == []


async def test_wrong_spans_are_refused_beside_their_field(desk: Api) -> None:
    admin = await desk.staff("ada", "admin", ())
    read = (await admin.get("/api/admin/hours")).json()
    change = {**closed_today(read, "mine"), "spans": ["09:00-13:00", "12:30-17:00"]}
    refused = await put(admin, change)
    assert refused.status_code == 422
    assert refused.json()["fields"] == {
        "changes[0].spans": "The second span begins at 12:30, before the first one ends at 13:00."
    }
    assert (await put(admin, {**change, "day": "x"})).status_code == 422
    assert (await put(admin, TO_MINE, version="3")).status_code == 422


async def test_faulty_file_is_told_and_the_old_hours_stay(desk: Api, path: Path) -> None:
    admin = await desk.staff("ada", "admin", ())
    path.write_text("teams: {")
    for _ in range(2):
        await desk.desk.desk.hours_file.sweep()
    read = (await admin.get("/api/admin/hours")).json()
    assert read["faults"] and [one["schedule"] for one in read["schedules"]] == ["always", "mine"]
    refused = await put(admin, TO_MINE)
    assert refused.status_code == 409 and path.read_text() == "teams: {"


async def test_file_that_may_not_be_written_is_read_only(
    desk: Api, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = await desk.staff("ada", "admin", ())
    monkeypatch.setattr("os.access", lambda *asked: False)
    told = (await admin.get("/api/admin/hours")).json()["read_only"]
    assert str(path) in told
    refused = await put(admin, TO_MINE)
    assert refused.status_code == 409 and refused.json()["detail"] == told


async def test_calendars_are_listed_and_their_holidays_are_days_of_the_schedule(desk: Api) -> None:
    admin = await desk.staff("ada", "admin", ())
    listed = {one["country"]: one["subdivisions"] for one in (await admin.get("/api/admin/holidays")).json()}
    assert "ON" in listed["CA"]
    always = (await admin.get("/api/admin/hours")).json()["schedules"][0]
    christmas = next(day for day in always["days"] if day["name"] == "Christmas Day")
    assert (christmas["kind"], christmas["spans"], christmas["observed"]) == ("holiday", [], True)
    change = {"do": "holiday", "schedule": "always", "day": christmas["first"], "observed": False}
    assert (await put(admin, change)).status_code == 200
    always = (await admin.get("/api/admin/hours")).json()["schedules"][0]
    assert not next(day for day in always["days"] if day["name"] == "Christmas Day")["observed"]


def chats_from(*zones: tuple[str, str | None]) -> Callable[[Tx], None]:
    """Closed chats, each of a team and a time zone."""

    def store(tx: Tx) -> None:
        for number, (team, zone) in enumerate(zones):
            at = NOVEMBER - number
            tx.session.add(
                ChatRow(
                    id=f"c{number}",
                    team=team,
                    state="closed",
                    customer=f"v{number}",
                    timezone=zone,
                    started_at=at,
                    queued_at=at,
                    last_at=at,
                    waiting_since=at,
                    closed_at=at,
                )
            )

    return store


async def test_clocks_of_customers_are_those_of_recent_chats_of_the_reader_s_teams(
    start: Callable[..., Awaitable[Api]], clock: SettableClock, path: Path
) -> None:
    path.write_text(HOURS.replace("timezone: UTC", "timezone: America/New_York"))
    clock.at = NOVEMBER
    desk = await start(hours=path)
    paris = ("prod", "Europe/Paris")
    found = chats_from(paris, paris, ("media", "Asia/Tokyo"), ("media", "Mars/Olympus"), ("media", None))
    await desk.desk.desk.storage.write(found)
    admin, sue = await desk.staff("ada", "admin", ()), await desk.staff("sue", "supervisor", ("media",))

    async def clocks(client: httpx2.AsyncClient) -> Frame:
        answer: Frame = (await client.post("/api/admin/hours/clocks", json={"changes": []})).json()
        return answer

    seen = await clocks(admin)
    assert seen["zones"] == ["America/New_York", "Europe/Paris", "Asia/Tokyo"]
    assert [one["change"] for one in seen["periods"]] == [None, "2027-03-14", "2027-03-28"]
    _, tech = seen["teams"]
    assert tech["name"] == "Tech"
    assert {one["zone"]: [time["opens"] for time in one["times"]] for one in tech["zones"]} == {
        "America/New_York": ["09:00", "09:00", "09:00"],
        "Europe/Paris": ["15:00", "14:00", "15:00"],
        "Asia/Tokyo": ["23:00", "22:00", "22:00"],
    }
    assert [one["chats"] for one in tech["zones"]] == [0, 2, 1]
    assert (await clocks(sue))["zones"] == ["America/New_York", "Asia/Tokyo"]


async def test_clocks_without_a_recent_chat_are_empty_and_wrong_changes_are_refused(desk: Api) -> None:
    admin = await desk.staff("ada", "admin", ())
    answer = await admin.post("/api/admin/hours/clocks", json={"changes": []})
    assert answer.json() == {"zones": [], "periods": [], "teams": []}
    wrong = {**TO_MINE, "schedule": "nobody"}
    assert (await admin.post("/api/admin/hours/clocks", json={"changes": [wrong]})).status_code == 422
