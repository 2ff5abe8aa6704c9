"""What a change of hours does to the coming days."""

from __future__ import annotations

from datetime import date

import pytest

from routing.adapters.hours_file import parse
from routing.hours import Span
from routing.hours_preview import columns, differences, without

BEFORE = """\
timezone: America/New_York
schedules:
  standard: {mon: ["09:00-17:00"], tue: ["09:00-17:00"], fri: ["09:00-17:00"]}
  other: {sat: ["09:00-10:00"]}
teams:
  media: {name: Media, schedule: standard}
  prod: {name: Prod, schedule: standard}
  old: {name: Old, schedule: standard, retired: true}
"""
MONDAY = date(2026, 11, 30)


def test_teams_with_the_same_hours_before_and_after_are_one_column() -> None:
    before = parse(BEFORE, "h")
    assert [[team.key for team in one.teams] for one in columns(before, before)] == [["media", "prod"]]
    moved = parse(BEFORE.replace("Prod, schedule: standard", "Prod, schedule: other"), "h")
    assert [[team.key for team in one.teams] for one in columns(before, moved)] == [["media"], ["prod"]]


def test_days_with_the_same_difference_are_one_even_across_closed_days() -> None:
    before = parse(BEFORE, "h")
    (column,) = columns(before, parse(BEFORE.replace('["09:00-17:00"]', '["09:00-18:00"]'), "h"))
    (one,) = differences(column, MONDAY, 14)
    assert (one.first, one.last, one.days, one.minutes) == (MONDAY, date(2026, 12, 11), 6, 360)


def test_usual_day_divides_differences() -> None:
    text = BEFORE.replace("sat:", "mon:").replace("fri: [", "except: [{date: 2026-12-01, closed: true}], fri: [", 1)
    (column,) = columns(parse(BEFORE, "h"), parse(text, "h"))
    (one,) = differences(column, MONDAY, 14)
    assert (one.first, one.last, one.minutes) == (date(2026, 12, 1), date(2026, 12, 1), -480)
    assert (one.before, one.after) == ((Span(540, 1020),), ())
    assert not list(differences(column, date(2026, 12, 2), 14))


@pytest.mark.parametrize(
    ("spans", "others", "left"),
    [
        ([(9, 18)], [(9, 17)], [(17, 18)]),
        ([(8, 18)], [(9, 12), (13, 17)], [(8, 9), (12, 13), (17, 18)]),
        ([(9, 17)], [(9, 18)], []),
        ([(9, 12), (13, 17)], [], [(9, 12), (13, 17)]),
    ],
)
def test_without_leaves_the_parts_outside_the_others(
    spans: list[tuple[int, int]], others: list[tuple[int, int]], left: list[tuple[int, int]]
) -> None:
    assert without([Span(*one) for one in spans], [Span(*one) for one in others]) == [Span(*one) for one in left]
