"""Public holidays, from the package `holidays`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import cache

import holidays

from routing.hours import PublicHolidays


@cache
def countries() -> Mapping[str, Collection[str]]:
    """The countries that have a calendar, by ISO code (`CA`), each with its subdivisions (`ON`)."""
    return holidays.list_supported_countries(include_aliases=False)


@cache
def days_off(calendar: PublicHolidays, year: int) -> frozenset[date]:
    """The public holidays of a year, including days in lieu. Empty for a year that the calendar does not cover."""
    return frozenset(names(calendar, year))


@cache
def names(calendar: PublicHolidays, year: int) -> Mapping[date, str]:
    """Like `days_off`, but with the name of each holiday."""
    found = holidays.country_holidays(calendar.country, subdiv=calendar.subdivision)
    if not found.start_year <= year <= found.end_year:
        return {}
    found.get(date(year, 1, 1))  # computes the year
    return {day: name for day, name in sorted(found.items()) if day.year == year}
