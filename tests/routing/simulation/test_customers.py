"""Who comes to a day: as many as it says, when it says, and the same for the same seed."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from itertools import pairwise
from statistics import mean, median

import pytest

from routing.desk import Team
from routing.hours import Span
from routing.simulation.customers import drawn
from routing.simulation.day import Answers, Day, Duration, Group, HandedOn, Traffic, shifts
from tests.routing.desks import desk_of

DESK = desk_of(Team(key="media", name="Media", schedule="standard"), Team(key="prod", name="Prod", schedule="standard"))
GROUP = Group("Early", 2, ("media", "prod"), (Span(540, 720), Span(780, 1440)), 3)
DAY = Day(
    date(2026, 11, 24),
    DESK,
    {
        "media": Traffic({9: 300, 11: 20}, Duration(600, 400), Duration(300)),
        "prod": Traffic({9: 10}, Duration(60), None),
    },
    (GROUP,),
)


def test_as_many_as_the_day_says_in_each_hour() -> None:
    """Each hour has its count, in the order in which they come; who has no patience set has none drawn."""
    customers = drawn(DAY, random.Random(1))
    assert all(before.at <= after.at for before, after in pairwise(customers))
    hours = [(customer.team, (customer.at - DAY.begins) // 3_600_000) for customer in customers]
    assert {part: hours.count(part) for part in set(hours)} == {("media", 9): 300, ("media", 11): 20, ("prod", 9): 10}
    assert {customer.patience_ms is None for customer in customers if customer.team == "prod"} == {True}
    assert {customer.patience_ms is None for customer in customers if customer.team == "media"} == {False}


def test_a_seed_makes_a_day() -> None:
    """The same seed brings the same customers, another one others."""
    assert drawn(DAY, random.Random(1)) == drawn(DAY, random.Random(1)) != drawn(DAY, random.Random(2))


def test_vips_second_teams_and_offers_let_pass() -> None:
    """In the shares that the day says; without them the customers are who they always were."""
    media, prod = DAY.traffic["media"], DAY.traffic["prod"]
    desk = desk_of(replace(DESK.teams["media"], assign="offer"), DESK.teams["prod"])
    many = replace(media, arrivals={9: 20_000}, vip=0.1, handed_on=HandedOn("prod", 0.2), answers=Answers(passed=0.3))
    found = drawn(replace(DAY, desk=desk, traffic={"media": many, "prod": prod}), random.Random(1))
    mine = [customer for customer in found if customer.team == "media"]
    assert mean(customer.vip for customer in mine) == pytest.approx(0.1, rel=0.1)
    assert mean(customer.second is not None for customer in mine) == pytest.approx(0.2, rel=0.1)
    assert {customer.second.team for customer in mine if customer.second} == {"prod"}
    # A half-open run of failures: p + p² + …, cut off at the number of agents.
    assert mean(customer.lets_pass for customer in mine) == pytest.approx(0.3 + 0.09, rel=0.1)
    assert max(customer.lets_pass for customer in mine) == DAY.agents
    plain = drawn(DAY, random.Random(1))
    assert not any(customer.vip or customer.lets_pass or customer.second for customer in plain)


@pytest.mark.parametrize(
    ("duration", "middle"), [(Duration(600), 416), (Duration(600, 400), 400), (Duration(600, 600), 600)]
)
def test_durations_have_the_mean_and_the_median_that_they_should(duration: Duration, middle: float) -> None:
    """Exponential with a mean alone, log-normal with a median, always the same where both are alike."""
    chance = random.Random(1)
    seconds = [duration.drawn_ms(chance) / 1000 for _ in range(40_000)]
    assert mean(seconds) == pytest.approx(600, rel=0.03)
    assert median(seconds) == pytest.approx(middle, rel=0.03)


def test_agents_one_by_one() -> None:
    """A group is as many agents as it counts, each with its spans as moments; other counts can be asked for."""
    found = shifts(DAY)
    assert [shift.staff for shift in found] == ["Early 1", "Early 2"]
    begins = DAY.begins
    assert found[0].spans == (
        (begins + 9 * 3_600_000, begins + 12 * 3_600_000),
        (begins + 13 * 3_600_000, begins + 86_400_000),
    )
    assert len(shifts(DAY, {"Early": 5})) == 5
