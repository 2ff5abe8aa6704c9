"""Moments as integers, and as RFC 3339 text with milliseconds in UTC."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], int]
"""Returns the current moment: milliseconds since the epoch, UTC."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def system_clock() -> int:
    return time.time_ns() // 1_000_000


def steady_clock() -> int:
    """Milliseconds since an arbitrary start. Setting the wall clock does not affect this value."""
    return time.monotonic_ns() // 1_000_000


_second = (-1, "")


def rfc3339(moment: int) -> str:
    """The moment as text. For example, `1764031502007` becomes `"2025-11-25T00:45:02.007Z"`."""
    global _second
    seconds, millis = divmod(moment, 1000)
    known, text = _second
    if known != seconds:
        # Many events share a second: format that part once.
        text = (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
        _second = (seconds, text)
    return f"{text}.{millis:03d}Z"


def rfc3339_or_none(moment: int | None) -> str | None:
    return None if moment is None else rfc3339(moment)


def from_rfc3339(text: str) -> int:
    """The moment of a date and time in ISO 8601 with a time zone, such as a text of `rfc3339`. Parts of a millisecond
    are dropped.

    Raises ValueError if the text is no such date and time, has no time zone, or has a date that is out of range.
    """
    parsed = datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone: write it like 2026-11-25T09:00:00.000Z")
    return (parsed - _EPOCH) // timedelta(milliseconds=1)
