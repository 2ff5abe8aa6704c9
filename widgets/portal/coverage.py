"""Hours in which teams answer, as the contacts page and the start page show them. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from routing.hours import DAY_MINUTES, Hours, Span
from routing.other_hours import OtherHours, other_hours
from widgets.ports import TeamView

_HOUR = 60
_EARLY, _LATE = 6 * _HOUR, 22 * _HOUR


@dataclass(frozen=True, slots=True)
class Days:
    """Weekdays from `first` to `last` (0 is Monday) with the same hours."""

    first: int
    last: int
    chat: tuple[Span, ...]
    mail: tuple[Span, ...]

    def always(self, spans: Sequence[Span]) -> bool:
        """True if the team is always open: these days are the whole week, and `spans` cover each day. Then the hours
        are the same in every time zone."""
        return (self.first, self.last) == (0, 6) and list(spans) == [Span(0, DAY_MINUTES)]


@dataclass(frozen=True, slots=True)
class Scale:
    """The part of a day that the page's bars of hours show, in minutes from midnight."""

    start: int
    end: int

    def share(self, minute: int) -> float:
        """The position of a minute on the scale, in percent."""
        inside = min(max(minute, self.start), self.end)
        return round(100 * (inside - self.start) / (self.end - self.start), 2)

    @property
    def marks(self) -> range:
        return range(self.start, self.end + 1, 2 * _HOUR)


@dataclass(frozen=True, slots=True)
class Alike:
    """Teams with the same hours for chats."""

    names: Sequence[str]
    days: Sequence[Days]


@dataclass(frozen=True, slots=True)
class Ahead:
    """Coming days on which the hours differ from the usual ones, and the teams with these hours."""

    hours: OtherHours
    teams: Sequence[str]


def week_of(chat: Hours, mail: Hours, today: date) -> list[Days]:
    """The weekdays on which `chat` or `mail` is open, by the versions of the hours that are in force today.

    Neighboring days with the same hours are one item.
    """
    found: list[Days] = []
    week = zip(range(7), chat.schedule.on(today).week, mail.schedule.on(today).week, strict=True)
    for (chats, mails), days in groupby(week, key=lambda day: day[1:]):
        numbers = [number for number, _, _ in days]
        if chats or mails:
            found.append(Days(numbers[0], numbers[-1], chats, mails))
    return found


def scale_of(teams: Sequence[TeamView], today: date) -> Scale:
    """A scale that contains the usual hours of all the teams, by the versions of the hours that are in force today.

    The start and the end of the scale are multiples of two hours.
    """
    weeks = [hours.schedule.on(today).week for team in teams for hours in (team.chat, team.mail)]
    spans = [span for week in weeks for day in week for span in day]
    step = 2 * _HOUR
    start = min([_EARLY, *(span.start for span in spans)]) // step * step
    end = -(-max([_LATE, *(span.end for span in spans)]) // step) * step
    return Scale(start, min(end, DAY_MINUTES))


def alike(teams: Sequence[TeamView], today: date) -> list[Alike]:
    """The teams, grouped by their hours for chats today. The order of the teams is kept."""
    found: dict[tuple[Days, ...], list[str]] = {}
    for team in teams:
        found.setdefault(tuple(week_of(team.chat, team.chat, today)), []).append(team.name)
    return [Alike(names, days) for days, names in found.items()]


def days_not_counted(hours: Hours, first: date, last: date) -> list[date]:
    """The days after `first` and until `last` on which the team is closed although it is usually open. The waiting
    clock does not count these days."""
    days = (first + timedelta(days=ahead) for ahead in range(1, (last - first).days + 1))
    return [day for day in days if hours.usual_on(day) and not hours.spans_on(day)]


def ahead(teams: Sequence[TeamView], today: date, days: int) -> list[Ahead]:
    """The hours for chats that differ from the usual ones within the next `days` days, earliest first."""
    found: dict[OtherHours, list[str]] = {}
    for team in teams:
        for one in other_hours(team.chat, today, days):
            found.setdefault(one, []).append(team.name)
    return [Ahead(one, found[one]) for one in sorted(found, key=lambda one: (one.first, one.last))]
