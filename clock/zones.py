"""Local days: the one place beside `routing.hours` that knows of time zones.

pytz zones are only ever applied by `localize` and `fromutc`, never as a `tzinfo=` argument.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import cache

import pytz

EASTERN = "America/New_York"
"""What "ET" means, wherever server and people are."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def _zone(name: str) -> pytz.BaseTzInfo:
    return pytz.timezone(name)


def end_of_day(moment: int, days: int = 0, zone: str = EASTERN) -> int:
    """The last millisecond of the local day that is `days` after the day of `moment`."""
    tz = _zone(zone)
    day = (_EPOCH + timedelta(milliseconds=moment)).astimezone(tz).date() + timedelta(days=days + 1)
    midnight = tz.localize(datetime.combine(day, time()))
    return (midnight - _EPOCH) // timedelta(milliseconds=1) - 1


def date_in(moment: int, zone: str = EASTERN) -> str:
    """The local date of a moment as people read it, `"Dec 22, 2026"`; its parts never break over a line."""
    local = (_EPOCH + timedelta(milliseconds=moment)).astimezone(_zone(zone))
    return f"{local:%b}\u00a0{local.day},\u00a0{local.year}"
