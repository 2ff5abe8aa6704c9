"""Schedules, compared with independent computations in zoneinfo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clock import from_rfc3339, rfc3339
from routing.adapters.hours_file import load
from routing.hours import Exceptional, Hours, PublicHolidays, Schedule, Span, Standing
from tests.routing.desks import no_days_off

ROOT = Path(__file__).resolve().parents[2]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE, DAY = 60_000, 86_400_000
EAST = "America/New_York"
NINE_TO_FIVE = ((Span(540, 1020),),) * 5 + ((), ())
THANKSGIVING = date(2026, 11, 26)


def moment(aware: datetime) -> int:
    return (aware - EPOCH) // timedelta(milliseconds=1)


def when(text: str) -> int:
    """The first moment with this local time in New York, such as `2026-11-26 10:00`."""
    return moment(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(EAST)))


def in_the_east(schedule: Schedule, *holidays: date) -> Hours:
    return Hours(schedule, EAST, lambda calendar, year: frozenset(day for day in holidays if day.year == year))


# -- for two years, every minute ---------------------------------------------------------


@cache
def _on_the_wall(zone: str, start: int, end: int) -> tuple[tuple[int, int, int], ...]:
    """For each minute: the moment, the weekday, the minutes since local midnight."""
    there = ZoneInfo(zone)
    shown = (datetime.fromtimestamp(at // 1000, there) for at in range(start, end, MINUTE))
    return tuple(
        (at, one.weekday(), one.hour * 60 + one.minute)
        for at, one in zip(range(start, end, MINUTE), shown, strict=True)
    )


@pytest.mark.long
@pytest.mark.parametrize(("key", "closes"), [("extended", 19), ("standard", 17)])
def test_shipped_schedules_match_local_time_for_two_years(key: str, closes: int) -> None:
    """Including all clock changes and the times of the next change."""
    hours = load(ROOT / "hours.yaml").hours[key]
    start, end = when("2026-01-01 00:00"), when("2028-01-01 00:00")
    expected = [day < 5 and 540 <= minute < closes * 60 for _, day, minute in _on_the_wall(EAST, start, end)]
    assert [hours.is_open(at) for at in range(start, end, MINUTE)] == expected
    assert len(expected) == 2 * 365 * 1440
    changes = [start + MINUTE * index for index, (one, other) in enumerate(pairwise(expected), 1) if one != other]
    begins = start
    for changes_at in changes:
        open_ = expected[(begins - start) // MINUTE]
        told = Standing(open_, None, changes_at) if open_ else Standing(open_, changes_at, None)
        assert {hours.at(at) for at in (begins, begins + 1, changes_at - 1)} == {told}, rfc3339(begins)
        begins = changes_at


# -- for any schedule, minute by minute ----------------------------------------------------

ZONES = (
    "America/New_York",
    "Europe/Dublin",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "UTC",
)
"""With and without summer time, by half an hour, backwards in winter, far from UTC."""
CHANGES = {
    "America/New_York": ("2026-03-08", "2026-11-01"),
    "Europe/Dublin": ("2026-03-29", "2026-10-25"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),
    "America/St_Johns": ("2026-03-08", "2026-11-01"),
}


@dataclass(frozen=True)
class Case:
    zone: str
    around: date
    schedule: Schedule
    holidays: frozenset[date]


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    """Up to three spans in steps of ten minutes that do not touch, often from or until midnight."""
    edges = sorted(draw(st.sets(st.sampled_from([0, 1440, *range(60, 200, 10), *range(540, 1100, 60)]), max_size=6)))
    return tuple(Span(*pair) for pair in zip(edges[::2], edges[1::2], strict=False))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone = draw(st.sampled_from(ZONES))
    around = date.fromisoformat(draw(st.sampled_from(CHANGES.get(zone, ("2026-12-30", "2028-02-28")))))
    days = st.integers(-4, 4).map(lambda ahead: around + timedelta(days=ahead))
    exceptions = [
        Exceptional(min(pair), max(pair), draw(spans() | st.just(())))
        for pair in draw(st.lists(st.tuples(days, days) | days.map(lambda day: (day, day)), max_size=4))
    ]
    week = tuple(draw(spans()) for _ in range(7))
    calendar = PublicHolidays("XX")
    return Case(
        zone, around, Schedule("any", week, calendar, tuple(exceptions)), frozenset(draw(st.sets(days, max_size=3)))
    )


def spans_of(case: Case, day: date) -> tuple[Span, ...]:
    """By the written rules: the shortest exception of a day, the last of equal ones."""
    covering = [one for one in case.schedule.exceptions if one.first <= day <= one.last]
    if covering:
        shortest = min((one.last - one.first).days for one in covering)
        return [one for one in covering if (one.last - one.first).days == shortest][-1].spans
    return () if day in case.holidays else case.schedule.week[day.weekday()]


def open_minutes(case: Case) -> Iterator[tuple[int, bool]]:
    """Each minute of the week, and whether local time is within a span."""
    there = ZoneInfo(case.zone)
    start = moment(datetime.combine(case.around - timedelta(days=3), time(), there))
    for at in range(start, start + 7 * DAY, MINUTE):
        shown = datetime.fromtimestamp(at // 1000, there)
        minute = shown.hour * 60 + shown.minute
        yield at, any(span.start <= minute < span.end for span in spans_of(case, shown.date()))


@pytest.mark.long
@settings(max_examples=min(60, settings().max_examples), deadline=None)
@given(cases())
def test_any_schedule_matches_local_time(case: Case) -> None:
    """Spans, nights, exceptions, holidays and zones, around clock changes."""
    expected = list(open_minutes(case))
    hours = Hours(case.schedule, case.zone, lambda calendar, year: case.holidays)
    assert [(at, hours.is_open(at)) for at, _ in expected] == expected
    changes_at = None
    for (at, now), (_, then) in reversed(list(pairwise(expected))):
        changes_at = at + MINUTE if now != then else changes_at
        standing = hours.at(at)
        assert standing.open == now and (standing.closes_at is None or standing.opens_at is None)
        if changes_at is not None:
            assert (standing.closes_at if now else standing.opens_at) == changes_at
    fresh = Hours(case.schedule, case.zone, lambda calendar, year: case.holidays)
    last = expected[-1][0]
    assert fresh.at(last) == hours.at(last)


# -- what people ask -------------------------------------------------------------------------


def test_opening_is_inclusive_and_closing_exclusive() -> None:
    hours = in_the_east(Schedule("standard", NINE_TO_FIVE))
    opens, closes = when("2026-11-25 09:00"), when("2026-11-25 17:00")
    assert [hours.is_open(at) for at in (opens - 1, opens, closes - 1, closes)] == [False, True, True, False]
    assert hours.open_since(opens) == hours.open_since(closes - 1) == opens
    assert hours.open_since(closes) is None


def test_spans_that_meet_at_midnight_are_one_opening() -> None:
    nights = Schedule("nights", ((), (), (), (), (Span(1320, 1440),), (Span(0, 120),), ()))
    hours = in_the_east(nights)
    friday = when("2026-11-27 22:00")
    assert hours.at(friday) == Standing(True, None, when("2026-11-28 02:00"))
    assert hours.open_since(when("2026-11-28 01:59")) == friday


@pytest.mark.parametrize(
    ("at", "standing"),
    [
        ("2026-12-24 12:59", Standing(True, None, when("2026-12-24 13:00"))),
        ("2026-12-24 13:00", Standing(False, when("2026-12-26 10:00"), None)),
        ("2026-12-25 12:00", Standing(False, when("2026-12-26 10:00"), None)),
        ("2026-12-26 11:00", Standing(True, None, when("2026-12-26 12:00"))),
        ("2026-12-28 12:00", Standing(False, when("2026-12-30 14:00"), None)),
        ("2026-12-30 16:00", Standing(False, when("2027-01-04 09:00"), None)),
    ],
)
def test_exceptions_and_holidays(at: str, standing: Standing) -> None:
    """A short day, a holiday, an extra opening, a closure of several days with one day taken out."""
    hours = in_the_east(
        Schedule(
            "standard",
            NINE_TO_FIVE,
            PublicHolidays("XX"),
            (
                Exceptional(date(2026, 12, 24), date(2026, 12, 24), (Span(540, 780),)),
                Exceptional(date(2026, 12, 26), date(2026, 12, 26), (Span(600, 720),)),
                Exceptional(date(2026, 12, 30), date(2026, 12, 30), (Span(840, 900),)),
                Exceptional(date(2026, 12, 28), date(2027, 1, 1), ()),
            ),
        ),
        date(2026, 12, 25),
    )
    assert hours.at(when(at)) == standing


def test_schedule_that_never_changes_has_no_next_change() -> None:
    always, never = ((Span(0, 1440),),) * 7, ((),) * 7
    for week, open_ in ((always, True), (never, False)):
        assert in_the_east(Schedule("all", week)).at(when("2026-11-25 10:00")) == Standing(open_, None, None)
    last = Exceptional(date(2026, 12, 1), date(9999, 12, 31), ())
    hours = in_the_east(Schedule("all", always, None, (last,)))
    assert hours.at(when("2026-11-25 10:00")) == Standing(True, None, when("2026-12-01 00:00"))
    assert hours.at(when("2026-12-01 00:00")) == Standing(False, None, None)


def test_change_years_ahead_is_found() -> None:
    closure = Exceptional(date(2026, 12, 1), date(2029, 3, 1), ())
    hours = in_the_east(Schedule("standard", NINE_TO_FIVE, None, (closure,)))
    assert hours.opens_at(when("2026-12-05 10:00")) == when("2029-03-02 09:00")


def test_skipped_and_repeated_times() -> None:
    """In March, spans around the gap are one. In November the repeated hour counts twice."""
    hours = in_the_east(Schedule("nights", ((Span(60, 120), Span(150, 240)),) * 7))
    assert hours.closes_at(when("2026-03-08 01:30")) == from_rfc3339("2026-03-08T08:00:00.000Z")
    assert hours.opens_at(when("2026-03-09 02:15")) == when("2026-03-09 02:30")
    assert hours.at(when("2026-11-01 01:30")).closes_at == from_rfc3339("2026-11-01T07:00:00.000Z")


# -- business days ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("began", "days", "due"),
    [
        ("2026-11-16 14:30", 3, "2026-11-19 14:30"),
        ("2026-11-19 14:30", 3, "2026-11-24 14:30"),
        ("2026-11-24 08:00", 3, "2026-11-30 08:00"),
        ("2026-11-24 23:59", 7, "2026-12-07 23:59"),
        ("2026-11-21 15:00", 1, "2026-11-24 00:00"),
        ("2026-11-26 15:00", 3, "2026-12-02 00:00"),
        ("2026-03-05 02:30", 2, "2026-03-09 02:30"),
        ("2026-12-22 10:00", 1, "2026-12-24 10:00"),
        ("2026-12-23 10:00", 1, "2026-12-25 00:00"),
    ],
)
def test_business_days(began: str, days: int, due: str) -> None:
    """Weekends, holidays, closures and extra openings do not count. A short day does."""
    schedule = Schedule(
        "standard",
        NINE_TO_FIVE,
        PublicHolidays("XX"),
        (
            Exceptional(date(2026, 12, 2), date(2026, 12, 2), (Span(540, 600),)),
            Exceptional(date(2026, 12, 4), date(2026, 12, 4), ()),
            Exceptional(date(2026, 11, 28), date(2026, 11, 28), (Span(540, 1020),)),
            Exceptional(date(2026, 12, 23), date(2026, 12, 23), ()),
        ),
    )
    found = in_the_east(schedule, THANKSGIVING).after_business_days(when(began), days)
    assert found is not None and rfc3339(found) == rfc3339(when(due))


def test_business_days_end_at_skipped_or_repeated_time() -> None:
    """An hour later if skipped, the first occurrence if repeated."""
    hours = in_the_east(Schedule("all", ((Span(0, 1440),),) * 7))
    assert hours.after_business_days(when("2026-03-07 02:30"), 1) == from_rfc3339("2026-03-08T07:30:00.000Z")
    assert hours.after_business_days(when("2026-10-31 01:30"), 1) == from_rfc3339("2026-11-01T05:30:00.000Z")
    assert hours.after_business_days(from_rfc3339("2026-11-01T06:30:00.000Z"), 1) == when("2026-11-02 01:30")


def test_holiday_with_extra_opening_is_no_business_day() -> None:
    opened = Exceptional(THANKSGIVING, THANKSGIVING, (Span(540, 1020),))
    hours = in_the_east(Schedule("standard", NINE_TO_FIVE, PublicHolidays("XX"), (opened,)), THANKSGIVING)
    assert hours.is_open(when("2026-11-26 10:00")) and not hours.is_business_day(THANKSGIVING)


def test_schedule_without_weekdays_has_no_business_days() -> None:
    assert (
        Hours(Schedule("never", ((),) * 7), EAST, no_days_off).after_business_days(when("2026-11-25 10:00"), 1) is None
    )


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-11-25 16:59", None),
        ("2026-11-25 17:00", "Thanksgiving break"),
        ("2026-11-26 12:00", "Thanksgiving break"),
        ("2026-11-29 23:59", "Thanksgiving break"),
        ("2026-11-30 08:00", None),
        ("2026-12-24 20:00", "Christmas"),
        ("2026-12-26 12:00", None),
    ],
)
def test_closure_before_the_next_opening_is_named(at: str, told: str | None) -> None:
    """Not a shortened day, and not on an ordinary evening or weekend."""
    closures = (
        Exceptional(THANKSGIVING, date(2026, 11, 29), (), "Thanksgiving break"),
        Exceptional(date(2026, 12, 24), date(2026, 12, 24), (Span(540, 720),), "Half a day"),
        Exceptional(date(2026, 12, 25), date(2026, 12, 25), (), "Christmas"),
    )
    assert in_the_east(Schedule("standard", NINE_TO_FIVE, exceptions=closures)).closure(when(at)) == told


def test_closure_of_a_team_that_never_opens_is_that_of_today() -> None:
    never = Schedule("never", ((),) * 7, exceptions=(Exceptional(THANKSGIVING, THANKSGIVING, (), "Thanksgiving"),))
    hours = in_the_east(never)
    assert [hours.closure(when(f"2026-11-{day} 12:00")) for day in (25, 26, 27)] == [None, "Thanksgiving", None]


def test_version_in_force_decides_everything_about_a_day() -> None:
    later = Schedule(
        "standard",
        ((Span(600, 660),),) * 7,
        None,
        (Exceptional(date(2026, 11, 1), date(2026, 12, 1), ()),),
        date(2026, 11, 30),
    )
    closed = Exceptional(date(2026, 11, 26), date(2026, 12, 31), (), "Closed")
    schedule = Schedule("standard", NINE_TO_FIVE, PublicHolidays("XX"), (closed,), later=(later,))
    hours = Hours(schedule, EAST, lambda calendar, year: frozenset({date(2026, 11, 24), date(2026, 12, 24)}))
    opens = [str(day) for day in range(24, 31) if hours.spans_on(date(2026, 11, day))]
    assert opens == ["25"] and hours.spans_on(date(2026, 11, 30)) == hours.spans_on(date(2026, 12, 1)) == ()
    assert hours.spans_on(date(2026, 12, 24)) == (Span(600, 660),) and hours.name_of(date(2026, 12, 24)) is None
    assert hours.closure(when("2026-11-26 12:00")) == "Closed" and hours.closure(when("2026-11-30 12:00")) is None
    assert hours.usual_on(date(2026, 11, 27)) == (Span(540, 1020),) and hours.usual_on(date(2026, 12, 5)) == (
        Span(600, 660),
    )


def test_schedule_that_only_opens_in_a_later_version_opens_then() -> None:
    later = Schedule("standard", NINE_TO_FIVE, since=date(2028, 11, 30))
    hours = Hours(Schedule("standard", ((),) * 7, later=(later,)), EAST, no_days_off)
    assert hours.opens_at(when("2026-11-25 10:00")) == when("2028-11-30 09:00")


def test_holiday_that_is_worked_is_a_usual_business_day() -> None:
    calendar = PublicHolidays("XX", None, (date(2026, 11, 26),))
    hours = Hours(Schedule("standard", NINE_TO_FIVE, calendar), EAST, lambda calendar, year: THANKSGIVING_AND_CHRISTMAS)
    assert hours.is_business_day(date(2026, 11, 26)) and hours.spans_on(date(2026, 11, 26)) == (Span(540, 1020),)
    assert not hours.is_business_day(date(2026, 12, 25))


THANKSGIVING_AND_CHRISTMAS = frozenset({date(2026, 11, 26), date(2026, 12, 25)})


def test_moments_of_several_years_in_turn_are_computed_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    hours, computed = in_the_east(Schedule("standard", NINE_TO_FIVE)), list[int]()
    compute = Hours._computed

    def counted(self: Hours, start: int, end: int) -> object:
        computed.append(start)
        return compute(self, start, end)

    monkeypatch.setattr(Hours, "_computed", counted)
    moments = [when(f"{year}-06-01 10:00") for year in (2026, 2022, 2024)]
    opened = [hours.open_since(one) for one in moments]
    assert [hours.open_since(one) for one in moments * 3] == opened * 3
    assert len(computed) == len(moments)
