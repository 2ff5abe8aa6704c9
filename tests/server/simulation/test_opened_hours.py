from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from msgspec import structs

from server.simulation.opened_hours import RUNS_MAX, RUNS_MIN, Question, answered

HOUR = Question(
    day=date(2026, 11, 30),
    zone="America/New_York",
    start=17 * 60,
    end=18 * 60,
    counts=[{17: 20}, {17: 30}, {17: 25}],
    service_s=600,
    service_median_s=470,
    patience_s=600,
    capacity=2,
    goal_s=120,
    assign="auto",
    offer_s=30,
    wrap_up_s=0,
    queue_max=None,
)


@dataclass(frozen=True)
class Case:
    name: str
    question: Question
    runs: int


def test_more_agents_shorten_waits_until_the_goal_is_reached() -> None:
    told = answered(HOUR)
    shares = [one.within for one in told.staffing]
    assert len(shares) == 3 and shares == sorted(shares)
    assert shares[0] < 0.8 <= shares[1]
    first = told.staffing[0].agents
    assert [one.agents for one in told.staffing] == [first, first + 1, first + 2]
    ninths = [one.nine_in_ten_s for one in told.staffing]
    assert None not in ninths and ninths == sorted(ninths, key=lambda wait: -(wait or 0))
    for one in told.staffing:
        assert one.low_s is not None and one.high_s is not None and one.half_s is not None
        assert one.low_s <= one.high_s and one.half_s <= (one.nine_in_ten_s or 0)


def test_same_question_has_the_same_answer() -> None:
    assert answered(HOUR) == answered(HOUR)


@pytest.mark.parametrize(
    "case",
    [
        Case("few chats", structs.replace(HOUR, counts=[{17: 1}, {}]), RUNS_MAX),
        Case("many chats", structs.replace(HOUR, counts=[{17: 400}]), RUNS_MIN),
    ],
    ids=lambda case: case.name,
)
def test_number_of_runs_bounds_the_simulated_chats(case: Case) -> None:
    assert answered(case.question).runs == case.runs


def test_part_of_an_hour_gets_only_the_customers_who_come_in_it() -> None:
    """At most one chat at a time, and one agent: of 40 customers in the hour, about 10 come in the first quarter."""
    quarter = structs.replace(HOUR, end=17 * 60 + 15, counts=[{17: 40}], capacity=1, service_s=1, service_median_s=None)
    (first, *_) = answered(quarter).staffing
    assert first.agents == 1 and first.within == 1.0
    assert first.half_s == 0
