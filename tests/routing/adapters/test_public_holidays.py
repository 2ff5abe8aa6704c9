"""Public calendars."""

from __future__ import annotations

from datetime import date

from routing.adapters.public_holidays import countries, days_off
from routing.hours import PublicHolidays


def test_a_part_of_a_country_has_its_own_days() -> None:
    """Family Day is kept in Ontario and not in Quebec; Canada Day in both."""
    ontario, quebec = (days_off(PublicHolidays("CA", part), 2026) for part in ("ON", "QC"))
    assert {date(2026, 2, 16), date(2026, 7, 1)} <= ontario
    assert date(2026, 2, 16) not in quebec and date(2026, 7, 1) in quebec


def test_days_in_lieu_count() -> None:
    """A holiday on a Saturday is off on the day that it is observed."""
    assert date(2026, 12, 28) in days_off(PublicHolidays("CA", "ON"), 2026)
    assert date(2027, 12, 31) in days_off(PublicHolidays("US", "NY"), 2027)


def test_every_calendar_can_be_read() -> None:
    """Whatever the file may name has an answer; there is none for a year that the calendar does not know."""
    for country, parts in countries().items():
        for part in (None, *list(parts)[:1]):
            assert all(day.year == 2026 for day in days_off(PublicHolidays(country, part), 2026))
            assert days_off(PublicHolidays(country, part), 1492) == frozenset()
