"""Dates and times as the reader reads them."""

from __future__ import annotations

from datetime import date

import pytest

from routing.hours import Span
from widgets.portal.moments import Moments

NOW = "2026-11-24T22:30:00.000Z"
"""17:30 in New York, 16:30 in Chicago, the next day in Tokyo."""
MS = 1_795_559_400_000
ET = "America/New_York"


def moments(zone: str = "America/Chicago", tag: str = "en-US", desk: str = ET) -> Moments:
    return Moments(tag, zone, desk, MS)


def read(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_moment_is_shown_in_the_zone_of_the_reader() -> None:
    """Beside it, the desk's own time has its abbreviation."""
    when = moments()
    assert (when.time(NOW), read(when.desk_time(NOW))) == ("16:30", "17:30 ET")
    assert read(when.day_and_time(NOW)) == "Tue, Nov 24, 16:30"
    assert read(moments("Asia/Tokyo").day(NOW)) == "Wed, Nov 25"
    assert when.differs and not moments(ET).differs


def test_short_moment_is_a_time_today_and_a_date_otherwise() -> None:
    """Another year is named."""
    when = moments()
    assert when.short(NOW) == "16:30"
    assert read(when.short("2026-11-23T12:00:00.000Z")) == "Nov 23"
    assert read(when.short("2025-11-23T12:00:00.000Z")) == "Nov 23, 2025"


@pytest.mark.parametrize(
    ("tag", "long", "short"),
    [
        ("en-US", "Wednesday, October 28", "Wed, Oct 28"),
        ("fr", "mercredi 28 octobre", "mer. 28 oct."),
        ("es", "miércoles, 28 de octubre", "mié, 28 oct"),
    ],
)
def test_days_are_written_in_the_language_of_the_reader(tag: str, long: str, short: str) -> None:
    """Headings have the whole weekday, lines the short one."""
    when = moments(tag=tag)
    assert read(when.long_day("2026-10-28T15:00:00.000Z")) == long
    assert read(when.day("2026-10-28T15:00:00.000Z")) == short


def test_zone_without_an_abbreviation_is_named_by_its_city() -> None:
    """Not by an offset."""
    assert moments(desk="Europe/Paris").desk_name == "Paris"
    assert moments().city == "Chicago"


def test_hours_of_a_day_are_shifted_to_another_zone() -> None:
    """A day that ends at midnight, and a day on which clocks change only here, are right too."""
    when = moments()
    assert when.shifted(Span(540, 1140), date(2026, 11, 25), "America/Chicago") == "08:00 – 18:00"
    assert when.shifted(Span(540, 1440), date(2026, 11, 25), "America/Chicago") == "08:00 – 23:00"
    assert when.shifted(Span(540, 1140), date(2026, 11, 25), ET) == "09:00 – 19:00"
    assert when.shifted(Span(540, 1140), date(2026, 10, 28), "Europe/Paris") == "14:00 – 00:00"


def test_several_days_are_one_phrase() -> None:
    days = [date(2026, 11, 26), date(2026, 12, 25)]
    assert read(moments().calendar_days(days)) == "Thu, Nov 26 and Fri, Dec 25"
    assert read(moments(tag="fr").calendar_days(days[:1])) == read(moments(tag="fr").calendar_day(days[0]))
