"""Reads from when on the times of rules count on a ticket."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlmodel import col, select

from automations.timing import Moment, Since
from server.live.automations.rule_messages import NO_MESSAGES, WRITERS, LastMessages, messages_since
from storage.ports import Tx
from ticketing.adapters.tables import TicketChangeRow
from ticketing.ticket import Ticket


def moments_of(
    tx: Tx, ticket: Ticket, wanted: Collection[Since], known: LastMessages = NO_MESSAGES
) -> Mapping[Since, Sequence[Moment]]:
    """The wanted moments of the ticket. Only targets can be several. `known`: its messages, as they were read before.
    Only later ones are read."""
    if WRITERS.keys() & set(wanted):
        known = messages_since(tx, ticket.number, known)
    return {since: _moments(tx, ticket, since, known) for since in set(wanted)}


def _moments(tx: Tx, ticket: Ticket, since: Since, messages: LastMessages) -> Sequence[Moment]:
    at: int | None
    match since:
        case "created":
            at = ticket.created_at
        case "waiting":
            at = waiting_since(ticket)
        case "status":
            at = _status_set(tx, ticket)
        case "customer_message" | "staff_reply":
            at = messages.last_of(WRITERS[since])
        case _:
            return targets_of(ticket)
    return [Moment(at, at)] if at is not None else []


def waiting_since(ticket: Ticket) -> int | None:
    return ticket.waiting_since if ticket.status != "solved" else None


def targets_of(ticket: Ticket) -> Sequence[Moment]:
    """The targets that run, each for itself: a late one does not hide those that are due after it."""
    return [
        # A late one that is computed anew, by other hours or another policy, was late before.
        Moment(one.due, one.due if one.breached or one.since is None else one.since, (one.metric, one.began))
        for one in ticket.service.running
        if one.due is not None
    ]


def _status_set(tx: Tx, ticket: Ticket) -> int:
    row = TicketChangeRow
    lines = select(row.at).where(row.ticket == ticket.number, row.field == "status", col(row.was).is_not(None))
    last = tx.session.exec(lines.order_by(col(row.id).desc()).limit(1)).first()
    return last if last is not None else ticket.created_at
