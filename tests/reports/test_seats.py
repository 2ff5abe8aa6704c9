from __future__ import annotations

from random import Random

import pytest

from reports.facts import Interval
from reports.seats import HOUR_MS, NO_SEATS, Seats, seats_by_hour
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
