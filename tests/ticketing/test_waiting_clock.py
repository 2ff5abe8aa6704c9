"""The waiting clock, compared with an independent count of working days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import holidays
import pytest

from clock.zones import EASTERN, local
from routing.adapters.public_holidays import days_off
from routing.hours import Exceptional, Hours, PublicHolidays, Schedule, Span
from tests.ticketing.paces import PLAIN
from ticketing.waiting_clock import (
    Pace,
    Promise,
    Wait,
    begun,
    held,
    paused,
    planned,
    promise_of,
    reminded,
)

ZONE = ZoneInfo(EASTERN)
NINE_TO_FIVE = ((Span(540, 1020),),) * 5 + ((), ())
THANKSGIVING = Exceptional(date(2026, 11, 26), date(2026, 11, 26), ())
SHORT_FRIDAY = Exceptional(date(2026, 11, 27), date(2026, 11, 27), (Span(540, 780),))
OPEN_SATURDAY = Exceptional(date(2026, 11, 28), date(2026, 11, 28), (Span(540, 780),))


def moment(shown: datetime) -> int:
    return int(shown.replace(tzinfo=ZONE).timestamp() * 1000)


def when(text: str) -> int:
    """The moment with this local time in New York."""
    return moment(datetime.fromisoformat(text))


def said(at: int | None) -> str | None:
    return None if at is None else f"{local(at, EASTERN):%Y-%m-%d %H:%M}"


def pace_of(*exceptions: Exceptional, calendar: str = "east", public: PublicHolidays | None = None) -> Pace:
    hours = Hours(Schedule("desk", NINE_TO_FIVE, public, exceptions), EASTERN, days_off)
    return replace(PLAIN, calendar=calendar, after=hours.after_business_days)


DESK = pace_of(THANKSGIVING, SHORT_FRIDAY, OPEN_SATURDAY)


def started(text: str, pace: Pace = DESK) -> Wait:
    return begun(1, "media", when(text), pace)


def dates(wait: Wait) -> list[str | None]:
    return [said(wait.reminder_1), said(wait.reminder_2), said(wait.auto_solve)]


def test_dates_skip_weekends_and_holidays_and_keep_the_time_of_day() -> None:
    """A short day counts. An extra opening on a Saturday does not."""
    assert dates(started("2026-11-25 10:12")) == ["2026-12-01 10:12", "2026-12-03 10:12", "2026-12-07 10:12"]


@pytest.mark.parametrize("began", ["2026-11-26 10:12", "2026-11-28 10:12", "2026-11-29 23:59"])
def test_wait_that_begins_on_no_business_day_counts_from_the_start_of_the_next_one(began: str) -> None:
    first = "2026-12-02 00:00" if began.startswith("2026-11-26") else "2026-12-03 00:00"
    assert dates(started(began))[0] == first


@pytest.mark.long
@pytest.mark.parametrize("country", ["US", "CA"])
def test_dates_of_every_day_of_five_years_agree_with_an_independent_count(country: str) -> None:
    pace, oracle = pace_of(public=PublicHolidays(country)), holidays.country_holidays(country)
    at = time(10, 12)
    for ordinal in range(date(2024, 1, 1).toordinal(), date(2029, 1, 1).toordinal()):
        day = date.fromordinal(ordinal)
        works = oracle.is_working_day(day)
        hour = at if works else time()
        expected = [
            moment(datetime.combine(oracle.get_nth_working_day(day, days if works else days + 1), hour))
            for days in (3, 5, 7)
        ]
        wait = begun(1, "media", moment(datetime.combine(day, at)), pace)
        assert [wait.reminder_1, wait.reminder_2, wait.auto_solve] == expected, day


def test_time_of_day_that_is_skipped_in_spring_comes_an_hour_later() -> None:
    """The clock changes on a Sunday, so a team that works on Sundays sees it."""
    hours = Hours(Schedule("always", ((Span(0, 1440),),) * 7), EASTERN, days_off)
    pace = replace(PLAIN, after=hours.after_business_days)
    wait = begun(1, "media", when("2026-03-05 02:30"), pace)
    assert said(wait.reminder_1) == "2026-03-08 03:30"


def test_late_reminder_moves_the_later_steps() -> None:
    """The server was down from Tuesday to Friday. Each step follows a business day after the one before it."""
    wait = reminded(started("2026-11-25 10:12"), 1, when("2026-12-04 16:00"), DESK)
    assert dates(wait) == ["2026-12-04 16:00", "2026-12-07 16:00", "2026-12-08 16:00"]
    assert said(wait.due) == "2026-12-07 16:00" and wait.step == "reminder_2"


def test_step_waits_a_business_day_after_the_letter_before_was_accepted() -> None:
    wait = reminded(started("2026-11-25 10:12"), 1, when("2026-12-01 10:12"), DESK)
    now = when("2026-12-03 10:12")
    assert held(wait, ("accepted", when("2026-12-01 10:13")), now, DESK) is None
    assert held(wait, ("failed", when("2026-12-02 10:12")), now, DESK) is None
    later = held(wait, ("accepted", when("2026-12-02 15:00")), now, DESK)
    assert later is not None and said(later.due) == "2026-12-03 15:00"
    assert dates(later)[1:] == ["2026-12-03 15:00", "2026-12-07 10:12"]


def test_letter_that_still_waits_moves_the_next_step_by_a_business_day_from_now() -> None:
    wait = reminded(started("2026-11-25 10:12"), 1, when("2026-12-01 10:12"), DESK)
    later = held(wait, None, when("2026-12-03 10:12"), DESK)
    assert later is not None and dates(later)[1:] == ["2026-12-04 10:12", "2026-12-07 10:12"]


def test_second_reminder_that_failed_holds_the_ticket_until_it_is_accepted() -> None:
    wait = reminded(started("2026-11-25 10:12"), 1, when("2026-12-01 10:12"), DESK)
    wait = reminded(wait, 2, when("2026-12-03 10:12"), DESK)
    stuck = held(wait, ("failed", when("2026-12-04 10:12")), when("2026-12-07 10:12"), DESK)
    assert stuck is not None and stuck.state == "not_delivered"
    assert said(stuck.due) == "2026-12-08 10:12" and promise_of(stuck, DESK) == Promise()
    again = held(stuck, ("accepted", when("2026-12-08 09:00")), when("2026-12-08 10:12"), DESK)
    assert again is not None and (again.state, said(again.due)) == ("running", "2026-12-09 09:00")
    assert held(again, ("accepted", when("2026-12-08 09:00")), when("2026-12-09 09:00"), DESK) is None


def test_shorter_calendar_moves_no_date_to_earlier_than_told() -> None:
    told = started("2026-11-25 10:12")
    open_on_thursday = pace_of(calendar="other")
    assert dates(planned(told, open_on_thursday, when("2026-11-25 11:00"))) == dates(told)


def test_longer_calendar_moves_the_steps_that_are_still_to_come() -> None:
    closed = Exceptional(date(2026, 12, 2), date(2026, 12, 2), ())
    longer = pace_of(THANKSGIVING, closed, calendar="other")
    wait = reminded(started("2026-11-25 10:12"), 1, when("2026-12-01 10:12"), DESK)
    assert dates(planned(wait, longer, when("2026-12-01 12:00"))) == [
        "2026-12-01 10:12",
        "2026-12-04 10:12",
        "2026-12-08 10:12",
    ]


def test_new_wait_is_not_earlier_than_what_the_one_before_told() -> None:
    fast = replace(DESK, reminders=(1, 2), auto_solve=3, calendar="fast")
    told = started("2026-11-25 10:12")
    assert dates(begun(1, "tech", when("2026-11-27 10:00"), fast, told)) == dates(told)


def test_wait_of_an_earlier_version_begins_when_its_dates_are_computed() -> None:
    bare = Wait(ticket=1, team="media", since=None)
    assert dates(planned(bare, DESK, when("2026-11-25 10:12"))) == dates(started("2026-11-25 10:12"))


def test_promise_has_the_steps_to_come_and_how_long_the_ticket_can_be_reopened() -> None:
    wait = started("2026-11-25 10:12")
    promise = promise_of(wait, DESK)
    assert said(promise.reopen_until) == "2027-01-04 23:59" and promise.reminder_1 == wait.reminder_1
    after = promise_of(reminded(wait, 1, when("2026-12-01 10:12"), DESK), DESK)
    assert after.reminder_1 is None and after.reminder_2 == wait.reminder_2


def test_nothing_is_promised_to_somebody_who_cannot_be_reached() -> None:
    wait = paused(started("2026-11-25 10:12"))
    assert wait.due is None and promise_of(wait, DESK) == Promise() and promise_of(None, DESK) == Promise()
    assert planned(wait, DESK, when("2026-11-30 10:00")).due is None


def test_team_that_never_works_is_due_for_nothing() -> None:
    never = replace(DESK, after=lambda began, days: None)
    assert started("2026-11-25 10:12", never).due is None
    assert begun(1, "gone", when("2026-11-25 10:12"), None).due is None
