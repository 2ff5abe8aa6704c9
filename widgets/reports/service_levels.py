"""Turns the service levels of an overview into a pane. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.overview import Figures, Overview, Target
from reports.tables import targets_of
from widgets.reports import words
from widgets.reports.by_day import Day
from widgets.reports.charts import share_bar

NAMES = {"first_reply": "First reply", "next_reply": "Next reply", "resolution": "Resolution"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A target in a row. `metric` begins the names of its lists."""

    metric: str
    met: int
    missed: int
    share: str
    bar: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of the table: a team (`key`), a day (`iso`), or all."""

    name: str
    cells: Sequence[Cell]
    key: str = ""
    iso: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The pane. `teams` ends with the sums of all, if there are several."""

    heads: Sequence[str]
    teams: Sequence[Line]
    days: Sequence[Line]
    ended: int
    share: str


def shown(overview: Overview, days: Sequence[Day], team_name: Callable[[str], str]) -> Shown | None:
    """None if no target ended in the period."""
    levels = overview.figures.service_levels
    if not levels.count:
        return None
    used = [name for name, one in targets_of(overview.figures) if one.met + one.missed]
    teams = [
        Line(name=team_name(part.key), key=part.key, cells=_cells(part.figures, used))
        for part in overview.by_team
        if part.figures.service_levels.count
    ]
    teams.sort(key=lambda line: line.name)
    every = Line(name="All", cells=_cells(overview.figures, used))
    met = sum(one.met for _, one in targets_of(overview.figures))
    return Shown(
        heads=[NAMES[name] for name in used],
        teams=[*teams, every] if len(teams) > 1 else teams,
        days=[
            Line(name=day.name, iso=day.iso, cells=_cells(day.figures, used))
            for day in days
            if day.figures is not None and day.figures.service_levels.count
        ],
        ended=levels.count,
        share=words.share(met / levels.count),
    )


def late(overview: Overview, team_name: Callable[[str], str]) -> Sequence[tuple[str, str, int]]:
    """The teams with tickets that are late now: name, key, number."""
    return sorted((team_name(one.team), one.team, one.tickets) for one in overview.late_now)


def _cells(figures: Figures, used: Sequence[str]) -> list[Cell]:
    return [_cell(name, one) for name, one in targets_of(figures) if name in used]


def _cell(name: str, target: Target) -> Cell:
    bar = share_bar(target.share) if target.share is not None else Markup("")
    return Cell(metric=name, met=target.met, missed=target.missed, share=words.share(target.share), bar=bar)
