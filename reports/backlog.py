"""Tickets that are not solved now, by status and age. Pure. Ages are in business days of the team."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from msgspec import Struct

Unsolved = Literal["open", "with_product", "awaiting_reply", "fixed_pending_rca"]
UNSOLVED: tuple[Unsolved, ...] = get_args(Unsolved)
AGES = (0, 1, 2, 4, 7, 13, 29)
"""The lowest age of each class."""
_FARTHEST_DAYS = 366
"""Business days are not looked for earlier than this. Tickets that are older have the highest class."""


class BacklogPart(Struct, frozen=True):
    """The tickets with one status. `by_age` has a number for each class of ages: 0, 1, 2–3, 4–6, 7–12, 13–28, and 29 or
    more business days."""

    status: Unsolved
    by_age: list[int]

    @property
    def count(self) -> int:
        return sum(self.by_age)


@dataclass(frozen=True, slots=True)
class Ageing:
    """The rule for the ages of tickets of these teams.

    A ticket that was created before `edges[n]` (ms since the epoch, UTC) is at least `AGES[n + 1]` business days old.
    The edges are in descending order.
    """

    teams: tuple[str, ...]
    edges: tuple[int, ...]

    def age_class(self, created_at: int) -> int:
        """The place of the ticket's age in AGES."""
        return sum(created_at < edge for edge in self.edges)


def edges_of(today: date, is_business_day: Callable[[date], bool], start_of: Callable[[date], int]) -> tuple[int, ...]:
    """The edges for `Ageing`. `start_of` returns the moment at which a local day begins.

    The age of a ticket is the number of business days that began after the day on which it was created, today included.
    """
    found: list[int] = []
    day, counted = today, 0
    while len(found) < len(AGES) - 1 and (today - day).days < _FARTHEST_DAYS:
        counted += is_business_day(day)
        if counted == AGES[len(found) + 1]:
            found.append(start_of(day))
        day -= timedelta(days=1)
    return (*found, *[start_of(day)] * (len(AGES) - 1 - len(found)))


def backlog_of(counts: Iterable[tuple[str, int, int]]) -> list[BacklogPart]:
    """The parts, one for each status. `counts`: status, class of ages, and number of tickets."""
    found: dict[str, list[int]] = {status: [0] * len(AGES) for status in UNSOLVED}
    for status, age, count in counts:
        found[status][age] += count
    return [BacklogPart(status, found[status]) for status in UNSOLVED]


def of_teams(ageings: Iterable[Ageing], teams: Collection[str] | None) -> list[Ageing]:
    """The rules, each for those of its teams that are among `teams`. If `teams` is None, for all of its teams."""
    if teams is None:
        return list(ageings)
    cut = (Ageing(tuple(team for team in one.teams if team in teams), one.edges) for one in ageings)
    return [one for one in cut if one.teams]
