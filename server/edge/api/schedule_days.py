"""The coming holidays and exceptions of a schedule, as `/api/admin/hours` lists them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from routing.adapters.public_holidays import names
from routing.hours import Exceptional, Hours
from routing.hours_changes import span_texts


class ScheduleDay(Struct, frozen=True):
    """An exception, or a holiday of the calendar. `spans` are the hours then; none: closed.

    `observed` is false for a holiday on which the schedule is open as usual, because it was switched off.
    """

    first: str
    last: str
    kind: Literal["holiday", "exception"]
    name: str | None
    spans: list[str]
    observed: bool


def days_of(hours: Hours, today: date, days: int) -> list[ScheduleDay]:
    """The exceptions and holidays from `today` until `days` days later, sorted by day. A holiday with an exception for
    that day alone is left out: only the exception is listed."""
    until = today + timedelta(days=days)
    found: dict[tuple[date, date], ScheduleDay] = {}
    for version in hours.schedule.versions:
        for one in version.exceptions:
            if one.last >= today and one.first <= until:
                found[one.first, one.last] = _exception(one)
    for year in range(today.year, until.year + 1):
        for day in _holidays(hours, year):
            if today <= day <= until and (day, day) not in found:
                found[day, day] = _holiday(hours, day)
    return [found[key] for key in sorted(found)]


def _holidays(hours: Hours, year: int) -> list[date]:
    """The holidays of a year. A day is included if it is a holiday in the calendar that the schedule uses on this
    day."""
    calendars = {version.holidays for version in hours.schedule.versions} - {None}
    days = {day for calendar in calendars if calendar is not None for day in names(calendar, year)}
    return [day for day in sorted(days) if _name(hours, day) is not None]


def _name(hours: Hours, day: date) -> str | None:
    calendar = hours.schedule.on(day).holidays
    return None if calendar is None else names(calendar, day.year).get(day)


def _exception(one: Exceptional) -> ScheduleDay:
    return ScheduleDay(str(one.first), str(one.last), "exception", one.name, span_texts(one.spans), observed=True)


def _holiday(hours: Hours, day: date) -> ScheduleDay:
    spans, observed = span_texts(hours.spans_on(day)), hours.is_holiday(day)
    return ScheduleDay(str(day), str(day), "holiday", _name(hours, day), spans, observed)
