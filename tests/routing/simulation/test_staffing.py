"""The search for the fewest agents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from routing.desk import Team
from routing.hours import Span
from routing.simulation.day import Day, Duration, Group, Traffic
from routing.simulation.figures import Goal
from routing.simulation.staffing import Counts, Needed, Passes, for_each_team, in_all
from tests.routing.desks import desk_of

NINE_TO_FIVE = (Span(540, 1020),)
TRAFFIC = Traffic({9: 10}, Duration(60), None)


def day_of(groups: Mapping[str, tuple[int, tuple[str, ...]]]) -> Day:
    """A day with these groups and teams."""
    teams = ("media", "prod", "tech")
    desk = desk_of(*(Team(key=team, name=team, schedule="standard") for team in teams))
    made = [Group(name, count, served, NINE_TO_FIVE, 3) for name, (count, served) in groups.items()]
    return Day(date(2026, 11, 24), desk, dict.fromkeys(teams, TRAFFIC), tuple(made))


def passing(day: Day, needs: Mapping[str, int], asked: list[Counts]) -> Passes:
    """A simulation that reaches the goal from these numbers of agents on."""

    def passes(counts: Counts) -> Mapping[str | None, float | None]:
        asked.append(counts)
        here = {
            team: sum(counts[group.name] for group in day.groups if group.teams[0] == team and group.name in counts)
            for team in needs
        }
        shares: dict[str | None, float | None] = {
            team: 0.8 if here[team] >= need else 0.79 for team, need in needs.items()
        }
        return shares | {None: 0.8 if sum(here.values()) >= sum(needs.values()) else 0.5}

    return passes


@given(st.integers(0, 60), st.integers(0, 60), st.integers(8, 20), st.integers(8, 20))
def test_for_each_team_finds_the_fewest_agents(media: int, prod: int, early: int, others: int) -> None:
    """In a few runs."""
    day = day_of({"Early": (early, ("media",)), "Late": (7, ("media",)), "Prod": (others, ("prod", "tech"))})
    asked: list[Counts] = []
    found = for_each_team(day, Goal(), passing(day, {"media": media, "prod": prod}, asked))
    assert found == [Needed("media", early + 7, media), Needed("prod", others, prod)]
    assert len(asked) <= 14


@given(st.integers(0, 100))
def test_in_all_finds_the_fewest_agents(need: int) -> None:
    day = day_of({"Early": (20, ("media",)), "Prod": (10, ("prod",))})
    assert in_all(day, Goal(), passing(day, {"media": need, "prod": 0}, [])) == Needed(None, 30, need)


@given(st.integers(0, 100))
def test_groups_keep_their_proportion(agents: int) -> None:
    """Each tried number is divided exactly, within one agent of its share."""
    day = day_of({"Early": (20, ("media",)), "Late": (9, ("media",)), "Night": (1, ("media",))})
    asked: list[Counts] = []
    for_each_team(day, Goal(), passing(day, {"media": agents}, asked))
    for counts in asked:
        total = sum(counts.values())
        assert all(abs(counts[group.name] - group.count * total / 30) < 1 for group in day.groups)
    assert sum(asked[-1].values()) == agents


def test_teams_with_shared_agents_all_reach_the_goal() -> None:
    day = day_of({"Media": (20, ("media", "prod")), "Prod": (10, ("prod",))})

    def passes(counts: Counts) -> Mapping[str | None, float | None]:
        media, prod = counts["Media"], counts["Prod"]
        return {"media": 0.9 if media >= 12 else 0.1, "prod": 0.9 if prod + max(0, media - 12) >= 9 else 0.1}

    assert for_each_team(day, Goal(), passes) == [Needed("media", 20, 12), Needed("prod", 10, 9)]


def test_unreachable_goal_gives_none() -> None:
    day = day_of({"Media": (5, ("media",)), "Prod": (0, ("prod",)), "Tech": (2, ("tech",))})
    found = for_each_team(day, Goal(), passing(day, {"media": 10_000, "prod": 3, "tech": 2}, []))
    assert found == [Needed("media", 5, None), Needed("prod", 0, 3), Needed("tech", 2, 2)]


def test_team_without_customers_needs_no_agents() -> None:
    day = day_of({"Media": (5, ("media",))})
    assert for_each_team(day, Goal(), lambda counts: {"media": None}) == [Needed("media", 5, 0)]
