"""Ages in business days, compared with a plain count of the days."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from reports.backlog import AGES, Ageing, backlog_of, edges_of, of_teams
from reports.periods import day_of, start_of

ZONE = "America/New_York"
TODAY = date(2026, 11, 24)
"""A Tuesday, three weeks after the end of daylight saving time."""


def edges(off: frozenset[date], today: date = TODAY) -> tuple[int, ...]:
    return edges_of(
        today, lambda day: day.weekday() < 5 and day not in off, lambda day: start_of(day.toordinal(), ZONE)
    )


@pytest.mark.parametrize("seed", range(4))
def test_class_of_a_ticket_is_that_of_the_business_days_since_its_creation(seed: int) -> None:
    rng = Random(seed)
    off = frozenset(TODAY - timedelta(days=rng.randrange(60)) for _ in range(5))
    ageing = Ageing(("media",), edges(off, TODAY + timedelta(days=seed)))
    today = TODAY + timedelta(days=seed)
    for _ in range(300):
        created = start_of(today.toordinal(), ZONE) - rng.randrange(70 * 86_400) * 1000 + 3_600_000
        day = date.fromordinal(day_of(created, ZONE)) + timedelta(days=1)
        age = 0
        while day <= today:
            age += day.weekday() < 5 and day not in off
            day += timedelta(days=1)
        found = ageing.age_class(created)
        assert AGES[found] <= age, (created, age)
        assert found + 1 == len(AGES) or age < AGES[found + 1]


def test_team_that_never_opens_has_no_old_tickets() -> None:
    never = edges_of(TODAY, lambda day: False, lambda day: start_of(day.toordinal(), ZONE))
    assert len(never) == len(AGES) - 1
    assert Ageing(("finance",), never).age_class(start_of(TODAY.toordinal(), ZONE)) == 0


def test_backlog_has_a_part_for_each_status_and_adds_up_counts() -> None:
    parts = backlog_of([("open", 0, 2), ("open", 6, 1), ("open", 0, 3), ("with_product", 1, 4)])
    assert [(one.status, one.count) for one in parts] == [
        ("open", 6),
        ("with_product", 4),
        ("awaiting_reply", 0),
        ("fixed_pending_rca", 0),
    ]
    assert parts[0].by_age == [5, 0, 0, 0, 0, 0, 1]


def test_rules_are_limited_to_the_teams_of_the_reader() -> None:
    ageings = [Ageing(("media", "prod"), (0,)), Ageing(("finance",), (1,))]
    assert of_teams(ageings, None) == ageings
    assert of_teams(ageings, ["prod"]) == [Ageing(("prod",), (0,))]
