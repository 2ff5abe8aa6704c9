"""Wait estimates."""

from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.estimate import CAUTION, DEFAULT_WEIGHT, SERVICE_S, WINDOW, Pace, Rate, seats_for, wait_s

MEDIA, PROD = frozenset({"media"}), frozenset({"prod"})
BOTH = MEDIA | PROD


def paced(service_s: int, chats: int = 10_000) -> Pace:
    """The pace of a team whose chats took these times, one after the other."""
    pace = Pace()
    for number in range(chats):
        pace = pace.queued(number * service_s * 1000).answered(number * service_s * 1000)
        pace = pace.released((number + 1) * service_s * 1000)
    return pace


def leaving(rate_s: int) -> Pace:
    """The pace of a team whose customers left after these times."""
    pace = paced(600)
    start = pace.service.at
    for number in range(10_000):
        pace = pace.queued(start + number * rate_s * 1000).left(start + (number + 1) * rate_s * 1000)
    return pace


def test_free_seat_means_no_wait() -> None:
    """Positions behind the free seats count from there."""
    pace = paced(600)
    assert wait_s(2, 5, 2, pace) == 0
    assert wait_s(3, 5, 2, pace) == wait_s(1, 5, 0, pace)


def test_no_seats_give_no_estimate() -> None:
    assert wait_s(1, 0, 0, paced(600)) is None


def test_first_position_waits_for_one_seat() -> None:
    """Ten seats and ten minutes per chat free a seat each minute. Caution is added."""
    assert wait_s(1, 10, 0, paced(600)) == pytest.approx(60 * (1 + CAUTION), abs=2)
    assert wait_s(100, 10, 0, paced(600)) == pytest.approx(60 * (100 + CAUTION * sqrt(100)), rel=0.05)


def test_default_pace_fades_with_observations() -> None:
    """After DEFAULT_WEIGHT chats it makes up half."""
    assert Pace().service_s == pytest.approx(SERVICE_S)
    assert paced(1_200, DEFAULT_WEIGHT).service_s == pytest.approx((SERVICE_S + 1_200) / 2, rel=0.02)
    assert paced(1_200).service_s == pytest.approx(1_200, rel=0.03)


def test_old_chats_fade() -> None:
    pace = paced(1_200)
    for _ in range(5 * WINDOW):
        now = pace.service.at
        pace = pace.resumed(now).released(now + 300_000)
    assert pace.service_s == pytest.approx(300, rel=0.05)


def test_chats_under_way_count_as_exposure() -> None:
    """A long chat shows before it ends."""
    pace = Pace()
    for _ in range(50):
        pace = pace.resumed(0)
    assert pace.busy == 50
    later = pace.released(3_600_000)
    assert later.service_s > 10_000 > pace.service_s


def test_abandonment_shortens_the_wait() -> None:
    stays, leaves = wait_s(50, 10, 0, paced(600)), wait_s(50, 10, 0, leaving(300))
    assert stays is not None and leaves is not None and leaves < stays / 2


def test_sent_away_chat_is_no_abandonment() -> None:
    pace = Pace()
    for _ in range(100):
        pace = pace.queued(0)
    for _ in range(50):
        pace = pace.sent_away(60_000).answered(60_000)
    assert pace.leaving.under_way == 0
    assert pace.leaving_a_second == 0


def steps(position: int, seats: float, pace: Pace) -> float:
    """The formula of the module, summed step by step."""
    each = [1 / (seats / pace.service_s + ahead * pace.leaving_a_second) for ahead in range(position)]
    return sum(each) + CAUTION * sqrt(sum(step * step for step in each))


@pytest.mark.parametrize("pace", [paced(600, 500), leaving(300), leaving(20)])
@pytest.mark.parametrize("position", [1, 24, 25, 100, 1_000])
@pytest.mark.parametrize("seats", [0.5, 3, 200])
def test_integral_matches_the_sum(pace: Pace, position: int, seats: float) -> None:
    told = wait_s(position, seats, 0, pace)
    assert told is not None
    assert told == pytest.approx(steps(position, seats, pace), rel=0.002, abs=1)


@given(st.integers(1, 3_000), st.floats(0.1, 2_000), st.integers(1, 3_600))
def test_wait_never_shrinks_with_position_or_fewer_seats(position: int, seats: float, patience_s: int) -> None:
    pace = Pace(leaving=Rate(ends=1_000, exposure_ms=1_000 * patience_s * 1_000))
    here, behind = wait_s(position, seats, 0, pace), wait_s(position + 1, seats, 0, pace)
    fewer = wait_s(position, seats / 2, 0, pace)
    assert here is not None and behind is not None and fewer is not None
    assert here <= behind and here <= fewer


def test_seats_of_single_team_agents_are_not_shared() -> None:
    assert seats_for("media", {MEDIA: 12, PROD: 9}, {"media": 1, "prod": 100}) == 12
    assert seats_for("media", {PROD: 9}, {"media": 1}) == 0


def test_shared_seats_follow_the_excess_load() -> None:
    seats = {MEDIA: 10, PROD: 10, BOTH: 6}
    assert seats_for("media", seats, {"media": 14, "prod": 12}) == pytest.approx(14)
    assert seats_for("prod", seats, {"media": 14, "prod": 12}) == pytest.approx(12)
    assert seats_for("media", seats, {"media": 14, "prod": 3}) == pytest.approx(16)
    assert seats_for("media", seats, {"media": 3, "prod": 3}) == pytest.approx(13)


def test_clock_set_back_changes_no_exposure() -> None:
    rate = Rate().begun(10_000).ended(20_000)
    assert rate.begun(5_000).exposure_ms == rate.exposure_ms
