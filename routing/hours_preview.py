"""The consequences of a change of hours for the coming days. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from routing.desk import Desk, Team
from routing.hours import Hours, Span


@dataclass(frozen=True, slots=True)
class Column:
    """Teams that have the same schedule before a change, and also the same schedule after it."""

    teams: tuple[Team, ...]
    before: Hours
    after: Hours


@dataclass(frozen=True, slots=True)
class Difference:
    """The days from `first` to `last` on which teams have other hours after a change than before it.

    Days on which the teams are closed both before and after the change, such as weekends, do not end a difference.
    `days` is the number of days whose hours differ.
    """

    column: Column
    first: date
    last: date
    days: int
    before: tuple[Span, ...]
    after: tuple[Span, ...]

    @property
    def minutes(self) -> int:
        """How many minutes longer the teams are open after the change, on all these days together. Negative if they are
        open for less time."""
        return self.days * (_minutes(self.after) - _minutes(self.before))


def columns(before: Desk, after: Desk) -> list[Column]:
    """The teams that take chats after the change, grouped by their schedules before and after it. The order of the
    teams is kept."""
    found: dict[tuple[str, str], list[Team]] = {}
    for team in after.open_to_chats():
        old = before.teams.get(team.key, team)
        found.setdefault((old.schedule, team.schedule), []).append(team)
    return [
        Column(tuple(teams), before.hours.get(old, after.hours[new]), after.hours[new])
        for (old, new), teams in found.items()
    ]


def differences(column: Column, first: date, days: int) -> Iterator[Difference]:
    """The differences on `days` days, of which the first is `first`."""
    open_: Difference | None = None
    for day in (first + timedelta(days=ahead) for ahead in range(days)):
        before, after = column.before.spans_on(day), column.after.spans_on(day)
        if before == after:
            if open_ is not None and before:
                yield open_
                open_ = None
        elif open_ is not None and (open_.before, open_.after) == (before, after):
            open_ = Difference(column, open_.first, day, open_.days + 1, before, after)
        else:
            if open_ is not None:
                yield open_
            open_ = Difference(column, day, day, 1, before, after)
    if open_ is not None:
        yield open_


def without(spans: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """The parts of `spans` that are in none of `others`."""
    left = list(spans)
    for other in others:
        parts = [(Span(one.start, min(one.end, other.start)), Span(max(one.start, other.end), one.end)) for one in left]
        left = [part for pair in parts for part in pair if part.start < part.end]
    return left


def clock_change(zone_offsets: Sequence[tuple[int, int]]) -> int | None:
    """The moment of the first clock change, from `clock.zones.offsets`. None if there is none."""
    return zone_offsets[1][0] if len(zone_offsets) > 1 else None


def _minutes(spans: Sequence[Span]) -> int:
    return sum(span.end - span.start for span in spans)
