"""The state of the systems for other programs, as these programs read it."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import icalendar

from availability.board import Board, Component
from availability.incident import Incident, Reported, Update
from availability.maintenance import Maintenance
from availability.reading import Overview
from clock import from_rfc3339
from widgets.portal.status_feeds import atom, calendar, summary

URL = "https://desk.example"
NOW = from_rfc3339("2026-11-24T22:40:00.000Z")
EVIL = '<script>alert(1)</script> & "exports"'
EXPORTS = Component(1, "Exports", "Spectra DS", 0, retired=False, added_at=0)
INCIDENT = Incident(
    7, EVIL, "", "identified", NOW - 9, None, None, True, "media", "", "", None, None, 1, NOW - 8, NOW - 7
)
UPDATES = [
    Update(2, 7, "identified", "Found.", NOW - 7, None, None),
    Update(1, 7, "investigating", "?", NOW - 8, None, None),
]
REPORTED = Reported(INCIDENT, UPDATES, {1: "major_outage"}, (1,), "major_outage")
STARTS, ENDS = from_rfc3339("2026-11-28T04:00:00.000Z"), from_rfc3339("2026-11-28T08:00:00.000Z")
WORK = Maintenance(3, "Read only, all night", "Orders\nare kept.", STARTS, ENDS, False, (1,), 1, NOW - 6, NOW - 6)
BOARD = Board(NOW, [EXPORTS], {1: "major_outage"}, [REPORTED], [WORK])
FEEDPARSER = """
import feedparser, json, sys
found = feedparser.parse(sys.stdin.buffer.read())
entries = [[one.title, one.link, one.content[0].value, one.updated] for one in found.entries]
print(json.dumps([bool(found.bozo), found.feed.title, entries]))
"""
KHAL = """
[calendars]
[[ours]]
path = {0}/ours
type = calendar
[locale]
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {0}/khal.db
"""


def test_feed_is_accepted_by_feedparser() -> None:
    """The newest change comes first. Markup in a title stays a text."""
    feed = atom(Overview(BOARD, {}, []), "Systems", URL)
    run = subprocess.run(["/usr/bin/python3", "-c", FEEDPARSER], input=feed, capture_output=True, check=True)
    bozo, title, entries = json.loads(run.stdout)
    assert (bozo, title) == (False, "Systems")
    assert [entry[1] for entry in entries] == [f"{URL}/status#maintenance-3", f"{URL}/status#incident-7"]
    assert entries[0][2].endswith("Orders\nare kept.")
    assert entries[1][2] == "Identified: Found.\n\nInvestigating: ?"
    assert "&lt;script&gt;" in feed.decode() and "<script>" not in feed.decode()


def test_calendar_is_accepted_by_icalendar_and_khal(tmp_path: Path) -> None:
    made = calendar([WORK], "Systems", URL)
    (event,) = icalendar.Calendar.from_ical(made).events
    assert (str(event["summary"]), event["uid"], event["status"]) == (
        WORK.title,
        "maintenance-3@desk.example",
        "CONFIRMED",
    )
    assert str(event["description"]) == WORK.text
    config, file = tmp_path / "khal.conf", tmp_path / "maintenance.ics"
    (tmp_path / "ours").mkdir()
    config.write_text(KHAL.format(tmp_path))
    file.write_bytes(made)
    khal = ["/usr/bin/khal", "-c", str(config)]
    subprocess.run([*khal, "import", "--batch", "-a", "ours", str(file)], check=True, capture_output=True)
    listed = subprocess.run([*khal, "list", "2026-11-28", "1d"], check=True, capture_output=True, text=True)
    assert "04:00-08:00 Read only, all night" in listed.stdout


def test_moved_and_cancelled_maintenance_replaces_its_event() -> None:
    """The same UID with a higher SEQUENCE (RFC 5545)."""
    moved = replace(WORK, starts_at=STARTS + 3_600_000, version=2)
    cancelled = replace(moved, cancelled=True, version=3)
    events = [
        icalendar.Calendar.from_ical(calendar([one], "Systems", URL)).events[0] for one in (WORK, moved, cancelled)
    ]
    assert len({event["uid"] for event in events}) == 1
    assert [(event["sequence"], event["status"]) for event in events] == [
        (0, "CONFIRMED"),
        (1, "CONFIRMED"),
        (2, "CANCELLED"),
    ]


def test_summary_is_in_the_form_of_statuspage() -> None:
    found = summary(BOARD, "Desk", URL, "America/New_York")
    assert list(found) == ["page", "status", "components", "incidents", "scheduled_maintenances"]
    assert found["status"] == {"indicator": "critical", "description": "Major System Outage"}
    text = json.loads(json.dumps(found))
    (incident,), (work,), (component,) = text["incidents"], text["scheduled_maintenances"], text["components"]
    assert (component["name"], component["status"]) == ("Exports", "major_outage")
    assert (incident["status"], incident["impact"], incident["shortlink"]) == (
        "identified",
        "critical",
        f"{URL}/status#incident-7",
    )
    assert [one["status"] for one in incident["incident_updates"]] == ["identified", "investigating"]
    assert (work["status"], work["scheduled_for"], work["components"][0]["name"]) == (
        "scheduled",
        "2026-11-28T04:00:00.000Z",
        "Exports",
    )


def test_summary_of_a_desk_without_components_says_that_all_is_well() -> None:
    found = summary(Board(NOW, [], {}, [], []), "Desk", URL, "UTC")
    assert found["status"] == {"indicator": "none", "description": "All Systems Operational"}
