"""The names of time zones for people. Pure functions."""

from __future__ import annotations

import re

from babel import Locale
from babel.dates import get_timezone_location, get_timezone_name

_SHORT_NAME = re.compile(r"[A-Z]{2,4}")


def abbreviation(zone: str, locale: Locale) -> str:
    """The abbreviation of a time zone, like `ET`. If it has none, the city of the zone, in the language of `locale`."""
    # Nobody uses the abbreviations of other languages, and most have none.
    name = get_timezone_name(zone, width="short", locale="en_US")
    return name if _SHORT_NAME.fullmatch(name) else city(zone, locale)


def city(zone: str, locale: Locale) -> str:
    """The city of a time zone, like `Chicago`, in the language of `locale`."""
    return get_timezone_location(zone, locale=locale, return_city=True)
