"""What a server does not start with: it is said, whole, before anything is listened on or made."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.test_cli import Place

SMALLEST = """\
timezone: America/New_York
schedules:
  standard: {mon: ["09:00-17:00"]}
teams:
  media: {name: Media, schedule: standard}
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def taken() -> Iterator[str]:
    """A port that another program holds: who tries to listen on it says so."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield str(other.getsockname()[1])


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", ["1: empty: "]),
        ("- media\n- prod\n", ["1: a list: expected a mapping"]),
        (SMALLEST.replace("  standard", "\tstandard"), ["3: tab: indent with spaces"]),
        (
            SMALLEST.replace("09:00-17:00", "09:00-12:00", 1).replace('12:00"', '12:00", "11:00-13:00", "17:00-16:00"'),
            ["3: 11:00-13:00: overlaps the span", "3: 17:00-16:00: expected an end after the start"],
        ),
        (
            SMALLEST.replace("New_York", "New_Yrok")
            .replace("schedule: standard", "schedule: night, colour: red")
            .replace('09:00-17:00"]', '25:00-26:00"], holidays: {country: XX}'),
            [
                "1: America/New_Yrok: expected a time zone",
                "3: 25:00-26:00: expected times from",
                "3: XX: expected the two-letter code",
                "5: colour: not a key of a team",
                "5: night: expected a schedule of this file",
            ],
        ),
    ],
)
def test_server_does_not_start_with_bad_hours(place: Place, taken: str, text: str, faults: list[str]) -> None:
    """All faults are reported, with line and value. No port is opened and no database created."""
    (place.folder / "hours.yaml").write_text(text)
    lines = place.refused("serve", "--port", taken)
    assert len(lines) == len(faults), lines
    for line, fault in zip(lines, sorted(faults), strict=True):
        assert line.startswith(f"hours.yaml:{fault}"), lines
    assert not (place.data / "switchboard.db").exists()


def test_bad_settings_and_bad_hours_are_reported_together(place: Place, taken: str) -> None:
    """Faults in variables, in `.env` and in the hours file. Secret values are not shown."""
    (place.folder / "hours.yaml").write_text(SMALLEST.replace("New_York", "Nowhere"))
    (place.folder / ".env").write_text("SWITCHBOARD_BASE_URL=support.example\nSWITCHBOARD_TRUSTED_PROXIES=everybody\n")
    bad = {
        "SWITCHBOARD_SECRET": "short",
        "SWITCHBOARD_SMTP_URL": "mail",
        "SWITCHBOARD_IDENTITY_SECRET": "short",
        "SWITCHBOARD_WIDGET_ORIGINS": "planner.example",
        "SWITCHBOARD_BRAND_NAME": "x" * 81,
    }
    lines = place.refused("serve", "--port", taken, **bad)
    said = {line.split(": ")[0] if not line.startswith(".env") else line.split(": ")[1] for line in lines}
    assert said == {*bad, "SWITCHBOARD_BASE_URL", "SWITCHBOARD_TRUSTED_PROXIES", "hours.yaml:1"}
    assert [line.split(": ")[0] for line in lines if line.startswith(".env")] == [".env:1", ".env:2"]
    assert not any("short" in line.split(": ")[1] for line in lines)
    assert not (place.data / "switchboard.db").exists()


def test_missing_team_is_reported_before_the_port_is_opened(place: Place, taken: str) -> None:
    """A person belongs to a team that is not in the hours file."""
    place.add()
    (place.folder / "hours.yaml").write_text(SMALLEST.replace("  media", "  prod"))
    assert place.refused("serve", "--port", taken) == [
        "hours.yaml:4: media: missing, but used by 1 person; keep the team, with retired: true and a successor"
    ]
