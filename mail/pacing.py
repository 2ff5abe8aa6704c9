"""The times at which a letter is sent: pauses after failures, and the limits for one address. Pure. Times in ms."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Pace:
    """The other letters to one unconfirmed address, as far as they matter to the next one."""

    last: int | None = None
    """The time at which a mail server accepted the last one."""
    last_of_account: bool = False
    """True if the last one was about an account, not about a ticket."""
    busy_until: int | None = None
    """The end of the lease of one that is being sent."""
    account_due: int | None = None
    """The time from which one about an account waits."""

    def next(self, now: int, *, of_account: bool) -> int:
        """The earliest time for a letter that is due now.

        Letters about tickets and about an account take turns, so that many of one kind do not keep the other away.
        """
        free = now if self.last is None else max(now, self.last + BARE_EVERY_MS)
        free = max(free, self.busy_until or 0)
        yields = not of_account and not self.last_of_account
        if yields and self.account_due is not None and self.account_due <= free:
            return free + BARE_EVERY_MS
        return free


def next_attempt(attempts: int, now: int) -> int | None:
    """The time of the next attempt after the failure of attempt `attempts`. None if the letter is given up."""
    return now + PAUSES_MS[attempts - 1] if attempts < ATTEMPTS else None


def due_if_bare(last_due: int | None, now: int) -> int:
    """The time at which a letter to an unconfirmed address is due. `last_due`: the latest due time of the earlier such
    letters to this address."""
    return now if last_due is None else max(now, last_due + BARE_EVERY_MS)
