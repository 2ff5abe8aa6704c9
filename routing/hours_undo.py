"""Finds the change of hours that undoes another one. Pure."""

from __future__ import annotations

from datetime import date

from routing.desk import Desk
from routing.hours import Schedule
from routing.hours_changes import (
    AddedSchedule,
    CalendarChange,
    CopiedDays,
    CopiedVersion,
    DaysChange,
    HolidayChange,
    HoursChange,
    RemovedSchedule,
    RenamedSchedule,
    RestoredSchedule,
    TeamChange,
    WeekChange,
    span_texts,
)


def undone(change: HoursChange, before: Desk, today: date) -> HoursChange | None:
    """The change that restores what `change` replaces in the desk `before`. None if `change` cannot be undone."""
    match change:
        case WeekChange():
            schedule = before.schedules.get(change.schedule)
            if schedule is None:
                return None
            week = schedule.on(date.fromisoformat(change.since)).week
            return WeekChange(change.schedule, change.since, [span_texts(spans) for spans in week])
        case DaysChange():
            return _days(change, before)
        case HolidayChange():
            return HolidayChange(change.schedule, change.day, not change.observed)
        case CalendarChange():
            schedule = before.schedules.get(change.schedule)
            calendar = None if schedule is None else schedule.on(today).holidays
            if calendar is None:
                return CalendarChange(change.schedule, None)
            return CalendarChange(change.schedule, calendar.country, calendar.subdivision)
        case TeamChange():
            team = before.teams.get(change.team)
            return None if team is None else TeamChange(change.team, team.schedule)
        case AddedSchedule() | RestoredSchedule():
            return RemovedSchedule(change.schedule)
        case RenamedSchedule():
            return RenamedSchedule(change.to, change.schedule)
        case RemovedSchedule():
            schedule = before.schedules.get(change.schedule)
            return (
                None
                if schedule is None
                else RestoredSchedule(schedule.key, [_copied(one) for one in schedule.versions])
            )


def _days(change: DaysChange, before: Desk) -> DaysChange | None:
    schedule = before.schedules.get(change.schedule)
    if schedule is None:
        return None
    first, last = date.fromisoformat(change.first), date.fromisoformat(change.last)
    same = [one for one in schedule.on(first).exceptions if (one.first, one.last) == (first, last)]
    spans = span_texts(same[-1].spans) if same else None
    return DaysChange(change.schedule, change.first, change.last, spans, same[-1].name if same else None)


def _copied(version: Schedule) -> CopiedVersion:
    calendar = version.holidays
    return CopiedVersion(
        None if version.since is None else str(version.since),
        [span_texts(spans) for spans in version.week],
        None if calendar is None else calendar.country,
        None if calendar is None else calendar.subdivision,
        [] if calendar is None else [str(day) for day in calendar.worked],
        [CopiedDays(str(one.first), str(one.last), span_texts(one.spans), one.name) for one in version.exceptions],
    )
