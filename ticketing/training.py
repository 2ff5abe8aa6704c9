"""Training that a solved ticket attaches for its requester: when it is attached, and when it is taken away. Pure."""

from __future__ import annotations

from typing import Literal

from ticketing.codes import CODES
from ticketing.ticket import Ticket

Step = Literal["attach", "take_away"]


def trains(ticket: Ticket) -> bool:
    """True if the ticket is solved with a code that attaches training."""
    return ticket.status == "solved" and ticket.resolution is not None and CODES[ticket.resolution].trains


def step_of(before: Ticket | None, after: Ticket, *, chosen: bool) -> Step | None:
    """What a change does to the training of a ticket. `chosen`: staff name the training in the same step.

    A correction to another code takes the training away. A reopened ticket keeps it.
    """
    if trains(after):
        same = before is not None and (before.solvings, before.resolution) == (after.solvings, after.resolution)
        return "attach" if chosen or not same else None
    return "take_away" if before is not None and trains(before) and after.status == "solved" else None
