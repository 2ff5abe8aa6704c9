from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import icalendar
import pytest

from clock import from_rfc3339, zones
from learning.adapters.calendar_files import calendar_file
from learning.sessions import Session, starts_at

SESSION = Session(
    id=7,
    series="orders",
    kind="webinar",
    title="Orders, flights; and\nmore — été",
    summary="With questions",
    starts_at=from_rfc3339("2026-12-01T16:00:00Z"),
    minutes=45,
    zone="America/New_York",
    capacity=40,
    link="https://meet.example/secret",
    changed_at=from_rfc3339("2026-11-01T00:00:00Z"),
)


def event(file: bytes) -> icalendar.Event:
    calendar = icalendar.Calendar.from_ical(file)
    (found,) = calendar.events
    return found


def made(session: Session = SESSION, *, with_link: bool = True, cancelled: bool = False) -> bytes:
    return calendar_file([session], "desk.example", "https://desk.example", with_link=with_link, cancelled=cancelled)


def test_calendar_file_shows_the_link_to_registered_people_only() -> None:
    found = event(made())
    assert found["uid"] == "session-7@desk.example"
    assert (found.decoded("dtstart"), found.decoded("dtend")) == (
        datetime(2026, 12, 1, 16, tzinfo=UTC),
        datetime(2026, 12, 1, 16, 45, tzinfo=UTC),
    )
    assert "meet.example" in str(found["description"])
    assert b"meet.example" not in made(with_link=False)


def test_moved_session_updates_and_cancelled_one_cancels() -> None:
    moved = event(made(replace(SESSION, sequence=1, starts_at=SESSION.starts_at + 60_000)))
    assert (moved["uid"], moved["sequence"]) == ("session-7@desk.example", 1)
    off = made(replace(SESSION, sequence=2, state="cancelled"))
    assert b"METHOD:CANCEL" in off and event(off)["status"] == "CANCELLED"
    given_up = made(cancelled=True)
    assert b"METHOD:CANCEL" in given_up and event(given_up)["sequence"] == 1


@pytest.mark.parametrize(
    "zone", ["America/New_York", "America/Chicago", "Europe/Paris", "Australia/Sydney", "Asia/Kolkata"]
)
@pytest.mark.parametrize("day", ["2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01"])
def test_calendar_file_and_page_show_the_same_moment_over_changes_of_clocks(zone: str, day: str) -> None:
    session = replace(SESSION, starts_at=starts_at(f"{day}T11:00", zone), zone=zone)
    start = event(made(session)).decoded("dtstart")
    assert int(start.timestamp()) * 1000 == session.starts_at
    assert f"{zones.local(session.starts_at, zone):%Y-%m-%dT%H:%M}" == f"{day}T11:00"


def test_khal_reads_the_file_and_its_update(tmp_path: Path) -> None:
    """khal imports the file, and a moved session replaces the entry."""
    calendars = tmp_path / "calendars" / "own"
    calendars.mkdir(parents=True)
    config = tmp_path / "config"
    config.write_text(
        f"[calendars]\n[[own]]\npath = {calendars}\n[sqlite]\npath = {tmp_path / 'khal.db'}\n"
        "[locale]\nlocal_timezone = America/Chicago\ndefault_timezone = America/Chicago\n"
        "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
        "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
    )

    def khal(*words: str) -> str:
        command = ["khal", "-c", str(config), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        return done.stdout

    def listed(session: Session) -> list[str]:
        file = tmp_path / "session.ics"
        file.write_bytes(made(session))
        khal("import", "--batch", "-a", "own", str(file))
        return khal("list", "--format", "{start-long} {title}", "--day-format", "", "2026-11-30", "7d").splitlines()

    plain = replace(SESSION, title="Orders")
    assert listed(plain) == ["2026-12-01 10:00 Orders"]
    moved = replace(plain, sequence=1, starts_at=plain.starts_at + 86_400_000)
    assert listed(moved) == ["2026-12-02 10:00 Orders"]
