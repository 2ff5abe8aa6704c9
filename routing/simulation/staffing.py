"""Finds the fewest agents that reach a goal, by simulating the day with different numbers of agents.

An agent is counted for the first team of their group. The groups of a team keep their proportions from the day's file.
The customers are the same in each run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from routing.simulation.day import Day, Group
from routing.simulation.figures import Goal

Counts = Mapping[str, int]
"""Number of agents per group."""
Shares = Mapping[str | None, float | None]
"""Share of chats answered in time, per team and for all (key None); None if nobody came."""
Passes = Callable[[Counts], Shares]
"""Simulates the day with these numbers of agents."""

_AT_MOST = 8
"""The search stops at this multiple of the present agents. If even these are not enough, no shift covers some hours."""


@dataclass(frozen=True, slots=True)
class Needed:
    """Present and needed agents of a team, or of all teams if `team` is None.

    `needed` is None if these shifts never reach the goal.
    """

    team: str | None
    present: int
    needed: int | None


def for_each_team(day: Day, goal: Goal, passes: Passes) -> list[Needed]:
    """The fewest agents per team with which every team reaches the goal.

    One series of runs searches for all teams. Teams without a group of their own are omitted.
    """
    homes = dict.fromkeys(group.teams[0] for group in day.groups)
    searches = {
        team: _Search([group for group in day.groups if group.teams[0] == team])
        for team in homes
        if team in day.traffic
    }
    while True:
        before = {team: search.found for team, search in searches.items()}
        tried = {team: search.next() for team, search in searches.items()}
        counts: dict[str, int] = {}
        for team, search in searches.items():
            counts |= search.spread(tried[team])
        shares = passes(counts)
        for team, search in searches.items():
            search.learn(tried[team], _met(shares.get(team), goal))
        # With fewer agents elsewhere, shared agents are busier. A team that then misses the goal gets one more.
        if all(search.is_over and search.found == before[team] for team, search in searches.items()):
            return [Needed(team, search.present, search.enough) for team, search in searches.items()]


def in_all(day: Day, goal: Goal, passes: Passes) -> Needed:
    """The fewest agents with which all chats together reach the goal. The groups keep their proportions."""
    search = _Search(list(day.groups))
    while not search.is_over:
        tried = search.next()
        search.learn(tried, _met(passes(search.spread(tried)).get(None), goal))
    return Needed(None, search.present, search.enough)


def _met(share: float | None, goal: Goal) -> bool:
    return share is None or share * 100 >= goal.percent


class _Search:
    """A binary search for the fewest agents that are enough."""

    def __init__(self, groups: list[Group]) -> None:
        self._groups = groups
        self.present = sum(group.count for group in groups)
        self._too_few = -1
        self.enough: int | None = None
        self._given_up = False

    @property
    def is_over(self) -> bool:
        return self._given_up or self.enough == self._too_few + 1

    @property
    def found(self) -> int | None:
        """The number found, or the largest number tried if none is enough. None until the search is over."""
        return (self._too_few if self.enough is None else self.enough) if self.is_over else None

    def next(self) -> int:
        """The next number to try, or `found` if the search is over."""
        if self.found is not None:
            return self.found
        if self.enough is None:
            return max(self.present, self._too_few + self._too_few // 4 + 1)
        return (self._too_few + self.enough) // 2

    def learn(self, tried: int, enough: bool) -> None:
        if enough:
            self.enough = None if self._given_up else tried
            return
        self._too_few = tried
        self._given_up = tried >= max(self.present, 1) * _AT_MOST
        if self._given_up:
            self.enough = None
        elif self.enough is not None and self.enough <= tried:
            self.enough = tried + 1

    def spread(self, agents: int) -> dict[str, int]:
        """Divide agents among the groups, in proportion to their sizes, by the largest remainder method."""
        whole = max(self.present, 1)
        shares = [
            (group.count * agents / whole if self.present else agents / len(self._groups)) for group in self._groups
        ]
        found = {group.name: int(share) for group, share in zip(self._groups, shares, strict=True)}
        losses = sorted(zip(self._groups, shares, strict=True), key=lambda pair: int(pair[1]) - pair[1])
        for group, _ in losses[: agents - sum(found.values())]:
            found[group.name] += 1
        return found
