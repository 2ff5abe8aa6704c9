"""Local dates and times: the only module that deals with time zones.

Apply pytz zones with `localize`, `normalize` and `astimezone` only, never as a `tzinfo=` argument. pytz knows
clock changes up to the year 2037.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import cache, lru_cache

import pytz

EASTERN = "America/New_York"
"""The zone that "ET" stands for."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_LOOK_MS = 24 * 3_600_000
"""Step of the search for clock changes. No zone ever changed its clocks and changed them back within a day."""


@cache
def _zone(name: str) -> pytz.BaseTzInfo:
    return pytz.timezone(name)


def is_zone(name: str) -> bool:
    """True if `name` is an IANA name of a time zone."""
    return name in pytz.all_timezones_set


def common_zones() -> list[str]:
    """The IANA names that people choose from, sorted."""
    return list(pytz.common_timezones)


@lru_cache(256)
def end_of_day(moment: int, days: int = 0, zone: str = EASTERN) -> int:
    """The last millisecond of the local day that is `days` days after the local day of `moment`."""
    day = local(moment, zone).date() + timedelta(days=days + 1)
    return moment_of(datetime.combine(day, time()), zone) - 1


def date_in(moment: int, zone: str = EASTERN) -> str:
    """The local date as people read it, such as `"Dec 22, 2026"`, with no-break spaces."""
    day = local(moment, zone)
    return f"{day:%b}\u00a0{day.day},\u00a0{day.year}"


def local(moment: int, zone: str) -> datetime:
    """The local date and time in `zone`, to the millisecond, as a naive `datetime`."""
    return (_EPOCH + timedelta(milliseconds=moment)).astimezone(_zone(zone)).replace(tzinfo=None)


def moment_of(shown: datetime, zone: str) -> int:
    """The moment of a local date and time in `zone`.

    When clocks are set back, some times occur twice: the result is the first occurrence. When clocks are set forward,
    some times do not occur: the result is later by the length of the gap.
    """
    tz = _zone(zone)
    read = [tz.localize(shown, is_dst=summer) for summer in (True, False)]
    there = [aware for aware in read if tz.normalize(aware).replace(tzinfo=None) == shown]
    return (min(there) - _EPOCH if there else max(read) - _EPOCH) // _MS


@lru_cache(64)
def offsets(start: int, end: int, zone: str) -> tuple[tuple[int, int], ...]:
    """The UTC offsets in `zone` from the moment `start` to the moment `end`. Each is a pair: the moment at which the
    offset begins, and the offset in ms.

    The first offset begins at `start`. Each offset lasts until the next one begins. The last one lasts until `end`.
    """
    found = [(start, _offset(start, zone))]
    seen = start
    while seen < end:
        look = min(seen + _LOOK_MS, end)
        offset = _offset(look, zone)
        if offset != found[-1][1]:
            changed = _change(seen, look, zone)
            if changed < end:
                found.append((changed, offset))
        seen = look
    return tuple(found)


def _offset(moment: int, zone: str) -> int:
    offset = (_EPOCH + timedelta(milliseconds=moment)).astimezone(_zone(zone)).utcoffset()
    assert offset is not None, "an aware datetime has an offset"
    return offset // _MS


def _change(before: int, after: int, zone: str) -> int:
    """The first moment at which the offset equals the offset at `after`. The offset must change exactly once between
    `before` and `after`."""
    offset = _offset(after, zone)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(middle, zone) == offset:
            after = middle
        else:
            before = middle
    return after
