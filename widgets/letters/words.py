"""Sentences and dates in the language of a letter's reader."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Literal

from babel import Locale
from babel.dates import format_date, get_day_names

from clock import zones
from widgets.shared.catalogues import ENGLISH, Catalogue, catalogue_of
from widgets.shared.zone_names import abbreviation

_OTHER_PATTERN = ("EEEE d MMMM", " y")
_PATTERNS = {"en": ("EEE, MMM d", ", y"), "es": ("EEEE d 'de' MMMM", " 'de' y")}
"""By language: the pattern of a date, and the pattern to append for the year.

In some languages short names of days and months end in a period. A sentence that ends with such a name would have two
periods. So these languages use the full names.
"""


class Words:
    """`locale` is a language tag, or None. Languages without a catalogue get English. Dates and times are in `zone`."""

    def __init__(self, locale: str | None, zone: str = zones.EASTERN) -> None:
        self._zone = zone
        self._catalogue: Catalogue = (catalogue_of(locale) if locale else None) or ENGLISH
        self.tag = self._catalogue.tag
        self._locale = Locale.parse(self.tag, sep="-")

    @property
    def colon(self) -> str:
        """A colon, with a space before it if the language requires one."""
        return "\u00a0:" if self._locale.language == "fr" else ":"

    @property
    def zone(self) -> str:
        """The name of the zone of all dates and times, like `ET`."""
        return abbreviation(self._zone, self._locale)

    def say(self, text: str, /, **values: object) -> str:
        """The translation of `text`, with `values` for its `{name}` placeholders."""
        return self._catalogue.gettext(text).format(**values)

    def day(self, moment: int) -> str:
        """A date like `Tue, Nov 24`, with no-break spaces inside."""
        return self.date(zones.local(moment, self._zone))

    def date_of(self, moment: int) -> date:
        return zones.local(moment, self._zone).date()

    def date(self, day: date) -> str:
        return self._date(datetime.combine(day, time()), "")

    def last_day(self, moment: int) -> str:
        """A date like `Thu, Dec 31, 2026`."""
        return self._date(zones.local(moment, self._zone), "year")

    def _date(self, shown: datetime, what: Literal["", "year"]) -> str:
        day, year = _PATTERNS.get(self._locale.language, _OTHER_PATTERN)
        text = str(format_date(shown, day + year if what else day, locale=self._locale))
        head, comma, rest = text.partition(", ")
        return head + comma + rest.replace(" ", "\u00a0") if comma else text.replace(" ", "\u00a0")

    def day_and_time(self, moment: int) -> str:
        return f"{self.day(moment)}, {self.time(moment)}"

    def time(self, moment: int) -> str:
        """A time of day like `09:00`."""
        shown = zones.local(moment, self._zone)
        return _clock(shown.hour, shown.minute)

    def weekday(self, number: int) -> str:
        """The name of a weekday. 0 is Monday."""
        return str(get_day_names("wide", locale=self._locale)[number])

    def minutes(self, minutes: int) -> str:
        """A time of day like `09:00`."""
        return _clock(*divmod(minutes, 60))


def _clock(hour: int, minute: int) -> str:
    return f"{hour:02}:{minute:02}"
