"""A hand-over, for the page behind the link in the letter about it."""

from __future__ import annotations

from dataclasses import dataclass

from ticketing.handed_over import AcknowledgedBy


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverView:
    """A hand-over, as it is shown to anybody who has the link in the letter about it. `acknowledged_at` is in ms since
    the epoch, UTC."""

    number: int
    """The number of the ticket."""
    subject: str | None
    """The ticket's subject. None if the ticket has none, or if the holder of the link may not read it."""
    team: str
    team_email: str | None
    works: bool
    """True if the link can acknowledge the hand-over now."""
    address: str | None
    """The address to which the letter went."""
    acknowledged_at: int | None
    acknowledged_by: AcknowledgedBy | None
