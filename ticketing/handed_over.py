"""Tickets that were handed over to an account team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

AcknowledgedBy = Literal["letter", "webhook", "staff"]
"""How an acknowledgment came: by the link in the letter, in the answer to the webhook message, or recorded by staff."""
LINK_MS = 30 * 24 * 3_600_000
"""Lifetime of a link in a letter."""
KEPT_MS = 180 * 24 * 3_600_000
"""A link is kept for this long, because its page says what became of the hand-over."""
REFERENCE_MAX = 200
"""Maximum characters of the account team's own reference, such as the number of a feature request."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    id: int
    ticket: int
    client: str | None
    address: str | None
    """The account team's email address. None if neither the client nor the team has one."""
    created_at: int
    sent_at: int | None
    """The time at which the letter or the webhook message was accepted, whichever was first."""
    acknowledged_at: int | None
    acknowledged_by: AcknowledgedBy | None
    """None if nobody has acknowledged the hand-over, or if an earlier version of the program recorded the
    acknowledgment."""
    external_ref: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a letter, with which an account team acknowledges a hand-over. `hash` is the fingerprint of the link's
    token. Times are in ms since the epoch, UTC."""

    hash: str
    handover: int
    created_at: int

    def works(self, now: int) -> bool:
        """True unless the link is too old. An acknowledgment of the hand-over does not change this."""
        return now < self.created_at + LINK_MS
