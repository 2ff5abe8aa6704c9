"""The names of time zones for people."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from functools import lru_cache

from babel import Locale
from babel.dates import get_timezone_location, get_timezone_name

from clock.zones import common_zones, is_zone

_SHORT_NAME = re.compile(r"[A-Z]{2,4}")


def abbreviation(zone: str, locale: Locale) -> str:
    """The abbreviation of a time zone, like `ET`. If it has none, the city of the zone, in the language of `locale`."""
    # Nobody uses the abbreviations of other languages, and most have none.
    name = get_timezone_name(zone, width="short", locale="en_US")
    return name if _SHORT_NAME.fullmatch(name) else city(zone, locale)


def city(zone: str, locale: Locale) -> str:
    """The city of a time zone, like `Chicago`, in the language of `locale`."""
    return get_timezone_location(zone, locale=locale, return_city=True)


async def choices(tag: str, chosen: str | None) -> list[tuple[str, str]]:
    """The zones that people choose from, with names like `Chicago (Central Time)` in the language `tag`, by name.

    `chosen` is among them, also if it is an old name such as `Asia/Calcutta`.
    """
    # The first call for a language reads the names of all zones. This takes about 100 ms.
    known = await asyncio.to_thread(_choices, tag)
    if not chosen or not is_zone(chosen) or any(zone == chosen for zone, _ in known):
        return known
    return [(chosen, _name(chosen, Locale.parse(tag, sep="-"))), *known]


@lru_cache(8)
def _choices(tag: str) -> list[tuple[str, str]]:
    locale = Locale.parse(tag, sep="-")
    # `US/Central` is another name of Chicago's zone.
    named = [(zone, _name(zone, locale)) for zone in common_zones() if not zone.startswith(("US/", "Canada/"))]
    return sorted(named, key=lambda one: unicodedata.normalize("NFD", one[1]))


def _name(zone: str, locale: Locale) -> str:
    if "/" not in zone:
        return zone
    return f"{city(zone, locale)} ({get_timezone_name(zone, width='long', zone_variant='generic', locale=locale)})"
