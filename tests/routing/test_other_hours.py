"""The coming days with other hours than usual."""

from __future__ import annotations

from datetime import date

from routing.hours import Exceptional, Hours, PublicHolidays, Schedule, Span
from routing.other_hours import OtherHours, closures, other_hours

NINE_TO_FIVE = (Span(540, 1020),)
WEEK = (*((NINE_TO_FIVE,) * 5), (), ())
TODAY = date(2026, 11, 24)
"""A Tuesday."""


def hours(*exceptions: Exceptional, holidays: PublicHolidays | None = None) -> Hours:
    schedule = Schedule("standard", WEEK, holidays, exceptions)
    return Hours(schedule, "America/New_York", lambda calendar, year: frozenset({date(2026, 11, 26)}))


def test_usual_week_has_no_other_hours() -> None:
    """Weekends are usual."""
    assert other_hours(hours(), TODAY, 60) == []


def test_neighboring_days_are_one_entry_across_a_weekend() -> None:
    """A closure from Friday to Monday is one line; a day with another name begins a new one."""
    closed = Exceptional(date(2026, 11, 27), date(2026, 11, 30), (), "Moving")
    other = Exceptional(date(2026, 12, 1), date(2026, 12, 1), (), "Inventory")
    found = other_hours(hours(closed, other), TODAY, 30)
    assert found == [
        OtherHours(date(2026, 11, 27), date(2026, 11, 30), (), "Moving"),
        OtherHours(date(2026, 12, 1), date(2026, 12, 1), (), "Inventory"),
    ]


def test_holiday_has_no_name_and_a_short_day_is_no_closure() -> None:
    """Both are other hours."""
    short = Exceptional(date(2026, 11, 27), date(2026, 11, 27), (Span(540, 780),), "Short Friday")
    team = hours(short, holidays=PublicHolidays("US"))
    assert [(one.name, one.spans) for one in other_hours(team, TODAY, 30)] == [
        (None, ()),
        ("Short Friday", (Span(540, 780),)),
    ]
    assert [one.first for one in closures(team, TODAY, 30)] == [date(2026, 11, 26)]
