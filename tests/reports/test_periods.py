from __future__ import annotations

from datetime import date

import pytest

from clock import from_rfc3339
from reports.periods import Calendar, Period, last_week, presets, usual, weekly_due


@pytest.mark.parametrize(
    ("now", "first", "since"),
    [
        ("2026-11-30T12:59:59.999Z", None, None),
        ("2026-11-30T13:00:00.000Z", "2026-11-23", "2026-11-30T13:00:00.000Z"),
        ("2026-12-01T04:59:59.999Z", "2026-11-23", "2026-11-30T13:00:00.000Z"),
        ("2026-12-01T05:00:00.000Z", None, None),
        ("2026-11-29T13:00:00.000Z", None, None),
        # The clocks were set back on the Sunday before.
        ("2026-11-02T12:59:59.999Z", None, None),
        ("2026-11-02T13:00:00.000Z", "2026-10-26", "2026-11-02T13:00:00.000Z"),
        ("2026-06-01T12:00:00.000Z", "2026-05-25", "2026-06-01T12:00:00.000Z"),
    ],
)
def test_weekly_mail_is_due_from_eight_until_the_end_of_monday_in_the_zone(
    now: str, first: str | None, since: str | None
) -> None:
    found = weekly_due(from_rfc3339(now), "America/New_York")
    if first is None or since is None:
        assert found is None
    else:
        assert found is not None
        assert (found[0].from_, found[0].days, found[1]) == (first, 7, from_rfc3339(since))


@pytest.mark.parametrize("today", ["2026-11-23", "2026-11-25", "2026-11-29"])
def test_last_week_is_the_one_before_the_current_week(today: str) -> None:
    week = last_week(date.fromisoformat(today).toordinal())
    assert (week.from_, week.to) == ("2026-11-16", "2026-11-23")


@pytest.mark.parametrize("today", ["2026-11-29", "2026-11-30", "2026-12-01"])
def test_usual_period_is_the_last_28_days_until_yesterday(today: str) -> None:
    day = date.fromisoformat(today).toordinal()
    period = usual(day)
    assert (period.days, period.after) == (28, day)


@pytest.mark.parametrize(
    ("today", "this_month", "last_month"),
    [
        ("2026-11-29", ("2026-11-01", "2026-11-30"), ("2026-10-01", "2026-11-01")),
        ("2026-03-01", ("2026-03-01", "2026-03-02"), ("2026-02-01", "2026-03-01")),
        ("2026-12-31", ("2026-12-01", "2027-01-01"), ("2026-11-01", "2026-12-01")),
    ],
)
def test_presets_are_whole_months_and_days_until_yesterday(
    today: str, this_month: tuple[str, str], last_month: tuple[str, str]
) -> None:
    day = date.fromisoformat(today).toordinal()
    found = {name: (period.from_, period.to) for name, period in presets(day)}
    assert (found["This month"], found["Last month"]) == (this_month, last_month)
    assert found["Last 7 days"] == (date.fromordinal(day - 7).isoformat(), today)
    assert found["Last 28 days"] == (date.fromordinal(day - 28).isoformat(), today)


def period(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal() + 1)


@pytest.mark.parametrize(
    ("shown", "calendar", "before", "earlier", "later"),
    [
        (("2026-10-01", "2026-10-31"), "month", ("2026-09-01", "2026-09-30"), None, ("2026-11-01", "2026-11-30")),
        (("2026-01-01", "2026-01-31"), "month", ("2025-12-01", "2025-12-31"), None, ("2026-02-01", "2026-02-28")),
        (("2028-03-01", "2028-03-31"), "month", ("2028-02-01", "2028-02-29"), None, ("2028-04-01", "2028-04-30")),
        (("2026-01-01", "2026-03-31"), "quarter", ("2025-10-01", "2025-12-31"), None, ("2026-04-01", "2026-06-30")),
        (("2028-01-01", "2028-12-31"), "year", ("2027-01-01", "2027-12-31"), None, ("2029-01-01", "2029-12-31")),
        # All others have the same weekdays.
        (
            ("2026-11-01", "2026-11-29"),
            None,
            ("2026-09-27", "2026-10-25"),
            ("2026-10-03", "2026-10-31"),
            ("2026-11-30", "2026-12-28"),
        ),
        (
            ("2026-02-01", "2026-04-30"),
            None,
            ("2025-11-02", "2026-01-29"),
            ("2025-11-04", "2026-01-31"),
            ("2026-05-01", "2026-07-28"),
        ),
        (("2026-11-20", "2026-11-20"), None, ("2026-11-13", "2026-11-13"), ("2026-11-19",) * 2, ("2026-11-21",) * 2),
    ],
)
def test_whole_month_quarter_or_year_is_compared_with_the_whole_one_before(
    shown: tuple[str, str],
    calendar: Calendar | None,
    before: tuple[str, str],
    earlier: tuple[str, str] | None,
    later: tuple[str, str],
) -> None:
    found = period(*shown)
    assert (found.calendar, found.before) == (calendar, period(*before))
    assert (found.beside(-1), found.beside(1)) == (period(*(earlier or before)), period(*later))


@pytest.mark.parametrize(
    ("shown", "day", "beside"),
    [
        # October began on a Thursday, September on a Tuesday.
        (("2026-10-01", "2026-10-31"), "2026-10-01", "2026-09-03"),
        (("2026-10-01", "2026-10-31"), "2026-10-06", "2026-09-01"),
        (("2026-10-01", "2026-10-31"), "2026-10-29", None),
        (("2026-11-02", "2026-11-29"), "2026-11-29", "2026-11-01"),
        (("2026-11-20", "2026-11-20"), "2026-11-20", "2026-11-13"),
    ],
)
def test_day_belongs_beside_the_same_weekday_of_the_period_before(
    shown: tuple[str, str], day: str, beside: str | None
) -> None:
    found = period(*shown).matching(date.fromisoformat(day).toordinal())
    assert found == (None if beside is None else date.fromisoformat(beside).toordinal())
