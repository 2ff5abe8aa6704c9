"""`switchboard hours`, and hours files that no server starts with."""

from __future__ import annotations

import asyncio
import json
import re

import pytest

from server.settings import Settings
from tests.running import store_of
from tests.server.cli.place import Place
from ticketing.adapters.tables import TicketRow

NIGHTS = """\
timezone: America/New_York
schedules:
  nights: {mon: ["22:00-24:00"], tue: ["00:00-02:00"]}
  always: {mon: ["00:00-24:00"], tue: ["00:00-24:00"], wed: ["00:00-24:00"], thu: ["00:00-24:00"],
           fri: ["00:00-24:00"], sat: ["00:00-24:00"], sun: ["00:00-24:00"]}
  never: {}
teams:
  night: {name: Night desk, schedule: nights, products: [Other]}
  all: {name: All, schedule: always}
  none: {name: None yet, schedule: never}
  old: {name: Old, schedule: nights, retired: true, successor: night}
"""


async def add_tickets(settings: Settings, *teams: str) -> None:
    """One of each of these teams, in the store of a desk that does not run."""
    storage = await store_of(settings)
    rows = [TicketRow(status="open", team=team, channel="form", created_at=1, updated_at=1) for team in teams]
    await storage.write(lambda tx: tx.session.add_all(rows))
    await storage.close()


def test_hours_prints_when_each_team_opens_or_closes(shell: Place) -> None:
    """Retired teams are omitted. The command uses no database."""
    (shell.folder / "nights.yaml").write_text(NIGHTS)
    shell.env["SWITCHBOARD_DATABASE_URL"] = "postgresql://nowhere/desk"
    said = shell.done("hours", "--hours", "nights.yaml", "--at", "2026-11-23 22:00")
    assert said.splitlines() == [
        "Monday 23 November 2026, 22:00 in America/New_York",
        "",
        "Night desk  open until Tuesday 24 November 2026, 02:00",
        "All         open at all times",
        "None yet    closed at all times",
    ]
    said = shell.done("hours", "--hours", "nights.yaml", "--at", "2026-11-23 21:59")
    assert "Night desk  closed until 22:00" in said.splitlines()
    assert not shell.data.exists()


def test_hours_as_json_matches_the_http_call(place: Place) -> None:
    """Without the fields about staffing and waiting."""
    (place.folder / "nights.yaml").write_text(NIGHTS)
    told = json.loads(place.done("hours", "--hours", "nights.yaml", "--at", "2026-11-23 23:00", "--json"))
    assert (told["now"], told["timezone"]) == ("2026-11-24T04:00:00.000Z", "America/New_York")
    assert [team["team"] for team in told["teams"]] == ["night", "all", "none"]
    assert told["teams"][0] == {
        "team": "night",
        "name": "Night desk",
        "topic": "Night desk",
        "topics": {},
        "default": True,
        "products": ["Other"],
        "identity": "optional",
        "typing_preview": False,
        "open": True,
        "opens_at": None,
        "closes_at": "2026-11-24T07:00:00.000Z",
        "closure": None,
    }
    assert "T" in json.loads(place.done("hours", "--json"))["now"]


@pytest.mark.parametrize(
    ("at", "now"),
    [
        ("2026-11-26 10:00", "2026-11-26T15:00:00.000Z"),
        ("2026-03-08 02:30", "2026-03-08T07:30:00.000Z"),
        ("2026-11-01 01:30", "2026-11-01T05:30:00.000Z"),
    ],
)
def test_given_time_is_in_the_time_zone_of_the_file(place: Place, at: str, now: str) -> None:
    """A skipped time is read as an hour later, a repeated time as its first occurrence."""
    assert json.loads(place.done("hours", "--at", at, "--json"))["now"] == now


@pytest.mark.parametrize(
    "at", ["tomorrow", "2026-02-30 10:00", "2026-11-26", "2026-11-26 25:00", "9999-12-31 10:00", ""]
)
def test_hours_at_an_invalid_time_is_refused(place: Place, at: str) -> None:
    """The error shows a valid example."""
    (line,) = place.refused("hours", "--at", at)
    assert line == f'--at {at!r}: a time from 1970 to 2100, like "2026-11-26 10:00", in America/New_York'


def test_server_does_not_start_without_a_team_in_use(place: Place, taken: str) -> None:
    """The error, before the port is opened, counts the tickets and people of each missing team. A team can be
    retired."""
    place.add("ada@desk.example", "--team", "media", "--team", "tech")
    asyncio.run(add_tickets(Settings(data=place.data), "media", "media", "gone"))
    whole = (place.folder / "hours.yaml").read_text()
    kept = re.sub(r"(?m)^(?:  (?:media|tech):.*\n(?:    .*\n)*|default_team:.*\n)", "", whole)
    (place.folder / "hours.yaml").write_text(kept)
    at = kept.splitlines().index("teams:") + 1
    what = "keep the team, with retired: true and a successor"
    assert place.refused("serve", "--port", taken) == [
        f"hours.yaml:{at}: gone: missing, but used by 1 ticket; {what}",
        f"hours.yaml:{at}: media: missing, but used by 2 tickets and 1 person; {what}",
        f"hours.yaml:{at}: tech: missing, but used by 1 person; {what}",
    ]
    (place.folder / "hours.yaml").write_text(
        whole + "  gone: {name: Gone, schedule: standard, retired: true, successor: media}\n"
    )
    with place.serving() as served:
        assert "gone" not in [team["team"] for team in served.get("/api/hours")["teams"]]
