"""Changes of hours in the audit log, in words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from babel import Locale
from msgspec import ValidationError, convert

from routing.hours_changes import (
    AddedSchedule,
    CalendarChange,
    DaysChange,
    HolidayChange,
    HoursChange,
    RemovedSchedule,
    RenamedSchedule,
    RestoredSchedule,
    TeamChange,
    WeekChange,
)

_COUNTRIES = Locale("en").territories
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NAMED_MAX = 2
TeamName = Callable[[str], str]


def schedule_name(key: str) -> str:
    """The name of a schedule on pages: `Short fridays` for `short-fridays`."""
    words = key.replace("-", " ")
    return words[:1].upper() + words[1:]


def hours_said(stored: object, team: TeamName) -> list[str]:
    """A sentence for each stored change. Empty if a line of an older version cannot be read."""
    return [_said(change, team) for change in _changes_in(stored)]


def hours_about(stored: object, team: TeamName) -> str:
    """Whose hours stored changes change: the names of teams, and of schedules that no team gets with them."""
    found = _changes_in(stored)
    given = {change.schedule for change in found if isinstance(change, TeamChange)}
    names = [team(change.team) for change in found if isinstance(change, TeamChange)]
    names += [schedule_name(change.schedule) for change in found if change.schedule not in given]
    names = list(dict.fromkeys(names))
    return " and ".join(names) if 0 < len(names) <= _NAMED_MAX else "several teams"


def _changes_in(stored: object) -> Sequence[HoursChange]:
    try:
        found = convert(stored, HoursChange | list[HoursChange])
    except ValidationError:
        return []
    return found if isinstance(found, list) else [found]


def _said(change: HoursChange, team: TeamName) -> str:
    name = schedule_name(change.schedule)
    match change:
        case WeekChange():
            return f"{name}: regular hours from {_day(change.since)}: {_week(change.week)}"
        case DaysChange():
            days = _day(change.first) if change.first == change.last else f"{_day(change.first)} to {_day(change.last)}"
            called = f" ({change.name})" if change.name else ""
            return f"{name}: {_hours(change.spans)} on {days}{called}"
        case HolidayChange():
            return f"{name}: {'closed' if change.observed else 'open as usual'} on the holiday of {_day(change.day)}"
        case CalendarChange():
            if change.country is None:
                return f"{name}: no public holidays"
            country = _COUNTRIES.get(change.country, change.country)
            return f"{name}: public holidays of {', '.join(filter(None, (country, change.subdivision)))}"
        case AddedSchedule():
            return f"new schedule {name}, a copy of {schedule_name(change.like)}"
        case RenamedSchedule():
            return f"the schedule {name} is called {schedule_name(change.to)}"
        case RemovedSchedule():
            return f"the schedule {name} is removed"
        case RestoredSchedule():
            return f"the schedule {name} is back"
        case _:
            return f"{team(change.team)} has the schedule {name}"


def _hours(spans: Sequence[str] | None) -> str:
    if spans is None:
        return "usual hours"
    return f"open {_spans(spans)}" if spans else "closed"


def _spans(spans: Sequence[str]) -> str:
    return ", ".join(spans).replace("-", "–")


def _week(week: Sequence[Sequence[str]]) -> str:
    """`Mon to Fri 09:00–17:00`: neighboring days with the same hours together."""
    runs: list[tuple[int, int, str]] = []
    for number, spans in enumerate(week):
        if spans and runs and runs[-1][1:] == (number - 1, _spans(spans)):
            runs[-1] = (runs[-1][0], number, _spans(spans))
        elif spans:
            runs.append((number, number, _spans(spans)))
    days = [
        f"{_WEEKDAYS[first]}{f' to {_WEEKDAYS[last]}' if last > first else ''} {spans}" for first, last, spans in runs
    ]
    return ", ".join(days) or "closed"


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day:%b} {day.day}, {day.year}"
