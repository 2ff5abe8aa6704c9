"""Moments as integers, and as RFC 3339 text with milliseconds in UTC."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], int]
"""Gives the moment that it is now: milliseconds since the epoch, UTC."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def system_clock() -> int:
    """The moment now, from the operating system."""
    return time.time_ns() // 1_000_000


def steady_clock() -> int:
    """Milliseconds since some moment or other, which nobody can set."""
    return time.monotonic_ns() // 1_000_000


_second = (-1, "")


def rfc3339(moment: int) -> str:
    """`1764031502007` → `"2025-11-25T00:45:02.007Z"`."""
    global _second
    seconds, millis = divmod(moment, 1000)
    known, text = _second
    if known != seconds:
        # Events come many a second: the part that they share is formatted once.
        text = (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
        _second = (seconds, text)
    return f"{text}.{millis:03d}Z"


def from_rfc3339(text: str) -> int:
    """The reverse of `rfc3339`; ValueError on anything without a zone or out of range."""
    parsed = datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        raise ValueError(f"{text!r} has no zone: write it like 2026-11-25T09:00:00.000Z")
    return (parsed - _EPOCH) // timedelta(milliseconds=1)
