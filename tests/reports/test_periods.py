from __future__ import annotations

from datetime import date

import pytest

from clock import from_rfc3339
from reports.periods import last_week, presets, usual, weekly_due


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
