"""The times at which a letter is sent: pauses after failures, and the limits for one address. Pure. Times in ms."""

from __future__ import annotations

_SECOND, _MINUTE, _HOUR = 1000, 60_000, 3_600_000
PAUSES_MS = (
    30 * _SECOND,
    2 * _MINUTE,
    10 * _MINUTE,
    30 * _MINUTE,
    _HOUR,
    2 * _HOUR,
    4 * _HOUR,
    8 * _HOUR,
    8 * _HOUR,
)
"""Pauses after the first failure, the second, and so on: about a day. One last attempt follows the last pause."""
ATTEMPTS = len(PAUSES_MS) + 1

BARE_EVERY_MS = _HOUR
"""An address that is not confirmed gets at most one letter in this time."""
AUTOMATIC_WITHIN_MS = _HOUR
AUTOMATIC_MAX = 5
"""Maximum number of automatic letters to one address about one ticket within AUTOMATIC_WITHIN_MS. Further ones are not
sent."""
STOPPED = f"Stopped: this address got {AUTOMATIC_MAX} automatic letters about this ticket within an hour."


def next_attempt(attempts: int, now: int) -> int | None:
    """The time of the next attempt after the failure of attempt `attempts`. None if the letter is given up."""
    return now + PAUSES_MS[attempts - 1] if attempts < ATTEMPTS else None


def due_if_bare(last_due: int | None, now: int) -> int:
    """The time at which a letter to an unconfirmed address is due. `last_due`: the latest due time of the earlier such
    letters to this address."""
    return now if last_due is None else max(now, last_due + BARE_EVERY_MS)
