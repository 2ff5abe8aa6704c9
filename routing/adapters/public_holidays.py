"""Public calendars, by the package `holidays`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import cache

import holidays

from routing.hours import PublicHolidays


@cache
def countries() -> Mapping[str, Collection[str]]:
    """The countries with a calendar, by ISO code (`CA`), each with its parts that have one of their own (`ON`)."""
    return holidays.list_supported_countries(include_aliases=False)


@cache
def days_off(calendar: PublicHolidays, year: int) -> frozenset[date]:
    """The public holidays of a year, days in lieu included; none in a year that the calendar does not know."""
    found = holidays.country_holidays(calendar.country, subdiv=calendar.subdivision)
    if not found.start_year <= year <= found.end_year:
        return frozenset()
    found.get(date(year, 1, 1))  # it looks a year up when it is first asked about a day of it
    return frozenset(day for day in found if day.year == year)
