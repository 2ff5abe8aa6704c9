"""The customers and agents of a simulated day."""

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
from routing.simulation.day import Answers, AtClosing, Day, Duration, Group, HandedOn, Traffic, Vanishing, shifts
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


def chances(staff: str) -> random.Random:
    """A source of randomness per agent."""
    return random.Random(staff)


def test_each_hour_has_its_count_of_customers() -> None:
    customers = drawn(DAY, random.Random(1))
    assert all(before.at <= after.at for before, after in pairwise(customers))
    hours = [(customer.team, (customer.at - DAY.begins) // 3_600_000) for customer in customers]
    assert {part: hours.count(part) for part in set(hours)} == {("media", 9): 300, ("media", 11): 20, ("prod", 9): 10}
    assert {customer.patience_ms is None for customer in customers if customer.team == "prod"} == {True}
    assert {customer.patience_ms is None for customer in customers if customer.team == "media"} == {False}


def test_same_seed_gives_the_same_customers() -> None:
    assert drawn(DAY, random.Random(1)) == drawn(DAY, random.Random(1)) != drawn(DAY, random.Random(2))


def test_shares_of_vips_transfers_and_declined_offers() -> None:
    """Without them the customers are unchanged."""
    media, prod = DAY.traffic["media"], DAY.traffic["prod"]
    desk = desk_of(replace(DESK.teams["media"], assign="offer"), DESK.teams["prod"])
    many = replace(media, arrivals={9: 20_000}, vip=0.1, handed_on=HandedOn("prod", 0.2), answers=Answers(declined=0.3))
    found = drawn(replace(DAY, desk=desk, traffic={"media": many, "prod": prod}), random.Random(1))
    mine = [customer for customer in found if customer.team == "media"]
    assert mean(customer.vip for customer in mine) == pytest.approx(0.1, rel=0.1)
    assert mean(customer.second is not None for customer in mine) == pytest.approx(0.2, rel=0.1)
    assert {customer.second.team for customer in mine if customer.second} == {"prod"}
    # A half-open run of failures: p + p² + …, cut off at the number of agents.
    assert mean(customer.declines for customer in mine) == pytest.approx(0.3 + 0.09, rel=0.1)
    assert max(customer.declines for customer in mine) == DAY.agents
    plain = drawn(DAY, random.Random(1))
    assert not any(customer.vip or customer.declines or customer.second for customer in plain)


def test_shares_of_choices_at_closing_time() -> None:
    """The customers are otherwise unchanged."""
    plain = replace(DAY.traffic["media"], arrivals={9: 20_000})
    asked = replace(plain, at_closing=AtClosing(stay=0.4, ticket=0.2))
    without, found = (drawn(replace(DAY, traffic={"media": one}), random.Random(1)) for one in (plain, asked))
    chosen = [customer.at_closing for customer in found]
    assert chosen.count("stay") == pytest.approx(8_000, rel=0.1)
    assert chosen.count("ticket") == pytest.approx(4_000, rel=0.1)
    assert [replace(customer, at_closing=None) for customer in found] == without


@pytest.mark.parametrize(
    ("duration", "middle"), [(Duration(600), 416), (Duration(600, 400), 400), (Duration(600, 600), 600)]
)
def test_durations_have_their_mean_and_median(duration: Duration, middle: float) -> None:
    """Exponential, log-normal or constant."""
    chance = random.Random(1)
    seconds = [duration.drawn_ms(chance) / 1000 for _ in range(40_000)]
    assert mean(seconds) == pytest.approx(600, rel=0.03)
    assert median(seconds) == pytest.approx(middle, rel=0.03)


def test_shifts_have_one_entry_per_agent() -> None:
    found = shifts(DAY, chances)
    assert [shift.staff for shift in found] == ["Early 1", "Early 2"]
    begins = DAY.begins
    assert found[0].spans == (
        (begins + 9 * 3_600_000, begins + 12 * 3_600_000),
        (begins + 13 * 3_600_000, begins + 86_400_000),
    )
    assert len(shifts(DAY, chances, {"Early": 5})) == 5


def test_lost_connections_follow_the_description() -> None:
    """The same for each agent, whatever the number of others."""
    vanish = Vanishing(10, Duration(300, 200))
    day = replace(DAY, groups=(replace(GROUP, count=500, vanish=vanish),))
    found = shifts(day, chances)
    gone = [one for shift in found for one in shift.gone]
    worked_h = 500 * (3 + 11)
    assert len(gone) == pytest.approx(worked_h / 10, rel=0.1)
    assert mean(back - left for left, back in gone) == pytest.approx(300_000, rel=0.1)
    for shift in found:
        assert all(any(begins <= left < ends for begins, ends in shift.spans) for left, _ in shift.gone)
        assert all(back < left for (_, back), (left, _) in pairwise(shift.gone))
    assert shifts(day, chances, {"Early": 3}) == found[:3]
    assert not shifts(DAY, chances)[0].gone


def test_present_excludes_lost_connections() -> None:
    one = shifts(DAY, chances)[0]
    shift = replace(one, spans=((100, 200), (300, 400)), gone=((110, 120), (190, 310), (390, 450)))
    assert list(shift.present()) == [(100, 110), (120, 190), (310, 390)]
    assert list(replace(shift, gone=((150, 500),)).present()) == [(100, 150)]
