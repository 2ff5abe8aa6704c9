"""Adds up the tallies of a period. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from reports.cells import Cell, Dimension, Share, keys_of
from reports.tally import Pile


def _tallies() -> dict[str, int]:
    return defaultdict(int)


@dataclass(slots=True)
class Sums:
    """Tallies by day, by team, and by the values of each further dimension. `hours` is the hourly tally."""

    days: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    teams: dict[str, int] = field(default_factory=_tallies)
    keys: dict[Dimension, dict[str, int]] = field(default_factory=lambda: defaultdict(_tallies))
    hours: int = 0

    @property
    def total(self) -> int:
        return sum(self.teams.values())

    def add_day(self, cell: Cell, tally: int) -> None:
        """Add a tally of a team and a day to the sum of the day."""
        self.days[cell.period] += tally

    def add_team(self, cell: Cell, tally: int) -> None:
        """Add a tally of any period to the sum of its team."""
        self.teams[cell.team] += tally

    def add(self, cell: Cell, tally: int) -> None:
        """Add a tally of any period to the sum of its value of a dimension. It may be negative, if the sum is not
        negative in the end."""
        if cell.dimension == "hour":
            self.hours += tally
        else:
            self.keys[cell.dimension][cell.key] += tally


def added_shares(shares: Iterable[Share], dimensions: Collection[Dimension]) -> Sums:
    """Adds up what single facts add to the figures, by day, by team, by hour, and by these dimensions."""
    days: dict[int, Pile] = defaultdict(Pile)
    teams: dict[str, Pile] = defaultdict(Pile)
    keys: dict[tuple[Dimension, str], Pile] = defaultdict(Pile)
    sums = Sums()
    for share in shares:
        days[share.day].add(share.pile)
        teams[share.team].add(share.pile)
        sums.hours += share.hours
        for key in keys_of(share):
            if key[0] in dimensions:
                keys[key].add(share.pile)
    sums.days |= {day: pile.tally for day, pile in days.items()}
    sums.teams |= {team: pile.tally for team, pile in teams.items()}
    for (dimension, value), pile in keys.items():
        sums.keys[dimension][value] = pile.tally
    return sums
