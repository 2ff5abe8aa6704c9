"""When teams open for customers elsewhere, around clock changes."""

from __future__ import annotations

from datetime import date

from clock import from_rfc3339, zones
from routing.clock_changes import Period, openings, periods
from routing.desk import Desk, Team
from routing.hours import Exceptional, Schedule, Span
from tests.routing.desks import ALWAYS, NIGHTS, no_days_off

NEW_YORK = "America/New_York"
NOVEMBER = from_rfc3339("2026-11-24T17:00:00.000Z")
WEEKDAYS = ((Span(540, 1140),),) * 5 + ((), ())


def desk(schedule: Schedule, *others: Schedule) -> Desk:
    schedules = {one.key: one for one in (schedule, *others)}
    teams = {key: Team(key=key, name=key, schedule=key) for key in schedules}
    return Desk(NEW_YORK, teams, schedules, no_days_off)


def shown(found: Desk, around: list[Period], zone: str) -> list[str | None]:
    ((opened),) = (one.opened for one in openings(found, around))
    return [None if one is None else f"{zones.local(one.at, zone):%H:%M}" for one in opened]


def test_periods_leave_out_the_days_of_the_changes() -> None:
    assert periods(NOVEMBER, NEW_YORK, ["Europe/Paris", "America/Chicago", "Asia/Tokyo"]) == [
        Period(None, date(2027, 3, 13), None),
        # In New York, the clocks of Paris change in the evening before.
        Period(date(2027, 3, 15), date(2027, 3, 26), date(2027, 3, 14)),
        Period(date(2027, 3, 28), date(2027, 10, 29), date(2027, 3, 28)),
    ]


def test_periods_without_a_clock_change_within_a_year_are_none() -> None:
    assert periods(NOVEMBER, "Asia/Tokyo", ["Atlantic/Reykjavik", "Asia/Kolkata"]) == []


def test_openings_differ_where_clocks_change_on_other_days() -> None:
    around = periods(NOVEMBER, NEW_YORK, ["Europe/Paris", "America/Mexico_City"])
    found = desk(Schedule("main", WEEKDAYS))
    assert shown(found, around, NEW_YORK) == ["09:00", "09:00", "09:00"]
    assert shown(found, around, "Europe/Paris") == ["15:00", "14:00", "15:00"]
    assert shown(found, around, "America/Mexico_City") == ["08:00", "07:00", "07:00"]
    assert shown(found, around, "Asia/Tokyo") == ["23:00", "22:00", "22:00"]


def test_openings_on_a_holiday_take_another_weekday() -> None:
    closed = Exceptional(date(2027, 3, 15), date(2027, 3, 15), ())
    around = periods(NOVEMBER, NEW_YORK, ["Europe/Paris"])
    assert shown(desk(Schedule("main", WEEKDAYS, exceptions=(closed,))), around, "UTC") == ["14:00", "13:00", "13:00"]


def test_openings_of_teams_with_the_same_times_are_one() -> None:
    around = periods(NOVEMBER, NEW_YORK, ["Europe/Paris"])
    both = openings(desk(Schedule("main", WEEKDAYS), Schedule("other", WEEKDAYS)), around)
    assert [[team.key for team in one.teams] for one in both] == [["main", "other"]]


def test_openings_of_a_team_that_is_always_open_or_open_at_night_or_never() -> None:
    around = periods(NOVEMBER, NEW_YORK, ["Europe/Paris"])
    (always,) = openings(desk(ALWAYS), around)
    assert [one is not None and one.closes_at is None for one in always.opened] == [True] * 3
    assert shown(desk(NIGHTS), around, NEW_YORK) == ["22:00"] * 3
    assert shown(desk(Schedule("main", ((),) * 7)), around, NEW_YORK) == [None] * 3
