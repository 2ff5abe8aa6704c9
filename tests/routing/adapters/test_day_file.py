"""The file of a day: read completely, or refused with all faults."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from routing.adapters.day_file import SAMPLE, load, parse
from routing.errors import DeskFaults
from routing.hours import Span
from routing.simulation.day import Answers, AtClosing, Duration, Group, HandedOn, Traffic, Vanishing

SMALLEST = """\
date: 2026-11-24
desk:
  timezone: America/New_York
  schedules: {standard: {tue: ["09:00-17:00"]}}
  teams: {media: {name: Media, schedule: standard}}
traffic:
  media: {arrivals: {9: 12, 16: 0}, service: {mean_s: 600, median_s: 400}, patience: {mean_s: 300}}
agents:
  - {name: Early, count: 2, teams: [media], shift: ["09:00-12:00", "13:00-17:00"], concurrency: 3}
"""


def faults(text: str) -> list[str]:
    """The faults of `text`, without the file name."""
    with pytest.raises(DeskFaults) as caught:
        parse(text, "d.yaml")
    assert all(fault.startswith("d.yaml:") for fault in caught.value.faults)
    return [fault.removeprefix("d.yaml:") for fault in caught.value.faults]


def test_sample_day_is_complete() -> None:
    """The day that ships has 20,000 chats, 200 agents, and the teams of the domain."""
    day = load(SAMPLE)
    assert (day.chats, day.agents) == (20_000, 200)
    assert set(day.traffic) == set(day.desk.teams) == {"media", "prod", "tech", "finance", "canadian-spot"}
    assert any(traffic.vip for traffic in day.traffic.values())


def test_parse_reads_every_key() -> None:
    day = parse(SMALLEST, "d.yaml")
    assert day.date == date(2026, 11, 24)
    assert day.desk.teams["media"].name == "Media"
    assert day.traffic == {"media": Traffic({9: 12, 16: 0}, Duration(600, 400), Duration(300))}
    assert day.groups == (Group("Early", 2, ("media",), (Span(540, 720), Span(780, 1020)), 3),)
    patient = parse(SMALLEST.replace(", patience: {mean_s: 300}", ""), "d.yaml")
    assert patient.traffic["media"].patience is None


def test_parse_reads_optional_keys_of_traffic() -> None:
    """VIP clients, transfers to another team and answers to offers. Nothing of it happens by default."""
    plain = parse(SMALLEST, "d.yaml").traffic["media"]
    assert (plain.vip, plain.handed_on, plain.answers.declined) == (0, None, 0)
    more = (
        "patience: {mean_s: 300}, vip_percent: 5, handed_on: {to: media, percent: 10}, "
        "answers: {after_s: 3, passed_percent: 8, back_s: 60}"
    )
    day = parse(SMALLEST.replace("patience: {mean_s: 300}", more), "d.yaml")
    said = day.traffic["media"]
    assert (said.vip, said.handed_on, said.answers) == (0.05, HandedOn("media", 0.1), Answers(3, 0.08, 60))
    assert day.answers == {"media": Answers(3, 0.08, 60)}


def test_parse_reads_closing_choices_and_lost_connections() -> None:
    """Choices per team; lost connections for all agents or a group. None of either by default."""
    plain = parse(SMALLEST, "d.yaml")
    assert (plain.traffic["media"].at_closing, plain.groups[0].vanish) == (AtClosing(), None)
    text = SMALLEST.replace("}}\nagents", "}, at_closing: {stay_percent: 40}}\nagents")
    text += "vanish: {every_h: 40, back: {mean_s: 120, median_s: 60}}\n"
    home = '  - {name: Home, count: 1, teams: [media], shift: ["09:00-10:00"], concurrency: 1, vanish: VANISH}\n'
    text = text.replace("agents:\n", "agents:\n" + home.replace("VANISH", "{every_h: 8, back: {mean_s: 30}}"))
    day = parse(text, "d.yaml")
    assert day.traffic["media"].at_closing == AtClosing(stay=0.4)
    assert [group.vanish for group in day.groups] == [
        Vanishing(8, Duration(30)),
        Vanishing(40, Duration(120, 60)),
    ]


@pytest.mark.parametrize(
    ("was", "is_", "expected"),
    [
        ("date: 2026-11-24", "date: 2026-11-31", "1: date: 2026-11-31: expected an existing date, such as 2026-12-24"),
        (
            "schedule: standard",
            "schedule: none",
            "5: desk.teams.media.schedule: none: expected a schedule of this file, one of standard",
        ),
        ("timezone: America/New_York", "timezone: Mars", "3: desk.timezone: Mars: expected a time zone"),
        (
            "  media: {arr",
            "  medai: {arr",
            "7: traffic: medai: expected a team of this file, one of media (did you mean media?)",
        ),
        ("9: 12", "24: 12", "7: traffic.media.arrivals: 24: expected an hour of the day, from 0 to 23"),
        ("9: 12", "nine: 12", "7: traffic.media.arrivals: nine: expected an hour of the day, from 0 to 23"),
        ("16: 0", "09: 0", "7: traffic.media.arrivals: 09: expected each hour once: remove the repetition"),
        ("9: 12", "9: -12", "7: traffic.media.arrivals.9: -12: expected a whole number from 0 to 1000000"),
        ("mean_s: 600", "mean_s: 0", "7: traffic.media.service.mean_s: 0: expected a whole number from 1 to 86400"),
        ("median_s: 400", "median_s: 601", "7: traffic.media.service.median_s: 601: expected at most the mean, 600"),
        (
            "service: {mean_s: 600, median_s: 400}, ",
            "",
            "7: traffic.media: no service: add it to traffic (service: {mean_s: 600})",
        ),
        ("patience: {mean_s: 300}", "patience: 300", "7: traffic.media.patience: 300: expected a mapping (key: value)"),
        (
            "}}\nagents",
            "}, vip_percent: 101}\nagents",
            "7: traffic.media.vip_percent: 101: expected a whole number from 0 to 100",
        ),
        (
            "}}\nagents",
            "}, handed_on: {to: tech}}\nagents",
            "7: traffic.media.handed_on: no percent: add it to chats handed on (percent: 5)",
        ),
        (
            "}}\nagents",
            "}, handed_on: {to: tech, percent: 3}}\nagents",
            "7: traffic.media.handed_on.to: tech: expected a team of this file, one of media",
        ),
        (
            "}}\nagents",
            "}, answers: {passed: 3}}\nagents",
            "7: traffic.media.answers: passed: not a key of answers to offers; use one of after_s",
        ),
        ("}}\nagents", "}, at_closing: {stay: 3}}\nagents", "7: traffic.media.at_closing: stay: not a key of choices"),
        (
            "}}\nagents",
            "}, at_closing: {stay_percent: 60, ticket_percent: 50}}\nagents",
            "7: traffic.media.at_closing: 60 and 50: expected stay_percent and ticket_percent of at most 100 together",
        ),
        (
            "agents:",
            "vanish: {every_h: 0, back: {mean_s: 9}}\nagents:",
            "8: vanish.every_h: 0: expected a whole",
        ),
        ("concurrency: 3", "concurrency: 3, vanish: {every_h: 4}", "9: agents[1].vanish: no back: add it to"),
        ("count: 2", "count: 1001", "9: agents[1].count: 1001: expected a whole number from 0 to 1000"),
        ("count: 2", "number: 2", "9: agents[1]: number: not a key of a group of agents; use one of name, count"),
        ("teams: [media]", "teams: [tech]", "9: agents[1].teams[1]: tech: expected a team of this file, one of media"),
        ("teams: [media]", "teams: []", "9: agents[1].teams: a list: expected a list of teams, such as [media]"),
        ('"13:00-17:00"', '"11:00-17:00"', "9: agents[1].shift[2]: 11:00-17:00: overlaps the span that ends at 12:00"),
        ('["09:00-12:00", "13:00-17:00"]', "[]", "9: agents[1].shift: no span: expected at least one span"),
        ("concurrency: 3", "concurrency: 0", "9: agents[1].concurrency: 0: expected a whole number from 1 to 50"),
        ("agents:\n", "agents: []\nrest:\n", "9: rest: not a key of the file"),
        ("agents:", "agents: 3\nstaff:", "8: agents: 3: expected a list of groups of agents"),
    ],
)
def test_fault_has_line_value_and_what_to_write(was: str, is_: str, expected: str) -> None:
    assert was in SMALLEST
    found = faults(SMALLEST.replace(was, is_, 1))
    assert any(fault.startswith(expected) for fault in found), found


def test_all_faults_are_reported_at_once() -> None:
    """Faults in the desk, the traffic and the agents do not hide each other."""
    bad = SMALLEST.replace("timezone: America/New_York", "timezone: Mars").replace("9: 12", "9: x")
    found = faults(bad.replace("concurrency: 3", "concurrency: 99"))
    assert [fault.split(":")[0] for fault in found] == ["3", "7", "9"]


def test_transfer_needs_a_team_with_traffic() -> None:
    """Transferred chats take as long as the other team's own."""
    bad = SMALLEST.replace("{media: {name: Media,", "{tech: {name: Tech, schedule: standard}, media: {name: Media,")
    bad = bad.replace("}}\nagents", "}, handed_on: {to: tech, percent: 3}}\nagents")
    assert faults(bad) == ["7: traffic.media: tech: expected a team with traffic in this file"]


def test_groups_with_the_same_name_are_refused() -> None:
    line = SMALLEST.splitlines()[-1]
    assert faults(f"{SMALLEST}{line}\n") == ["10: agents[2]: Early: another group already has this name"]


def test_missing_parts_are_named() -> None:
    assert [fault.split(": add it to the file")[0] for fault in faults("date: 2026-11-24\n")] == [
        "1: no agents",
        "1: no desk",
        "1: no traffic",
    ]


def test_unreadable_file_is_named(tmp_path: Path) -> None:
    """A missing file, a folder and bytes that are not text."""
    for path, what in ((tmp_path / "none.yaml", "no such file"), (tmp_path, "expected a file that this user may read")):
        with pytest.raises(DeskFaults, match=what) as caught:
            load(path)
        assert caught.value.faults[0].startswith(f"{path}: ")
    (tmp_path / "bytes.yaml").write_bytes(b"date: \xff\n")
    with pytest.raises(DeskFaults, match=r"bytes.yaml:1: byte 0xff: expected UTF-8 text"):
        load(tmp_path / "bytes.yaml")
