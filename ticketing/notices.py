"""The letters that follow from a change of a ticket. Pure."""

from __future__ import annotations

from typing import Literal

from identity.actor import Actor
from ticketing.codes import CODES
from ticketing.ticket import Ticket

ToRequester = Literal[
    "received",
    "reply",
    "rule_reply",
    "rule_solved",
    "reminder_1",
    "reminder_2",
    "auto_solved",
    "solved",
    "reopened",
    "handover_notice",
    "issue_solved",
]
ToAssignee = Literal["assigned", "customer_replied"]

_WITHOUT_LETTER = ("void", "auto_solved")
"""Codes that solve a ticket without the letter `solved`. The timer queues its own letter."""


def to_requester(before: Ticket | None, after: Ticket, by: Actor, *, replied: bool) -> ToRequester | None:
    """The letter to the requester after a change by `by`; None if there is none.

    `before` is None for a new ticket. `replied`: `by` wrote a public reply in the same step. A step causes at most one
    letter. A reply of staff in the same step is part of that letter. The letter about a hand-over is not decided here:
    `Mailing.handed_over` queues it. `Mailing.issues_solved` queues the letters about duplicates.
    """
    written: ToRequester | None = None
    if replied and by.kind == "staff":
        written = "rule_reply" if by.is_rule else "reply"
    if after.status == "solved" and (before is None or before.status != "solved"):
        code = CODES[after.resolution] if after.resolution is not None else None
        quiet = code is None or code.key in _WITHOUT_LETTER or code.hands_over
        # What a rule writes counts towards the limit for automatic letters, so it has kinds of its own.
        return written if quiet else "rule_solved" if written == "rule_reply" else "solved"
    if written is not None:
        return written
    if before is None:
        return "received"
    return "reopened" if before.status == "solved" != after.status else None


def to_assignee(before: Ticket | None, after: Ticket, by: Actor, *, replied: bool) -> ToAssignee | None:
    """The letter to the assignee after a change by `by`; None if there is none.

    Assignees get no letter about their own steps. They get none about the new ticket of a chat either, because they
    took part in the chat.
    """
    if after.assignee is None or after.assignee == by.id or after.status == "solved":
        return None
    if replied and by.kind == "customer":
        return "customer_replied"
    taken = before.assignee if before is not None else None
    by_hand = by.kind == "staff" and (before is not None or after.chat is None)
    return "assigned" if by_hand and taken != after.assignee else None
