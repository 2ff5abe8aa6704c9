"""The times at which alarms are sent to a destination. Pure. Times in ms."""

from __future__ import annotations

_SECOND, _MINUTE = 1000, 60_000
_PAUSES_MS = (10 * _SECOND, 30 * _SECOND, _MINUTE, 2 * _MINUTE, 5 * _MINUTE)
EVERY_MS = _MINUTE
"""A destination gets at most one message in this time. Alarms that begin meanwhile are sent together."""
GIVE_UP_MS = 60 * _MINUTE
"""An alarm that could not be sent for this time is given up."""
TEST_EVERY_MS = 5 * _SECOND
UNDO_MS = 24 * 60 * _MINUTE
"""A removed destination can be restored for this time. Then its address is deleted."""


def next_attempt(attempts: int, now: int) -> int:
    """The time of the next attempt, after attempt number `attempts` has failed."""
    return now + _PAUSES_MS[min(attempts, len(_PAUSES_MS)) - 1]


def first_attempt(sent_at: int | None, now: int) -> int:
    """The time at which an alarm that begins now is sent. `sent_at` is the time of the previous message."""
    return now if sent_at is None else max(now, sent_at + EVERY_MS)
