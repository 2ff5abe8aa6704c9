"""The hours file: read completely, or refused with all faults."""

from __future__ import annotations

import codecs
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.adapters import hours_file
from routing.adapters.hours_file import load, parse
from routing.desk import Overflow
from routing.errors import DeskFaults
from routing.hours import Exceptional, PublicHolidays, Span

ROOT = Path(__file__).resolve().parents[3]
SMALLEST = """\
timezone: America/New_York
schedules:
  standard: {mon: ["09:00-17:00"]}
teams:
  media: {name: Media, schedule: standard}
"""


def faults(text: str) -> list[str]:
    """The faults of `text`, without the file name."""
    with pytest.raises(DeskFaults) as caught:
        parse(text, "h.yaml")
    assert all(fault.startswith("h.yaml:") for fault in caught.value.faults)
    return [fault.removeprefix("h.yaml:") for fault in caught.value.faults]


def with_team(entries: str) -> str:
    return SMALLEST.replace("schedule: standard}", f"schedule: standard, {entries}}}")


def with_day(spans: str) -> str:
    return SMALLEST.replace('["09:00-17:00"]', spans)


def with_exception(entry: str) -> str:
    return SMALLEST.replace('"]}', '"], except: [' + entry + "]}")


def test_shipped_hours_file_is_valid() -> None:
    """The file at the root has the teams, hours and published names of the domain."""
    desk = load(ROOT / "hours.yaml")
    assert desk.timezone == "America/New_York"
    assert {key: team.name for key, team in desk.teams.items()} == {
        "media": "Media", "prod": "Prod", "tech": "Tech", "finance": "Finance", "canadian-spot": "Canadian Spot",
    }  # fmt: skip
    weekday = {"extended": (Span(540, 1140),), "standard": (Span(540, 1020),)}
    for key, spans in weekday.items():
        assert desk.schedules[key].week == (spans,) * 5 + ((), ())
    assert [desk.teams[key].schedule for key in ("media", "prod", "tech")] == ["extended"] * 3
    assert [desk.teams[key].schedule for key in ("finance", "canadian-spot")] == ["standard"] * 2
    assert {desk.teams[key].published_as for key in ("media", "prod", "tech")} == {"All Media, Prod, Tech"}
    assert desk.teams["finance"].products == ("Spectra OX", "Spectra DS", "Lumina", "Other")


def test_team_has_documented_defaults() -> None:
    team = parse(SMALLEST, "h.yaml").teams["media"]
    assert (team.identity, team.assign, team.offer_s, team.queue_max) == ("optional", "auto", 30, 100)
    assert (team.wait_target_s, team.first_reply_s, team.next_reply_s, team.idle_seat_s) == (120, 180, 300, 600)
    assert (team.agent_grace_s, team.agent_idle_s, team.unstaffed_s, team.pass_on) == (60, 900, 180, False)
    assert (team.left_queue_s, team.silent_s, team.wrap_up_s) == (120, (300, 600, 900), 0)
    assert (team.closing_notice_s, team.closing_drain_s, team.overflow, team.sticky_days) == (900, 900, None, 7)
    assert (team.typing_preview, team.reminders, team.auto_solve, team.reopen_days) == (False, (3, 5), 7, 28)
    assert (team.retired, team.successor, team.account_team, team.email) == (False, None, None, None)


def test_parse_reads_every_key() -> None:
    desk = parse(
        """\
timezone: Europe/Paris
default_team: b
schedules:
  nights:
    fri: ["22:00-24:00", "09:00-12:00", "12:00-13:00"]
    sat: ["00:00-02:00"]
    holidays: {country: NO, subdivision: "03"}
    except:
      - {date: 2026-12-24, spans: ["09:00-13:00"], name: Christmas Eve}
      - {from: 2026-12-28, to: 2026-12-31, closed: true}
  mail: {mon: ["08:00-20:00"]}
defaults: {offer_s: 20, overflow: {to: b, after_s: 300}, queue_max: 9, products: [One]}
teams:
  a:
    name: Alpha
    schedule: nights
    email: a@desk.example
    topic: Letters and more
    topics: {fr: Lettres et plus}
    products: [Two, Three]
    published_as: All
    email_hours: mail
    account_team: accounts@desk.example
    identity: required
    assign: offer
    queue_max: none
    pass_on: true
    silent_s: [10, 20, 30]
    typing_preview: true
    reminders: [1, 2]
    auto_solve: 3
    retired: true
    successor: b
  b: {name: Beta, schedule: mail, overflow: none, offer_s: 40}
""",
        "h.yaml",
    )
    nights = desk.schedules["nights"]
    assert nights.week[4:6] == ((Span(540, 780), Span(1320, 1440)), (Span(0, 120),))
    assert nights.holidays == PublicHolidays("NO", "03")
    assert nights.exceptions == (
        Exceptional(date(2026, 12, 24), date(2026, 12, 24), (Span(540, 780),), "Christmas Eve"),
        Exceptional(date(2026, 12, 28), date(2026, 12, 31), ()),
    )
    a, b = desk.teams["a"], desk.teams["b"]
    assert (a.offer_s, a.overflow, a.queue_max, a.products) == (20, Overflow("b", 300), None, ("Two", "Three"))
    assert (a.published_as, a.email_hours, a.account_team, a.identity) == (
        "All", "mail", "accounts@desk.example", "required",
    )  # fmt: skip
    assert (a.assign, a.pass_on, a.silent_s, a.typing_preview) == ("offer", True, (10, 20, 30), True)
    assert (a.reminders, a.auto_solve, a.retired, a.successor) == ((1, 2), 3, True, "b")
    assert (a.topics, b.topics) == ({"fr": "Lettres et plus"}, {})
    assert (a.topic, b.topic, desk.default_team) == ("Letters and more", "Beta", "b")
    assert (b.offer_s, b.overflow, b.queue_max, b.products) == (40, None, 9, ("One",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1: empty: "),
        ("# nothing\n", "1: empty: "),
        ("- a\n- b\n", "1: a list: expected a mapping"),
        ("timezone: UTC\n\tteams: x\n", "2: tab: indent with spaces"),
        ("a: [1\n", "1: a: [1: invalid YAML ("),
        ("a: 1\n---\nb: 2\n", "2: ---: invalid YAML ("),
        ("a: \x07\n", "1: character #x0007: "),
        ("[" * 1_000, "1: too many nested levels"),
        (SMALLEST.replace("New_York", "New_Yrok"), "1: America/New_Yrok: expected a time zone, such as"),
        (SMALLEST.replace("timezone", "timezon"), "1: timezon: not a key of the file (did you mean timezone?)"),
        (SMALLEST.replace("timezone: America/New_York\n", ""), "1: no timezone: "),
        (SMALLEST.replace("mon:", "monday:"), "3: monday: not a key of a schedule"),
        (with_day('"09:00-17:00"'), "3: 09:00-17:00: expected a list of spans"),
        (with_day('["25:00-26:00"]'), "3: 25:00-26:00: expected times from 00:00 to 23:59"),
        (with_day('["24:00-24:00"]'), "3: 24:00-24:00: expected times from"),
        (with_day('["09:60-10:00"]'), "3: 09:60-10:00: expected times from"),
        (with_day('["9-17"]'), "3: 9-17: expected HH:MM-HH:MM"),
        (with_day('["17:00-09:00"]'), "3: 17:00-09:00: expected an end after the start"),
        (with_day('["09:00-09:00"]'), "3: 09:00-09:00: expected an end after the start"),
        (with_day('["09:00-12:00", "11:59-13:00"]'), "3: 11:59-13:00: overlaps the span"),
        (with_day("[null]"), "3: null: expected HH:MM-HH:MM"),
        (with_exception("{date: 2026-02-30, closed: true}"), "3: 2026-02-30: expected an existing date"),
        (with_exception("{date: 20261224, closed: true}"), "3: 20261224: expected an existing date"),
        (with_exception("{from: 2026-12-31, to: 2026-12-01, closed: true}"), "3: 2026-12-01: expected a date not"),
        (with_exception("{from: 2026-12-31, closed: true}"), "3: from: expected either date, or from and to"),
        (with_exception("{closed: true}"), "3: no date: expected either date"),
        (with_exception("{date: 2026-12-24}"), "3: neither spans nor closed: expected either spans"),
        (with_exception('{date: 2026-12-24, closed: true, spans: []}'), "3: closed and spans: expected either spans"),
        (with_exception("{date: 2026-12-24, closed: false}"), "3: false: expected true, or spans"),
        (with_exception("x"), "3: x: expected a mapping"),
        (SMALLEST.replace('"]}', '"], holidays: {country: XX}}'), "3: XX: expected the two-letter code of a country"),
        (SMALLEST.replace('"]}', '"], holidays: {country: CAN}}'), "3: CAN: expected the two-letter code"),
        (SMALLEST.replace('"]}', '"], holidays: {country: CA, subdivision: XX}}'), "3: XX: expected one of AB, BC, MB"),
        (SMALLEST.replace('"]}', '"], holidays: {country: MC, subdivision: A}}'), "3: A: expected no subdivision"),
        (SMALLEST.replace('"]}', '"], holidays: {}}'), "3: no country: "),
        (with_team("queue_max: "), "5: nothing: expected a whole number from 0 to 1000000, or none"),
        (SMALLEST.replace("schedule: standard", "schedule: extended"), "5: extended: expected a schedule of this file"),
        (SMALLEST.replace(", schedule: standard", ""), "5: no schedule: add it to the team media"),
        (SMALLEST.replace("name: Media, ", ""), "5: no name: add it to the team media"),
        (SMALLEST.replace("  media:", "  Media!:"), "5: Media!: expected a key of up to 32 lowercase letters"),
        (SMALLEST.replace("  media:", f"  {'m' * 33}:"), f"5: {'m' * 33}: expected a key of up to 32"),
        (SMALLEST + "  prod: {name: media, schedule: standard}\n", "6: media: the team media already has this name"),
        (SMALLEST + "  media: {name: Other, schedule: standard}\n", "6: media: already on line 5"),
        (SMALLEST.split("teams:")[0] + "teams: {}\n", "4: no team: expected at least one team"),
        (SMALLEST.split("teams:")[0] + "teams:\n  media:\n", "5: nothing: expected a mapping"),
        (with_team("colour: red"), "5: colour: not a key of a team"),
        (with_team("offer_s: 0"), "5: 0: expected a whole number from 1"),
        (with_team("offer_s: -5"), "5: -5: expected a whole number"),
        (with_team("offer_s: 1.5"), "5: 1.5: expected a whole number"),
        (with_team("offer_s: ٣"), "5: ٣: expected a whole number"),
        (with_team("pass_on: maybe"), "5: maybe: expected true or false"),
        (with_team("assign: sometimes"), "5: sometimes: expected one of auto, offer"),
        (with_team("silent_s: [3, 2, 1]"), "5: 3, 2, 1: expected 3 rising numbers"),
        (with_team("silent_s: [300]"), "5: a list: expected 3 rising numbers"),
        (with_team("auto_solve: 5"), "5: 5: expected more business days than the last reminder's 5"),
        (with_team("reminders: [8, 9]"), "5: 7: expected more business days than the last reminder's 9"),
        (with_team("email: nobody"), "5: nobody: expected an email address"),
        (with_team("products: []"), "5: a list: expected a list of names"),
        (with_team("products: [A, A]"), "5: A: expected each name once: remove the repetition"),
        (with_team("overflow: {to: medja, after_s: 60}"), "5: medja: expected a team of this file, one of media"),
        (with_team("overflow: {to: media, after_s: 60}"), "5: overflow to media itself: expected another team"),
        (with_team("successor: media"), "5: successor to media itself: expected another team"),
        (with_team("successor: gone"), "5: gone: expected a team of this file"),
        (SMALLEST + "default_team: gone\n", "6: gone: expected a team of this file"),
        (with_team("retired: true") + "default_team: media\n", "6: media: expected a team that"),
        (with_team("topic: []"), "5: a list: expected"),
        (with_team("topics: Lettres"), "5: Lettres: expected a mapping"),
        (with_team("topics: {French: Lettres}"), "5: French: expected a language, such as fr"),
        (with_team("topics: {fr: []}"), "5: a list: expected text"),
        (SMALLEST + "  prod: {name: Prod, topic: Media, schedule: standard}\n", "6: Media: the team media already"),
        (
            with_team("topics: {fr: Lettres}") + "  prod: {name: Prod, topics: {fr: Lettres}, schedule: standard}\n",
            "6: Lettres: the team media already",
        ),
        (SMALLEST + "defaults: {name: All}\n", "6: name: not a key of defaults"),
        (SMALLEST + "defaults: {offer_s: x}\n", "6: x: expected a whole number"),
    ],
)  # fmt: skip
def test_fault_has_line_value_and_what_to_write(text: str, expected: str) -> None:
    """Each fault is reported once."""
    found = faults(text)
    assert any(fault.startswith(expected) for fault in found), found
    assert len(found) == len(set(found)) <= 2


def test_all_faults_are_reported_at_once() -> None:
    """In the order of the lines."""
    text = with_day('["25:00-26:00", "12:00-11:00"]').replace("New_York", "Nowhere") + "  prod: {nam: x}\n"
    assert [fault.split(":")[0] for fault in faults(text)] == ["1", "3", "3", "6", "6", "6"]


def test_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    file = tmp_path / "hours.yaml"
    file.write_bytes(codecs.BOM_UTF8 + SMALLEST.encode())
    assert list(load(file).teams) == ["media"]


def test_unreadable_file_is_named(tmp_path: Path) -> None:
    """A missing file, a folder and bytes that are not text."""
    with pytest.raises(DeskFaults, match=r"nothing\.yaml: no such file: set --hours"):
        load(tmp_path / "nothing.yaml")
    with pytest.raises(DeskFaults, match="expected a file that this user may read"):
        load(tmp_path)
    file = tmp_path / "latin.yaml"
    file.write_bytes(b"timezone: UTC\nname: caf\xe9\n")
    with pytest.raises(DeskFaults, match=r"latin\.yaml:2: byte 0xe9: expected UTF-8 text"):
        load(file)


@given(st.text(alphabet=st.sampled_from("abz019:-[]{}\"'&*!|>#%@,\n \t~"), max_size=80))
def test_any_text_gives_faults_and_no_crash(text: str) -> None:
    assert all(fault.split(":")[0].isdigit() for fault in faults(text))


@given(
    st.lists(
        st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda pair: pair[0] < pair[1]),
        max_size=4,
    )
)
def test_spans_are_sorted_and_joined_or_refused(pairs: list[tuple[int, int]]) -> None:
    """Parsed spans cover exactly the given minutes and never touch. Overlapping spans are refused."""
    written = ", ".join(f'"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}"' for a, b in pairs)
    minutes = [minute for a, b in pairs for minute in range(a, b)]
    if len(minutes) != len(set(minutes)):
        assert "overlap" in faults(with_day(f"[{written}]"))[0]
        return
    spans = parse(with_day(f"[{written}]"), "h.yaml").schedules["standard"].week[0]
    assert [minute for span in spans for minute in range(span.start, span.end)] == sorted(minutes)
    assert all(one.end < other.start for one, other in pairwise(spans))


VERSIONS = """\
timezone: America/New_York
schedules:
  standard:
    - mon: ["09:00-17:00"]
      holidays: {country: US, worked: [2027-01-18]}
    - from: 2026-12-07
      mon: ["10:00-17:00"]
    - {from: 2027-01-04, tue: ["10:00-17:00"]}
teams:
  media: {name: Media, schedule: standard}
"""


def test_schedule_as_a_list_has_versions() -> None:
    first, *later = parse(VERSIONS, "h.yaml").schedules["standard"].versions
    assert (first.since, first.week[0], first.holidays) == (
        None,
        (Span(540, 1020),),
        PublicHolidays("US", None, (date(2027, 1, 18),)),
    )
    assert [(one.since, one.week[:2]) for one in later] == [
        (date(2026, 12, 7), ((Span(600, 1020),), ())),
        (date(2027, 1, 4), ((), (Span(600, 1020),))),
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("from: 2026-12-07", "sat: []", "6: no from: add the day from which this version of standard holds"),
        ("from: 2027-01-04", "from: 2026-12-07", "8: from 2026-12-07: expected a date after 2026-12-07"),
        ("from: 2026-12-07", "from: soon", "6: soon: expected an existing date"),
        ("[2027-01-18]", "soon", "5: soon: expected a list of dates"),
        ("[2027-01-18]", "[soon]", "5: soon: expected an existing date"),
    ],
)
def test_fault_of_a_version_is_told_with_its_line(old: str, new: str, fault: str) -> None:
    assert any(one.startswith(fault) for one in faults(VERSIONS.replace(old, new)))


def test_plain_schedule_cannot_have_from() -> None:
    (fault,) = faults(SMALLEST.replace("{mon:", "{from: 2026-12-07, mon:"))
    assert "not a key of a schedule" in fault


def test_replaced_file_keeps_its_mode_and_leaves_no_other_file(tmp_path: Path) -> None:
    path = tmp_path / "hours.yaml"
    path.write_bytes(b"old")
    path.chmod(0o640)
    (tmp_path / "link.yaml").symlink_to(path)
    hours_file.replace(tmp_path / "link.yaml", b"new")
    assert path.read_bytes() == b"new" and path.stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "link.yaml").is_symlink() and len(list(tmp_path.iterdir())) == 2


def test_version_of_a_file_follows_its_bytes() -> None:
    assert hours_file.etag_of(b"a") == hours_file.etag_of(b"a") != hours_file.etag_of(b"b")
