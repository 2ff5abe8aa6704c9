"""Local days and local times: the one place that knows of time zones.

pytz zones are only ever applied by `localize`, `normalize` and `astimezone`, never as a `tzinfo=` argument. It
knows of changes of the clocks up to the year 2037.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import cache

import pytz

EASTERN = "America/New_York"
"""What "ET" means, wherever server and people are."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_LOOK_MS = 24 * 3_600_000
"""No zone has ever changed its clocks twice within a day, and back."""


@cache
def _zone(name: str) -> pytz.BaseTzInfo:
    return pytz.timezone(name)


def end_of_day(moment: int, days: int = 0, zone: str = EASTERN) -> int:
    """The last millisecond of the local day that is `days` after the day of `moment`."""
    day = local(moment, zone).date() + timedelta(days=days + 1)
    return moment_of(datetime.combine(day, time()), zone) - 1


def date_in(moment: int, zone: str = EASTERN) -> str:
    """The local date of a moment as people read it, `"Dec 22, 2026"`; its parts never break over a line."""
    day = local(moment, zone)
    return f"{day:%b}\u00a0{day.day},\u00a0{day.year}"


def local(moment: int, zone: str) -> datetime:
    """What calendar and clock show in `zone`: without a zone, to the millisecond."""
    return (_EPOCH + timedelta(milliseconds=moment)).astimezone(_zone(zone)).replace(tzinfo=None)


def moment_of(shown: datetime, zone: str) -> int:
    """When calendar and clock show this in `zone`: the first time where the clocks repeat it; where they skip it,
    as much later as they skip."""
    tz = _zone(zone)
    read = [tz.localize(shown, is_dst=summer) for summer in (True, False)]
    there = [aware for aware in read if tz.normalize(aware).replace(tzinfo=None) == shown]
    return (min(there) - _EPOCH if there else max(read) - _EPOCH) // _MS


def offsets(start: int, end: int, zone: str) -> list[tuple[int, int]]:
    """The stretches of `start` to `end` in which local time is as far from UTC: when each begins, and how far, in ms.

    The first begins at `start`; each lasts until the next, the last until `end`.
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
    return found


def _offset(moment: int, zone: str) -> int:
    offset = (_EPOCH + timedelta(milliseconds=moment)).astimezone(_zone(zone)).utcoffset()
    assert offset is not None, "what has a zone has an offset"
    return offset // _MS


def _change(before: int, after: int, zone: str) -> int:
    """The first moment with the offset of `after`; `before` has another."""
    offset = _offset(after, zone)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(middle, zone) == offset:
            after = middle
        else:
            before = middle
    return after
