"""The names of time zones for people. Pure functions."""

from __future__ import annotations

import re

from babel import Locale
from babel.dates import get_timezone_location, get_timezone_name

_SHORT_NAME = re.compile(r"[A-Z]{2,4}")


def abbreviation(zone: str, locale: Locale) -> str:
    """The abbreviation of a zone, like `ET`. The zone's city in the language of `locale` if there is none."""
    # Nobody uses the abbreviations of other languages, and most have none.
    name = get_timezone_name(zone, width="short", locale="en_US")
    return name if _SHORT_NAME.fullmatch(name) else city(zone, locale)


def city(zone: str, locale: Locale) -> str:
    """The city of a zone, like `Chicago`."""
    return get_timezone_location(zone, locale=locale, return_city=True)
