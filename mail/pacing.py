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
"""Pauses after the first failed attempt, the second, and so on: about a day in total. One more attempt follows them."""
ATTEMPTS = len(PAUSES_MS) + 1

BARE_EVERY_MS = _HOUR
"""An address that is not confirmed gets at most one letter in this time."""
AUTOMATIC_WITHIN_MS = _HOUR
AUTOMATIC_MAX = 5
"""Maximum number of automatic letters to one address about one ticket within AUTOMATIC_WITHIN_MS. Letters over the
maximum are not sent."""
ORIGIN_WITHIN_MS = _HOUR
FROM_ONE_NETWORK_MAX = 10
"""Maximum number of letters about tickets to unconfirmed addresses that one network causes in an hour. Letters over the
maximum wait. Together with the letters about accounts (`server.edge.http_limits`), a network causes at most 20."""
OPT_INS_FROM_ONE_NETWORK_MAX = 60
"""The same maximum for letters that ask to confirm a follow or a registration: 30 at once. A company behind one network
registers for a webinar within minutes, so this limit is higher than FROM_ONE_NETWORK_MAX. One process refuses the 31st
request in an hour (`server.edge.http_limits`), so letters wait only if the desk has several processes."""
FROM_ONE_DOMAIN_MAX = 20
"""Maximum number of letters to unconfirmed addresses that mails from one domain cause in an hour, if nothing proves the
sender of these mails. Letters over the maximum wait."""
FOR_MAIL_MAX = 100
"""Maximum number of letters an hour to unconfirmed addresses that mails without proof of their sender cause, from all
domains together. Letters of domains that are over FROM_ONE_DOMAIN_MAX are counted separately, with the same maximum.
Letters over either maximum wait."""
SPREAD = "One network or mail domain named many unconfirmed addresses, so this letter waits."
STOPPED = f"Stopped: this address got {AUTOMATIC_MAX} automatic letters about this ticket within an hour."


@dataclass(frozen=True, slots=True)
class Pace:
    """The facts about earlier and waiting letters to an unconfirmed address that decide when the next letter to it may
    be sent."""

    last: int | None = None
    """The time at which the mail server accepted the last letter. None if none was accepted recently."""
    last_of_account: bool = False
    """True if the last accepted letter was about an account, not about a ticket."""
    busy_until: int | None = None
    """The end of the lease on a letter that is being sent. None if no letter is being sent."""
    account_due: int | None = None
    """The earliest due time of the waiting letters about an account. None if none waits."""

    def next(self, now: int, *, of_account: bool) -> int:
        """The earliest time at which a letter that is due now may be sent.

        A letter about a ticket lets a waiting letter about an account go first, unless the last accepted letter was
        about an account. This way, a large number of letters about tickets cannot hold up a letter about an account.
        """
        free = now if self.last is None else max(now, self.last + BARE_EVERY_MS)
        free = max(free, self.busy_until or 0)
        yields = not of_account and not self.last_of_account
        if yields and self.account_due is not None and self.account_due <= free:
            return free + BARE_EVERY_MS
        return free


@dataclass(frozen=True, slots=True)
class Turns:
    """The letters of one origin that were due within the last hour, or will be due. `last`: the latest due time, None
    if there are no such letters."""

    count: int = 0
    last: int | None = None

    def next(self, now: int, most: int) -> int:
        """The time at which a new letter of the origin is due. `most`: the maximum number of the origin's letters in an
        hour.

        The first `most` / 2 letters are due at once. Each further letter is due later than the one before it, at
        intervals so long that `most` / 2 letters take an hour. So no hour, wherever it begins, has more than `most`
        letters.
        """
        at_once = most // 2
        last = now if self.last is None else max(now, self.last)
        return now if last == now and self.count < at_once else last + ORIGIN_WITHIN_MS // at_once


def next_attempt(attempts: int, now: int) -> int | None:
    """The time of the next attempt after attempt number `attempts` has failed. None if the letter is given up."""
    return now + PAUSES_MS[attempts - 1] if attempts < ATTEMPTS else None


def due_if_bare(last_due: int | None, now: int) -> int:
    """The time at which a letter to an unconfirmed address is due. `last_due`: the latest due time of the earlier
    letters to this address."""
    return now if last_due is None else max(now, last_due + BARE_EVERY_MS)
