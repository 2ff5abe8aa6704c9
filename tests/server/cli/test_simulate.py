"""`switchboard simulate`: a day at the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.cli.place import Place

DAY = """\
date: 2026-11-24
desk:
  timezone: America/New_York
  schedules: {standard: {tue: ["09:00-11:00"]}}
  teams: {media: {name: Media, schedule: standard}}
traffic:
  media: {arrivals: {9: 6, 10: 12}, service: {mean_s: 600, median_s: 600}, patience: {mean_s: 300, median_s: 300}}
agents:
  - {name: Early, count: 2, teams: [media], shift: ["09:00-11:00"], concurrency: 1}
"""


@pytest.fixture(autouse=True)
def day(tmp_path: Path) -> None:
    (tmp_path / "day.yaml").write_text(DAY)


def test_simulation_prints_a_day_by_team_and_hour(place: Place) -> None:
    """The same seed gives the same result. No database is created."""
    said = place.done("simulate", "day.yaml", "--goal", "90/30").splitlines()
    assert said[0] == "Tuesday 24 November 2026: 18 chats, 2 agents (seed 1)"
    head, media, everybody = (line.split() for line in said[2:5])
    assert " ".join(head) == "chats answered in 30 s left missed half wait 9 of 10 occupancy"
    assert media[:2] == ["Media", "18"] and media[1:] == everybody[1:]
    assert [line.split() for line in said if line.strip().startswith("09")] == [["09", "10"]] * 4
    assert place.done("simulate", "day.yaml", "--goal", "90/30", "--seed", "1").splitlines() == said
    assert place.done("simulate", "day.yaml", "--goal", "90/30", "--seed", "2").splitlines()[2:] != said[2:]
    assert not place.data.exists()


def test_simulation_reports_vips_and_offers(place: Place) -> None:
    day = DAY.replace("schedule: standard}", "schedule: standard, assign: offer}")
    day = day.replace("}}\nagents", "}, vip_percent: 50, answers: {passed_percent: 20}}\nagents")
    (place.folder / "day.yaml").write_text(day)
    said = place.done("simulate", "day.yaml")
    kinds = [line.split("  ")[0] for line in said.splitlines() if "clients" in line]
    assert kinds == ["VIP clients", "All other clients"]
    assert "offers" in said and "were declined" in said


def test_bad_day_files_and_options_are_refused(place: Place) -> None:
    """All faults of the file are reported with their lines."""
    (place.folder / "bad.yaml").write_text(DAY.replace("count: 2", "count: two").replace("9: 6", "25: 6"))
    assert place.refused("simulate", "bad.yaml") == [
        "bad.yaml:7: traffic.media.arrivals: 25: expected an hour of the day, from 0 to 23",
        "bad.yaml:9: agents[1].count: two: expected a whole number from 0 to 1000",
    ]
    assert place.refused("simulate", "none.yaml") == [
        "none.yaml: no such file: name a file, or omit it for the sample day"
    ]
    for goal in ("80", "0/60", "100/60", "80/60s"):
        assert place.refused("simulate", "--goal", goal) == [
            f"--goal {goal!r}: a percentage from 1 to 99 and seconds, such as 80/60"
        ]


def test_staffing_finds_the_needed_agents_and_writes_a_page(shell: Place) -> None:
    """For each team and in all. A folder that cannot be created is an error."""
    said = shell.done("simulate", "day.yaml", "--goal", "50/600", "--staffing", "--out", "made")
    table = said[said.index("Agents needed for 50 % within 600 s") :].splitlines()[1:5]
    assert [line.split()[-2] for line in table] == ["present", "2", "2", "2"]
    (media, each, together) = (line.split()[-1] for line in table[1:])
    assert media == each == together and 0 < int(media) < 10
    assert said.splitlines()[-1] == "made/index.html"
    assert "50 % within 600 s" in (shell.folder / "made" / "index.html").read_text("utf-8")
    ended = shell.run("simulate", "day.yaml", "--out", "day.yaml/in")
    assert (ended.returncode, ended.stderr) == (
        2,
        b"--out day.yaml/in: Not a directory: choose a folder that this user may write to\n",
    )
