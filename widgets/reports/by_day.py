"""Turns the days of an overview into charts and their tables. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from markupsafe import Markup

from clock import from_rfc3339, zones
from reports.overview import DayBefore, Figures, IncidentShown, Overview
from reports.periods import Period
from widgets.reports import words
from widgets.reports.charts import Bar, bars
from widgets.reports.curves import Waited, waits

_REMARK = 40
"""The most characters of an incident's title in a chart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of the period. `figures` is None if nothing happened. `compared` is true if a day of the period before
    belongs beside it. `before` is that day, if there was a chat. `remarks` are lines about incidents that began on the
    day."""

    ordinal: int
    figures: Figures | None
    compared: bool
    before: DayBefore | None
    remarks: Sequence[str] = field(default=())

    @property
    def iso(self) -> str:
        return date.fromordinal(self.ordinal).isoformat()

    @property
    def name(self) -> str:
        return f"{date.fromordinal(self.ordinal):%a}, {words.day(self.ordinal)}"


def days_of(overview: Overview, zone: str) -> list[Day]:
    """The days of the period. A weekday on which there was no chat in the whole period is left out."""
    known = {_ordinal(part.day): part.figures for part in overview.by_day}
    earlier = {_ordinal(part.day): part for part in overview.before_by_day}
    first, after = _ordinal(overview.period.from_), _ordinal(overview.period.to)
    period = Period(first, after)
    beside = {day: period.matching(day) for day in range(first, after)} if overview.compared is not None else {}
    used = {date.fromordinal(day).weekday() for day, figures in known.items() if figures.offered}
    remarks = _remarks(overview.incidents, zone)
    return [
        Day(
            ordinal=day,
            figures=known.get(day),
            compared=(then := beside.get(day)) is not None,
            before=None if then is None else earlier.get(then),
            remarks=remarks.get(day, ()),
        )
        for day in range(first, after)
        if date.fromordinal(day).weekday() in used
    ]


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _remarks(incidents: Sequence[IncidentShown], zone: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for one in incidents:
        began = zones.local(from_rfc3339(one.began_at), zone)
        until = ", it still lasts"
        if one.ended_at is not None:
            ended = zones.local(from_rfc3339(one.ended_at), zone)
            day = "" if ended.date() == began.date() else f"{words.day(ended.toordinal())}, "
            until = f" to {day}{ended:%H:%M}"
        found.setdefault(began.toordinal(), []).append(f"{_cut(one.title)}, {began:%H:%M}{until}")
    return found


def _cut(title: str) -> str:
    return title if len(title) <= _REMARK else title[: _REMARK - 1].rstrip() + "…"


def day_chart(days: Sequence[Day]) -> Markup:
    """The chart of chats by day."""
    drawn = [
        Bar(
            label=words.day(day.ordinal),
            answered=day.figures.answered if day.figures is not None else 0,
            lost=day.figures.abandoned + day.figures.missed if day.figures is not None else 0,
            before=None if not day.compared else day.before.offered if day.before is not None else 0,
            remark="; ".join(day.remarks),
        )
        for day in days
    ]
    busiest = max(drawn, key=lambda bar: bar.offered, default=None)
    sentence = "No chats" if busiest is None else f"Chats by day, most on {busiest.label}: {busiest.offered}"
    return bars(drawn, sentence)


def wait_chart(overview: Overview, days: Sequence[Day], goals: Collection[int]) -> Markup:
    """The chart of waits by day. Empty if nobody waited. `goals` are those of the teams, in seconds. The goal is shown
    if all teams have the same one."""
    wait = overview.figures.wait_s
    if not wait.count:
        return Markup("")
    shown = [
        Waited(
            label=words.day(day.ordinal),
            half=day.figures.wait_s.median if day.figures is not None else None,
            most=day.figures.wait_s.p90 if day.figures is not None else None,
            before=day.before.wait_p90_s if day.before is not None else None,
        )
        for day in days
    ]
    sentence = f"Wait by day: {words.half_and_most(wait)}. The table below has the days."
    goal = next(iter(goals)) if len(set(goals)) == 1 else None
    return waits(shown, goal, f"half {words.lasting(wait.median)}", f"9 in 10 {words.lasting(wait.p90)}", sentence)
