"""Reads from when on the times of rules count on a ticket."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from sqlmodel import col, select

from automations.timing import Moment, Since
from chat.adapters.chat_steps import chat_steps
from identity.actor import RULE
from storage.ports import Tx
from ticketing.adapters.tables import TicketChangeRow, TicketEventRow
from ticketing.ticket import Ticket

Writer = Literal["customer", "staff"]
# The fields of a reply in the order in which they are stored. The time has 24 characters.
_BY = '{"type":"reply","at":"________________________","from":{"kind":"'
_AT_ONCE = 500
"""Tickets whose messages one query reads."""
_BY_RULE = f'{_BY}staff","id":"{RULE}%'


def moments_of(tx: Tx, ticket: Ticket, wanted: Collection[Since]) -> Mapping[Since, Sequence[Moment]]:
    """The wanted moments of the ticket. Only targets can be several."""
    return {since: _moments(tx, ticket, since) for since in set(wanted)}


def _moments(tx: Tx, ticket: Ticket, since: Since) -> Sequence[Moment]:
    at: int | None
    match since:
        case "created":
            at = ticket.created_at
        case "waiting":
            at = waiting_since(ticket)
        case "status":
            at = _status_set(tx, ticket)
        case "customer_message":
            at = _last_of(tx, ticket, "customer")
        case "staff_reply":
            at = _last_of(tx, ticket, "staff")
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


def _last_of(tx: Tx, ticket: Ticket, writer: Writer) -> int | None:
    """The last message of the customer, or of a member of staff. What a rule sends does not count: it would start the
    time of the rule again."""
    row = TicketEventRow
    body = col(row.body)
    replies = select(row.at).where(row.ticket == ticket.number, body.like(f'{_BY}{writer}"%'))
    if writer == "staff":
        replies = replies.where(body.not_like(_BY_RULE))
    last = tx.session.exec(replies.order_by(col(row.seq).desc()).limit(1)).first()
    times = [step.at for step in chat_steps(tx, [ticket.number]) if step.writer == writer]
    if last is not None:
        times.append(last)
    return max(times, default=None)


def writers_of(tx: Tx, numbers: Sequence[int], writer: Writer) -> Mapping[int, list[int]]:
    """The times of all messages of customers, or of staff, by ticket."""
    found: dict[int, list[int]] = {}
    row = TicketEventRow
    body = col(row.body)
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        replies = select(row.ticket, row.at).where(col(row.ticket).in_(some), body.like(f'{_BY}{writer}"%'))
        for ticket, at in tx.session.exec(replies.where(body.not_like(_BY_RULE))):
            found.setdefault(ticket, []).append(at)
        for step in chat_steps(tx, some):
            if step.writer == writer:
                found.setdefault(step.ticket, []).append(step.at)
    return {ticket: sorted(times) for ticket, times in found.items()}
