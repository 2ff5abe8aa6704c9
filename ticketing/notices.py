"""The letters that follow from a change of a ticket. Pure."""

from __future__ import annotations

from typing import Literal

from identity.actor import Actor
from ticketing.codes import CODES
from ticketing.ticket import Ticket

ToRequester = Literal[
    "received",
    "reply",
    "reminder_1",
    "reminder_2",
    "auto_solved",
    "solved",
    "reopened",
    "handover_notice",
]
ToAssignee = Literal["assigned", "customer_replied"]

_WITHOUT_LETTER = ("void", "auto_solved")
"""Codes that solve a ticket without the letter `solved`. The timer queues its own letter."""


def to_requester(before: Ticket | None, after: Ticket, by: Actor, *, replied: bool) -> ToRequester | None:
    """The letter to the requester after a change by `by`; None if there is none.

    `before` is None for a new ticket. `replied`: `by` wrote a public reply in the same step. At most one letter follows
    from one step: it has the reply in it. The letter about a hand-over is queued with the hand-over.
    """
    written: ToRequester | None = "reply" if replied and by.kind == "staff" else None
    if after.status == "solved" and (before is None or before.status != "solved"):
        code = CODES[after.resolution] if after.resolution is not None else None
        quiet = code is None or code.key in _WITHOUT_LETTER or code.hands_over
        return written if quiet else "solved"
    if written is not None:
        return "reply"
    if before is None:
        return "received"
    return "reopened" if before.status == "solved" != after.status else None


def to_assignee(before: Ticket | None, after: Ticket, by: Actor, *, replied: bool) -> ToAssignee | None:
    """The letter to the assignee, who is not told about their own steps. None if there is none.

    Nobody is told about the ticket of a chat that has just ended: its agent was there.
    """
    if after.assignee is None or after.assignee == by.id or after.status == "solved":
        return None
    if replied and by.kind == "customer":
        return "customer_replied"
    taken = before.assignee if before is not None else None
    by_hand = by.kind == "staff" and (before is not None or after.chat is None)
    return "assigned" if by_hand and taken != after.assignee else None
