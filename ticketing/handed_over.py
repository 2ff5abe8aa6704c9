"""Tickets that were handed over to an account team."""

from __future__ import annotations

from dataclasses import dataclass

REFERENCE_MAX = 200
"""Maximum characters of the account team's own reference, such as the number of a feature request."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    id: int
    ticket: int
    address: str | None
    """The account team's email address. None if neither the client nor the team has one."""
    created_at: int
    sent_at: int | None
    """The time at which the letter or the webhook message was accepted, whichever was first."""
    acknowledged_at: int | None
    external_ref: str | None
