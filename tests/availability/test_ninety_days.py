"""Ninety days of a component, from its intervals."""

from __future__ import annotations

from datetime import date, datetime, time

from hypothesis import given
from hypothesis import strategies as st

from availability.intervals import Interval
from availability.ninety_days import DAYS, first_moment, history
from availability.states import ORDER, State
from clock import zones

NEW_YORK = "America/New_York"
DAY, HOUR = 86_400_000, 3_600_000
NOW = zones.moment_of(datetime.combine(date(2026, 11, 24), time(17)), NEW_YORK)


def span(state: State, began_at: int, ended_at: int | None) -> Interval:
    return Interval(1, state, began_at, ended_at, "incident", 1)


def at(day: int, hour: int) -> int:
    return zones.moment_of(datetime.combine(date(2026, 11, day), time(hour)), NEW_YORK)


def test_component_without_intervals_is_fully_available() -> None:
    found = history([], 0, NOW, NEW_YORK)
    assert (len(found.days), found.hundredths) == (DAYS, 10_000)
    assert (found.days[0].date, found.days[-1].date) == (date(2026, 8, 27), date(2026, 11, 24))
    assert {day.state for day in found.days} == {"operational"}


def test_day_shows_its_worst_state() -> None:
    found = history(
        [span("degraded", at(12, 9), at(12, 10)), span("partial_outage", at(12, 20), at(13, 1))], 0, NOW, NEW_YORK
    )
    states = {day.date.day: day.state for day in found.days if day.date.month == 11}
    assert (states[11], states[12], states[13], states[14]) == (
        "operational",
        "partial_outage",
        "partial_outage",
        "operational",
    )
    assert found.count("partial_outage") == 2


def test_interval_that_ends_at_midnight_leaves_the_next_day_alone() -> None:
    found = history([span("major_outage", at(12, 23), at(13, 0))], 0, NOW, NEW_YORK)
    assert [day.date.day for day in found.days if day.state == "major_outage"] == [12]


def test_partial_outage_counts_three_tenths_and_slow_and_planned_work_nothing() -> None:
    """Ten days after the component was added."""
    added = NOW - 10 * DAY
    figures = [
        history([span(state, NOW - 2 * DAY, NOW - DAY)], added, NOW, NEW_YORK).hundredths
        for state in ("major_outage", "partial_outage", "degraded", "maintenance")
    ]
    assert figures == [9_000, 9_700, 10_000, 10_000]


def test_worst_state_counts_where_intervals_overlap() -> None:
    added = NOW - 10 * DAY
    overlapping = [
        span("partial_outage", NOW - 2 * DAY, NOW),
        span("major_outage", NOW - 2 * DAY, NOW - DAY),
        span("major_outage", NOW - 2 * DAY, NOW - DAY),
        span("maintenance", NOW - 2 * DAY, None),
    ]
    assert history(overlapping, added, NOW, NEW_YORK).hundredths == 10_000 - 1_000 - 300


def test_short_outage_never_rounds_to_all_of_the_time() -> None:
    assert history([span("major_outage", NOW - 1, NOW)], 0, NOW, NEW_YORK).hundredths == 9_999


def test_days_before_the_component_was_added_have_no_state() -> None:
    found = history([], at(23, 12), NOW, NEW_YORK)
    assert [day.state for day in found.days[-3:]] == [None, "operational", "operational"]


def test_day_with_a_change_of_clocks_is_one_day() -> None:
    """Nov 1 has 25 hours in New York."""
    found = history([span("degraded", at(1, 23), at(1, 23) + HOUR // 2)], 0, NOW, NEW_YORK)
    assert [day.date for day in found.days if day.state == "degraded"] == [date(2026, 11, 1)]
    assert first_moment(NOW, NEW_YORK) == zones.moment_of(datetime.combine(date(2026, 8, 27), time()), NEW_YORK)


_moments = st.integers(NOW - 100 * DAY, NOW)
_spans = st.lists(
    st.tuples(st.sampled_from(ORDER[1:]), _moments, _moments).map(lambda one: span(one[0], min(one[1:]), max(one[1:]))),
    max_size=6,
)


@given(_spans, _spans)
def test_more_intervals_never_make_a_component_more_available(spans: list[Interval], more: list[Interval]) -> None:
    fewer, all_ = history(spans, 0, NOW, NEW_YORK), history([*spans, *more], 0, NOW, NEW_YORK)
    assert 0 <= all_.hundredths <= fewer.hundredths <= 10_000
