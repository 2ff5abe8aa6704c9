"""Moments in the reader's language and time zone, for templates. Pure functions.

A moment is given in ms since the epoch, UTC, or as a text as in JSON (RFC 3339).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import cached_property

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from markupsafe import Markup

from clock import from_rfc3339, rfc3339, zones
from routing.hours import Span
from widgets.shared import zone_names

_WEEKDAY = re.compile(r"E+|c+")
_NBSP = "\u00a0"
_DAY_MINUTES = 1440


class Moments:
    """Writes moments for one reader.

    `zone` is the reader's time zone. `desk_zone` is the time zone of the hours file. `now` is in ms.
    """

    def __init__(self, tag: str, zone: str, desk_zone: str, now: int) -> None:
        self._locale = Locale.parse(tag, sep="-")
        self.zone = zone
        self.desk_zone = desk_zone
        self.now = now

    # -- in the reader's zone ---------------------------------------------------------------

    def iso(self, at: str | int) -> str:
        """The moment in RFC 3339, for the attribute `datetime` of `<time>`."""
        return at if isinstance(at, str) else rfc3339(at)

    def time(self, at: str | int) -> str:
        """The time of day, like `13:10`."""
        return f"{self._local(at):%H:%M}"

    def day(self, at: str | int) -> str:
        """The day, like `Tue, Nov 24`. Includes the year if it is not the current one."""
        return self._day(self._local(at), "MMMEd")

    def full_date(self, at: str | int) -> str:
        """The day with the year, like `Nov 24, 2026`."""
        return format_date(self._local(at).date(), "medium", self._locale)

    def short(self, at: str | int) -> str:
        """The time of day, like `15:38`, if the moment is today. Otherwise the day, like `Nov 23`."""
        return self.time(at) if self.is_today(at) else self._day(self._local(at), "MMMd")

    def long_day(self, at: str | int) -> str:
        """The day in full, like `Wednesday, October 28`. Includes the year if it is not the current one."""
        shown = self._local(at)
        this_year = shown.year == self._local(self.now).year
        if not this_year:
            return format_date(shown, "full", locale=self._locale)
        # Babel has no pattern with the whole name of the weekday and without the year.
        pattern = _WEEKDAY.sub("EEEE", self._locale.datetime_skeletons["MMMMEd"].pattern)
        return format_date(shown, pattern, locale=self._locale)

    def day_and_time(self, at: str | int) -> str:
        """The day and the time of day, like `Tue, Nov 24, 13:10`."""
        return f"{self.day(at)},{_NBSP}{self.time(at)}"

    def date_of(self, at: str | int) -> date:
        return self._local(at).date()

    def is_today(self, at: str | int) -> bool:
        return self.date_of(at) == self.date_of(self.now)

    def _local(self, at: str | int) -> datetime:
        return zones.local(_ms(at), self.zone)

    # -- in the desk's zone -----------------------------------------------------------------

    @property
    def differs(self) -> bool:
        """True if the time in the reader's zone differs from the time in the desk's zone."""
        return zones.local(self.now, self.zone) != zones.local(self.now, self.desk_zone)

    def desk_time(self, at: str | int) -> str:
        """The time of day in the desk's zone, with the name of this zone, like `19:00 ET`."""
        return f"{zones.local(_ms(at), self.desk_zone):%H:%M}{_NBSP}{self.desk_name}"

    def desk_span(self, start: str | int, end: str | int) -> str:
        """The same for a span within a day: `11:00 – 11:45 ET`."""
        return f"{zones.local(_ms(start), self.desk_zone):%H:%M} – {self.desk_time(end)}"

    def desk_second(self, at: str | int) -> str:
        """The time of day in the desk's zone with its seconds, like `19:00:07`."""
        return f"{zones.local(_ms(at), self.desk_zone):%H:%M:%S}"

    def desk_day(self, at: str | int) -> str:
        """The day in the desk's zone, like `Tue, Dec 22`. Deadlines in days end in this zone."""
        return self._day(zones.local(_ms(at), self.desk_zone), "MMMEd")

    def desk_date_of(self, at: str | int) -> date:
        """The date in the desk's zone."""
        return zones.local(_ms(at), self.desk_zone).date()

    def desk_clock(self, zone: str) -> str:
        """The current time of day in `zone`."""
        return f"{zones.local(self.now, zone):%H:%M}"

    def today(self) -> date:
        """Today's date in the desk's zone."""
        return zones.local(self.now, self.desk_zone).date()

    @cached_property
    def desk_name(self) -> str:
        """The abbreviation of the desk's zone, like `ET`. If it has none, the city of the zone."""
        return self.abbreviation(self.desk_zone)

    @cached_property
    def city(self) -> str:
        """The city of the reader's zone, like `Chicago`."""
        return self.city_of(self.zone)

    def abbreviation(self, zone: str) -> str:
        return zone_names.abbreviation(zone, self._locale)

    def city_of(self, zone: str) -> str:
        return zone_names.city(zone, self._locale)

    def calendar_day(self, day: date) -> str:
        """The date `day`, like `Thu, Nov 26`."""
        return self._day(datetime.combine(day, time()), "MMMEd")

    def calendar_days(self, days: Sequence[date]) -> str:
        """The dates `days` in one phrase, like `Thu, Nov 26 and Fri, Dec 25`."""
        return format_list([self.calendar_day(day) for day in days], locale=self._locale)

    def weekday(self, number: int) -> str:
        """The short name of a weekday, like `Mon` for 0."""
        return str(self._locale.days["stand-alone"]["abbreviated"][number])

    def month(self, day: date) -> str:
        return self._written(datetime.combine(day, time()), "MMM")

    def month_name(self, day: date) -> str:
        """The month in full, like `December`."""
        return format_date(day, "LLLL", locale=self._locale).capitalize()

    def shifted(self, span: Span, day: date, zone: str) -> str:
        """The hours of `span` on `day`, converted from the desk's zone to `zone`, like `08:00 – 18:00`."""
        return f"{self.edge(day, span.start, zone)} – {self.edge(day, span.end, zone)}"

    def edge(self, day: date, minute: int, zone: str) -> str:
        if zone == self.desk_zone:
            return f"{minute // 60:02}:{minute % 60:02}"
        midnight = datetime.combine(day, time())
        shown = datetime.combine(day, time(minute // 60 % 24, minute % 60))
        if minute == _DAY_MINUTES:
            shown = datetime.fromordinal(midnight.toordinal() + 1)
        return f"{zones.local(zones.moment_of(shown, self.desk_zone), zone):%H:%M}"

    # -- words ------------------------------------------------------------------------------

    def _day(self, shown: datetime, skeleton: str) -> str:
        this_year = shown.year == self._local(self.now).year
        return self._written(shown, skeleton if this_year else f"y{skeleton}")

    def _written(self, shown: datetime, skeleton: str) -> str:
        return format_skeleton(skeleton, shown, locale=self._locale).replace(" ", _NBSP)

    def stamp(self, at: str | int, words: str) -> Markup:
        """An HTML element `<time>` for the moment `at`. It contains `words`."""
        return Markup('<time datetime="{}">{}</time>').format(self.iso(at), words)


def _ms(at: str | int) -> int:
    return from_rfc3339(at) if isinstance(at, str) else at
