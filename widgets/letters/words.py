"""Sentences and dates in the language of a letter's reader."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Literal

from babel import Locale
from babel.dates import format_date, get_day_names

from clock import zones
from widgets.shared.catalogues import ENGLISH, Catalogue, catalogue_of
from widgets.shared.zone_names import abbreviation, city

_OTHER_PATTERN = ("EEEE d MMMM", " y")
_PATTERNS = {"en": ("EEE, MMM d", ", y"), "es": ("EEEE d 'de' MMMM", " 'de' y")}
"""By language: the pattern of a date, and the pattern to append for the year.

In some languages short names of days and months end in a period. A sentence that ends with such a name would have two
periods. So these languages use the full names.
"""


class Words:
    """Writes texts and dates for one reader.

    `locale` is a language tag, or None. Languages without a catalogue get English.

    `zone` is the desk's time zone, from the hours file. `reader_zone` is the time zone of the reader, if it is known.
    Dates and times are in the reader's zone, or in the desk's zone if the reader's zone is unknown. Only deadlines in
    days are always in the desk's zone.
    """

    def __init__(self, locale: str | None, zone: str = zones.EASTERN, reader_zone: str | None = None) -> None:
        self._zone = zone
        self._known, self._reader_zone = reader_zone is not None, reader_zone or zone
        self._catalogue: Catalogue = (catalogue_of(locale) if locale else None) or ENGLISH
        self.tag = self._catalogue.tag
        self._locale = Locale.parse(self.tag, sep="-")

    @property
    def colon(self) -> str:
        """A colon, with a space before it if the language requires one."""
        return "\u00a0:" if self._locale.language == "fr" else ":"

    @property
    def zone(self) -> str:
        """The abbreviation of the desk's time zone, like `ET`."""
        return abbreviation(self._zone, self._locale)

    @property
    def desk_zone(self) -> str:
        """The IANA name of the desk's time zone."""
        return self._zone

    @property
    def reader_zone(self) -> str:
        """The place whose time the letter uses, like `Chicago`. If the reader's zone is unknown, the abbreviation of
        the desk's zone, like `ET`."""
        return self.zone if self._reader_zone == self._zone else city(self._reader_zone, self._locale)

    @property
    def differs(self) -> bool:
        """True if the reader's zone is known and is not the desk's."""
        return self._reader_zone != self._zone

    def say(self, text: str, /, **values: object) -> str:
        """The translation of `text`, with `values` for its `{name}` placeholders."""
        return self._catalogue.gettext(text).format(**values)

    def day(self, moment: int) -> str:
        """A date like `Tue, Nov 24`, with no-break spaces after the weekday."""
        return self.date(zones.local(moment, self._reader_zone))

    def desk_day(self, moment: int) -> str:
        """A date like `Tue, Nov 24`, in the desk's zone."""
        return self.date(zones.local(moment, self._zone))

    def date_of(self, moment: int) -> date:
        return zones.local(moment, self._reader_zone).date()

    def date(self, day: date) -> str:
        return self._date(datetime.combine(day, time()), "")

    def last_day(self, moment: int) -> str:
        """A date like `Thu, Dec 31, 2026`, in the desk's zone."""
        return self._date(zones.local(moment, self._zone), "year")

    def _date(self, shown: datetime, what: Literal["", "year"]) -> str:
        day, year = _PATTERNS.get(self._locale.language, _OTHER_PATTERN)
        text = str(format_date(shown, day + year if what else day, locale=self._locale))
        weekday, _, rest = text.partition(" ")
        return f"{weekday} " + rest.replace(" ", "\u00a0")

    def day_and_time(self, moment: int) -> str:
        return f"{self.day(moment)}, {self.time(moment)}"

    def stamp(self, moment: int) -> str:
        """A date and time like `Tue, Nov 24, 16:40`. If the reader's zone is unknown, the desk's zone is named."""
        return self.day_and_time(moment) + ("" if self._known else f"\u00a0{self.zone}")

    def time(self, moment: int) -> str:
        """A time of day like `09:00`."""
        shown = zones.local(moment, self._reader_zone)
        return _clock(shown.hour, shown.minute)

    def weekday(self, number: int) -> str:
        """The name of a weekday. 0 is Monday."""
        return str(get_day_names("wide", locale=self._locale)[number])

    def minutes(self, minutes: int) -> str:
        """The time of day that is `minutes` after midnight, like `09:00`."""
        return _clock(*divmod(minutes, 60))

    def for_reader(self, on: datetime, minutes: int) -> str | None:
        """The time of day in the reader's zone that is `minutes` after `on`. `on` is a midnight in the desk's zone.

        None if the time of day is the same in the desk's zone, or if it falls on another day in the reader's zone.
        """
        at = zones.moment_of(on + timedelta(minutes=minutes), self._zone)
        shown, here = (zones.local(at, zone) for zone in (self._reader_zone, self._zone))
        return _clock(shown.hour, shown.minute) if shown != here and shown.date() == on.date() else None


def _clock(hour: int, minute: int) -> str:
    return f"{hour:02}:{minute:02}"
