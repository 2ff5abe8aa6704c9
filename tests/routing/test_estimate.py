"""How long somebody will wait, and what that is told from."""

from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.estimate import CAUTION, DEFAULT_WEIGHT, SERVICE_S, WINDOW, Pace, Rate, seats_for, wait_s

MEDIA, PROD = frozenset({"media"}), frozenset({"prod"})
BOTH = MEDIA | PROD


def paced(service_s: int, chats: int = 10_000) -> Pace:
    """The pace of a team whose chats, one after the other, took so long."""
    pace = Pace()
    for number in range(chats):
        pace = pace.queued(number * service_s * 1000).answered(number * service_s * 1000)
        pace = pace.released((number + 1) * service_s * 1000)
    return pace


def leaving(rate_s: int) -> Pace:
    """The pace of a team whose customers leave, one after the other, after so long."""
    pace = paced(600)
    start = pace.service.at
    for number in range(10_000):
        pace = pace.queued(start + number * rate_s * 1000).left(start + (number + 1) * rate_s * 1000)
    return pace


def test_a_free_seat_is_no_wait() -> None:
    """Who stands no further back than there are free seats is answered at once; those behind count from there."""
    pace = paced(600)
    assert wait_s(2, 5, 2, pace) == 0
    assert wait_s(3, 5, 2, pace) == wait_s(1, 5, 0, pace)


def test_nobody_there_is_no_estimate() -> None:
    """Without a seat of the team nothing is told."""
    assert wait_s(1, 0, 0, paced(600)) is None


def test_the_first_in_line_waits_for_the_first_seat() -> None:
    """With ten seats and ten minutes a chat a seat is freed each minute: that, and the caution on top."""
    assert wait_s(1, 10, 0, paced(600)) == pytest.approx(60 * (1 + CAUTION), abs=2)
    assert wait_s(100, 10, 0, paced(600)) == pytest.approx(60 * (100 + CAUTION * sqrt(100)), rel=0.05)


def test_without_observations_the_default_holds_and_then_gives_way() -> None:
    """A new team's chats are taken to take the default; after as many as that weighs, they make half of the answer."""
    assert Pace().service_s == pytest.approx(SERVICE_S)
    assert paced(1_200, DEFAULT_WEIGHT).service_s == pytest.approx((SERVICE_S + 1_200) / 2, rel=0.02)
    assert paced(1_200).service_s == pytest.approx(1_200, rel=0.03)


def test_older_chats_fade() -> None:
    """After a few windows of quicker chats nothing is left of the slow ones, however many they were."""
    pace = paced(1_200)
    for _ in range(5 * WINDOW):
        now = pace.service.at
        pace = pace.resumed(now).released(now + 300_000)
    assert pace.service_s == pytest.approx(300, rel=0.05)


def test_chats_under_way_count() -> None:
    """A seat that is taken for an hour without an end says that chats take long, before any has ended."""
    pace = Pace()
    for _ in range(50):
        pace = pace.resumed(0)
    assert pace.busy == 50
    later = pace.released(3_600_000)
    assert later.service_s > 10_000 > pace.service_s


def test_those_who_leave_shorten_the_wait_of_those_behind() -> None:
    """A long line in which customers leave is told less than one in which all stay."""
    stays, leaves = wait_s(50, 10, 0, paced(600)), wait_s(50, 10, 0, leaving(300))
    assert stays is not None and leaves is not None and leaves < stays / 2


def test_sent_away_is_not_left() -> None:
    """Closing time and answers say nothing of how patient customers are."""
    pace = Pace()
    for _ in range(100):
        pace = pace.queued(0)
    for _ in range(50):
        pace = pace.sent_away(60_000).answered(60_000)
    assert pace.leaving.under_way == 0
    assert pace.leaving_a_second == 0


def steps(position: int, seats: float, pace: Pace) -> float:
    """The formula of the module, added up step by step."""
    each = [1 / (seats / pace.service_s + ahead * pace.leaving_a_second) for ahead in range(position)]
    return sum(each) + CAUTION * sqrt(sum(step * step for step in each))


@pytest.mark.parametrize("pace", [paced(600, 500), leaving(300), leaving(20)])
@pytest.mark.parametrize("position", [1, 24, 25, 100, 1_000])
@pytest.mark.parametrize("seats", [0.5, 3, 200])
def test_far_back_it_is_the_same_formula(pace: Pace, position: int, seats: float) -> None:
    """What is not added up but integrated is what adding up gives."""
    told = wait_s(position, seats, 0, pace)
    assert told is not None
    assert told == pytest.approx(steps(position, seats, pace), rel=0.002, abs=1)


@given(st.integers(1, 3_000), st.floats(0.1, 2_000), st.integers(1, 3_600))
def test_further_back_is_never_sooner(position: int, seats: float, patience_s: int) -> None:
    """One place further back, or fewer seats, is never a shorter wait."""
    pace = Pace(leaving=Rate(ends=1_000, exposure_ms=1_000 * patience_s * 1_000))
    here, behind = wait_s(position, seats, 0, pace), wait_s(position + 1, seats, 0, pace)
    fewer = wait_s(position, seats / 2, 0, pace)
    assert here is not None and behind is not None and fewer is not None
    assert here <= behind and here <= fewer


def test_seats_of_one_team_are_its_own() -> None:
    """Who takes chats of one team alone is shared with nobody."""
    assert seats_for("media", {MEDIA: 12, PROD: 9}, {"media": 1, "prod": 100}) == 12
    assert seats_for("media", {PROD: 9}, {"media": 1}) == 0


def test_shared_seats_go_where_the_load_is() -> None:
    """Agents of several teams are shared in proportion to what each team has beyond the seats of its own."""
    seats = {MEDIA: 10, PROD: 10, BOTH: 6}
    assert seats_for("media", seats, {"media": 14, "prod": 12}) == pytest.approx(14)
    assert seats_for("prod", seats, {"media": 14, "prod": 12}) == pytest.approx(12)
    assert seats_for("media", seats, {"media": 14, "prod": 3}) == pytest.approx(16)
    assert seats_for("media", seats, {"media": 3, "prod": 3}) == pytest.approx(13)


def test_a_clock_that_goes_back_takes_nothing_back() -> None:
    """A moment before the last one adds no exposure, and removes none."""
    rate = Rate().begun(10_000).ended(20_000)
    assert rate.begun(5_000).exposure_ms == rate.exposure_ms
