"""Public holidays."""

from __future__ import annotations

from datetime import date

import pytest

from routing.adapters.public_holidays import countries, days_off
from routing.hours import PublicHolidays


def test_subdivision_has_its_own_holidays() -> None:
    """Family Day is a holiday in Ontario, not in Quebec."""
    ontario, quebec = (days_off(PublicHolidays("CA", part), 2026) for part in ("ON", "QC"))
    assert {date(2026, 2, 16), date(2026, 7, 1)} <= ontario
    assert date(2026, 2, 16) not in quebec and date(2026, 7, 1) in quebec


def test_days_in_lieu_count() -> None:
    """A holiday on a Saturday moves to its observed day."""
    assert date(2026, 12, 28) in days_off(PublicHolidays("CA", "ON"), 2026)
    assert date(2027, 12, 31) in days_off(PublicHolidays("US", "NY"), 2027)


@pytest.mark.long
def test_every_calendar_can_be_read() -> None:
    """Years outside a calendar have no holidays."""
    for country, parts in countries().items():
        for part in (None, *list(parts)[:1]):
            assert all(day.year == 2026 for day in days_off(PublicHolidays(country, part), 2026))
            assert days_off(PublicHolidays(country, part), 1492) == frozenset()
