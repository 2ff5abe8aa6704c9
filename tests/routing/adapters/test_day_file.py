"""A day to simulate, read whole or with every fault in it said at once."""

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
    """What is wrong with the text, without the file's name."""
    with pytest.raises(DeskFaults) as caught:
        parse(text, "d.yaml")
    assert all(fault.startswith("d.yaml:") for fault in caught.value.faults)
    return [fault.removeprefix("d.yaml:") for fault in caught.value.faults]


def test_the_sample_is_a_full_day() -> None:
    """The day that ships has 20,000 chats, 200 agents, and the teams of the domain."""
    day = load(SAMPLE)
    assert (day.chats, day.agents) == (20_000, 200)
    assert set(day.traffic) == set(day.desk.teams) == {"media", "prod", "tech", "finance", "canadian-spot"}
    assert any(traffic.vip for traffic in day.traffic.values())


def test_every_key_arrives() -> None:
    """Date, desk, traffic and agents are what the file says."""
    day = parse(SMALLEST, "d.yaml")
    assert day.date == date(2026, 11, 24)
    assert day.desk.teams["media"].name == "Media"
    assert day.traffic == {"media": Traffic({9: 12, 16: 0}, Duration(600, 400), Duration(300))}
    assert day.groups == (Group("Early", 2, ("media",), (Span(540, 720), Span(780, 1020)), 3),)
    patient = parse(SMALLEST.replace(", patience: {mean_s: 300}", ""), "d.yaml")
    assert patient.traffic["media"].patience is None


def test_what_may_be_said_besides() -> None:
    """VIP clients, chats that need another team, and how offers are answered: where nothing is said none of it
    happens."""
    plain = parse(SMALLEST, "d.yaml").traffic["media"]
    assert (plain.vip, plain.handed_on, plain.answers.passed) == (0, None, 0)
    more = (
        "patience: {mean_s: 300}, vip_percent: 5, handed_on: {to: media, percent: 10}, "
        "answers: {after_s: 3, passed_percent: 8, back_s: 60}"
    )
    day = parse(SMALLEST.replace("patience: {mean_s: 300}", more), "d.yaml")
    said = day.traffic["media"]
    assert (said.vip, said.handed_on, said.answers) == (0.05, HandedOn("media", 0.1), Answers(3, 0.08, 60))
    assert day.answers == {"media": Answers(3, 0.08, 60)}


def test_closing_time_and_agents_who_vanish() -> None:
    """What is chosen, of each team; who vanishes, of all agents or of a group; where nothing is said, nobody."""
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
        ("date: 2026-11-24", "date: 2026-11-31", "1: date: 2026-11-31: a date that exists, such as 2026-12-24"),
        (
            "schedule: standard",
            "schedule: none",
            "5: desk.teams.media.schedule: none: a schedule of this file, one of standard",
        ),
        ("timezone: America/New_York", "timezone: Mars", "3: desk.timezone: Mars: a time zone"),
        (
            "  media: {arr",
            "  medai: {arr",
            "7: traffic: medai: a team of this file, one of media (did you mean media?)",
        ),
        ("9: 12", "24: 12", "7: traffic.media.arrivals: 24: an hour of the day, from 0 to 23"),
        ("9: 12", "nine: 12", "7: traffic.media.arrivals: nine: an hour of the day, from 0 to 23"),
        ("16: 0", "09: 0", "7: traffic.media.arrivals: 09: each hour once"),
        ("9: 12", "9: -12", "7: traffic.media.arrivals.9: -12: a whole number from 0 to 1000000"),
        ("mean_s: 600", "mean_s: 0", "7: traffic.media.service.mean_s: 0: a whole number from 1 to 86400"),
        ("median_s: 400", "median_s: 601", "7: traffic.media.service.median_s: 601: at most the mean, 600"),
        (
            "service: {mean_s: 600, median_s: 400}, ",
            "",
            "7: traffic.media: no service: traffic has it (service: {mean_s: 600})",
        ),
        ("patience: {mean_s: 300}", "patience: 300", "7: traffic.media.patience: 300: a mapping (key: value)"),
        (
            "}}\nagents",
            "}, vip_percent: 101}\nagents",
            "7: traffic.media.vip_percent: 101: a whole number from 0 to 100",
        ),
        (
            "}}\nagents",
            "}, handed_on: {to: tech}}\nagents",
            "7: traffic.media.handed_on: no percent: chats handed on has it (percent: 5)",
        ),
        (
            "}}\nagents",
            "}, handed_on: {to: tech, percent: 3}}\nagents",
            "7: traffic.media.handed_on.to: tech: a team of this file, one of media",
        ),
        (
            "}}\nagents",
            "}, answers: {passed: 3}}\nagents",
            "7: traffic.media.answers: passed: not a key of answers to offers; one of after_s",
        ),
        ("}}\nagents", "}, at_closing: {stay: 3}}\nagents", "7: traffic.media.at_closing: stay: not a key of what is"),
        (
            "}}\nagents",
            "}, at_closing: {stay_percent: 60, ticket_percent: 50}}\nagents",
            "7: traffic.media.at_closing: 60 and 50: stay_percent and ticket_percent of 100 or less together",
        ),
        ("agents:", "vanish: {every_h: 0, back: {mean_s: 9}}\nagents:", "8: vanish.every_h: 0: a whole number from 1"),
        ("concurrency: 3", "concurrency: 3, vanish: {every_h: 4}", "9: agents[1].vanish: no back: agents who vanish"),
        ("count: 2", "count: 1001", "9: agents[1].count: 1001: a whole number from 0 to 1000"),
        ("count: 2", "number: 2", "9: agents[1]: number: not a key of a group of agents; one of name, count"),
        ("teams: [media]", "teams: [tech]", "9: agents[1].teams[1]: tech: a team of this file, one of media"),
        ("teams: [media]", "teams: []", "9: agents[1].teams: a list: a list of teams, such as [media]"),
        ('"13:00-17:00"', '"11:00-17:00"', "9: agents[1].shift[2]: 11:00-17:00: spans that do not overlap"),
        ('["09:00-12:00", "13:00-17:00"]', "[]", "9: agents[1].shift: no span: one span at least"),
        ("concurrency: 3", "concurrency: 0", "9: agents[1].concurrency: 0: a whole number from 1 to 50"),
        ("agents:\n", "agents: []\nrest:\n", "9: rest: not a key of the file"),
        ("agents:", "agents: 3\nstaff:", "8: agents: 3: a list of groups of agents"),
    ],
)
def test_a_fault_has_its_line_its_value_and_what_would_be_right(was: str, is_: str, expected: str) -> None:
    """Each kind of fault is named where it stands."""
    assert was in SMALLEST
    found = faults(SMALLEST.replace(was, is_, 1))
    assert any(fault.startswith(expected) for fault in found), found


def test_all_faults_are_said_at_once() -> None:
    """Faults in the desk, the traffic and the agents do not hide one another."""
    bad = SMALLEST.replace("timezone: America/New_York", "timezone: Mars").replace("9: 12", "9: x")
    found = faults(bad.replace("concurrency: 3", "concurrency: 99"))
    assert [fault.split(":")[0] for fault in found] == ["3", "7", "9"]


def test_chats_are_handed_on_to_who_has_some() -> None:
    """How long they take there is what that team's own take."""
    bad = SMALLEST.replace("{media: {name: Media,", "{tech: {name: Tech, schedule: standard}, media: {name: Media,")
    bad = bad.replace("}}\nagents", "}, handed_on: {to: tech, percent: 3}}\nagents")
    assert faults(bad) == ["7: traffic.media: tech: a team that has traffic here, for how long its chats take"]


def test_groups_have_names_of_their_own() -> None:
    """Two groups of one name could not be told apart."""
    line = SMALLEST.splitlines()[-1]
    assert faults(f"{SMALLEST}{line}\n") == ["10: agents[2]: Early: a name of its own"]


def test_a_part_that_is_missing_is_named() -> None:
    """A file without its parts says which."""
    assert [fault.split(": the file has it")[0] for fault in faults("date: 2026-11-24\n")] == [
        "1: no agents",
        "1: no desk",
        "1: no traffic",
    ]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """No file, a folder and bytes that are no text are faults with the file's name."""
    for path, what in ((tmp_path / "none.yaml", "no such file"), (tmp_path, "a file that this user may read")):
        with pytest.raises(DeskFaults, match=what) as caught:
            load(path)
        assert caught.value.faults[0].startswith(f"{path}: ")
    (tmp_path / "bytes.yaml").write_bytes(b"date: \xff\n")
    with pytest.raises(DeskFaults, match=r"bytes.yaml:1: byte 0xff: text in UTF-8"):
        load(tmp_path / "bytes.yaml")
