"""The times of the attempts to deliver a message, as Standard Webhooks recommends. Pure. Times in ms."""

from __future__ import annotations

_SECOND, _MINUTE, _HOUR = 1000, 60_000, 3_600_000
PAUSES_MS = (
    5 * _SECOND,
    5 * _MINUTE,
    30 * _MINUTE,
    2 * _HOUR,
    5 * _HOUR,
    10 * _HOUR,
    14 * _HOUR,
    20 * _HOUR,
    24 * _HOUR,
)
"""Pauses after the first failed attempt, the second, and so on: 75 h 35 min in total. One more attempt follows them."""
ATTEMPTS = len(PAUSES_MS) + 1
ASKED_MAX_MS = 24 * _HOUR
"""The longest pause that a receiver can ask for with `Retry-After`."""
ROTATION_MS = 24 * _HOUR
"""For this time after a secret is replaced, messages are also signed with the previous one."""


def next_attempt(attempts: int, now: int, asked_ms: int = 0) -> int | None:
    """The time of the next attempt after attempt number `attempts` has failed. None if the message is given up.

    `asked_ms` is the pause that the receiver asked for. It matters only if it is longer than the usual pause.
    """
    if attempts >= ATTEMPTS:
        return None
    return now + max(PAUSES_MS[attempts - 1], min(asked_ms, ASKED_MAX_MS))
