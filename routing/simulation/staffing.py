"""How many agents it takes: the day is let pass with ever other numbers of them, until one less would not do.

An agent is counted with the first of their group's teams. Groups of a team grow and shrink together, in the proportion
that they have in the day's file. The customers are the same each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from routing.simulation.day import Day, Group
from routing.simulation.figures import Goal

Counts = Mapping[str, int]
"""How many agents are in each group."""
Shares = Mapping[str | None, float | None]
"""The share of each team's chats that was answered in time, and of all (None); None where nobody came."""
Passes = Callable[[Counts], Shares]
"""Lets the day pass with so many agents."""

_AT_MOST = 8
"""Times as many agents as there are, after which it is given up: then the shifts leave hours without anybody."""


@dataclass(frozen=True, slots=True)
class Needed:
    """Agents that a team, or the whole desk, has and needs. `needed` is None where these shifts never reach it."""

    team: str | None
    present: int
    needed: int | None


def for_each_team(day: Day, goal: Goal, passes: Passes) -> list[Needed]:
    """The fewest agents of each team with which each of the teams reaches the goal. All are searched for in the same
    runs; teams that have no group of their own are left out."""
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
        # With fewer agents elsewhere, those whom teams share were busier: whoever falls short then gets one more.
        if all(search.is_over and search.found == before[team] for team, search in searches.items()):
            return [Needed(team, search.present, search.enough) for team, search in searches.items()]


def in_all(day: Day, goal: Goal, passes: Passes) -> Needed:
    """The fewest agents, all groups in proportion, with which all chats taken together reach the goal."""
    search = _Search(list(day.groups))
    while not search.is_over:
        tried = search.next()
        search.learn(tried, _met(passes(search.spread(tried)).get(None), goal))
    return Needed(None, search.present, search.enough)


def _met(share: float | None, goal: Goal) -> bool:
    return share is None or share * 100 >= goal.percent


class _Search:
    """Halves the numbers between too few and enough."""

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
        """Where it is over, how many it takes, or the most that were tried; else None."""
        return (self._too_few if self.enough is None else self.enough) if self.is_over else None

    def next(self) -> int:
        """How many to try: what is left to try, or what was found."""
        if self.found is not None:
            return self.found
        if self.enough is None:
            return max(self.present, self._too_few + self._too_few // 4 + 1)
        return (self._too_few + self.enough) // 2

    def learn(self, tried: int, enough: bool) -> None:
        """So many were tried, and were enough or not."""
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
        """So many agents over the groups, in the proportion in which they stand: rounded down, and who is left over to
        the groups that lost most by it."""
        whole = max(self.present, 1)
        shares = [
            (group.count * agents / whole if self.present else agents / len(self._groups)) for group in self._groups
        ]
        found = {group.name: int(share) for group, share in zip(self._groups, shares, strict=True)}
        losses = sorted(zip(self._groups, shares, strict=True), key=lambda pair: int(pair[1]) - pair[1])
        for group, _ in losses[: agents - sum(found.values())]:
            found[group.name] += 1
        return found
