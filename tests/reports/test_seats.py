from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import pytest

from clock import from_rfc3339
from reports.facts import Interval, TicketFacts
from reports.seats import HOUR_MS, NO_SEATS, Seats, days_touched, seats_by_hour
from reports.timeline import AgentState, load

BEGINS, HOURS = 1_000_000 * HOUR_MS, 24
ENDS = BEGINS + HOURS * HOUR_MS


def held(began: int, ended: int, place: int = 0) -> Interval:
    return Interval(
        ticket=1,
        place=place,
        chat="c",
        kind="waiting_for_agent",
        team="media",
        holder="ana",
        began=began,
        ended=ended,
        day=1,
        product="",
        channel="chat",
        open_ms=0,
    )


def test_time_is_split_at_each_hour() -> None:
    states = [
        AgentState(BEGINS - 5, "available", None, True, 3),
        AgentState(BEGINS + 2 * HOUR_MS + 600, "away", None, True, 3),
    ]
    found = seats_by_hour(states, [held(BEGINS + HOUR_MS - 100, BEGINS + HOUR_MS + 50)], BEGINS, ENDS)
    assert found == {
        0: Seats(HOUR_MS, 100, 3 * HOUR_MS),
        1: Seats(HOUR_MS, 50, 3 * HOUR_MS),
        2: Seats(600, 0, 1_800),
    }


@pytest.mark.parametrize("seed", range(20))
def test_hours_of_a_day_add_up_to_the_load_of_the_day(seed: int) -> None:
    rng = Random(seed)
    moments = sorted(rng.randrange(BEGINS - HOUR_MS, ENDS) for _ in range(12))
    states = [
        AgentState(at, rng.choice(("available", "available", "away")), None, rng.random() < 0.8, rng.randrange(1, 5))
        for at in moments
    ]
    spans = [sorted(rng.randrange(BEGINS - HOUR_MS, ENDS + HOUR_MS) for _ in range(2)) for _ in range(20)]
    intervals = [held(began, ended, place) for place, (began, ended) in enumerate(spans)]
    total = NO_SEATS
    for hour, seats in seats_by_hour(states, intervals, BEGINS, ENDS).items():
        assert 0 <= hour < HOURS and seats.available_ms <= HOUR_MS
        total = total.plus(seats)
    expected = load(states, intervals, BEGINS, ENDS)
    assert [ms // 1000 for ms in total] == [expected.available_s, expected.held_s, expected.seats_s]


def test_share_of_no_seats_is_unknown() -> None:
    assert NO_SEATS.taken is None
    assert Seats(1, 3, 4).taken == 0.75


def ticket(*intervals: Interval) -> TicketFacts:
    return TicketFacts(number=1, version=1, chats=(), steps=(), intervals=intervals)


def test_days_of_spans_that_differ_are_touched_and_no_others() -> None:
    """A chat of three days is not looked for on the third."""
    day, noon = date(2026, 11, 25).toordinal(), from_rfc3339("2026-11-25T12:00:00.000Z")
    first, second = held(noon, noon + 60_000), held(noon + 20 * HOUR_MS, noon + 90 * HOUR_MS, 1)
    lasts, alone = replace(second, ended=None), replace(first, chat="")
    assert days_touched([(None, ticket(first))], "UTC") == {day}
    assert days_touched([(ticket(first), ticket(first, second))], "UTC") == {day + 1, day + 2, day + 3}
    assert days_touched([(ticket(first), ticket())], "UTC") == {day}
    assert days_touched([(ticket(first, second), ticket(second, first)), (None, ticket(lasts, alone))], "UTC") == set()
    assert days_touched([(None, ticket(held(noon, noon + 12 * HOUR_MS)))], "America/New_York") == {day}
