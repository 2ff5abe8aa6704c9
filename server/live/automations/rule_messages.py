"""Reads when each side wrote last on a ticket, for rules whose time counts from a message."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import and_, case, func
from sqlmodel import col, select

from automations.timing import Since
from chat.adapters.chat_steps import chat_steps
from chat.adapters.last_written import last_written
from chat.adapters.tables import ChatRow
from identity.actor import RULE
from storage.ports import Tx
from ticketing.adapters.tables import TicketEventRow

Writer = Literal["customer", "staff"]
WRITERS: Mapping[Since, Writer] = {"customer_message": "customer", "staff_reply": "staff"}
# The fields of a reply in the order in which they are stored. The time has 24 characters.
_BY = '{"type":"reply","at":"________________________","from":{"kind":"'
# What a rule sends does not count: it would start the time of the rule again.
_BY_RULE = f'{_BY}staff","id":"{RULE}%'
_AT_ONCE = 500
"""Tickets whose messages one query reads."""


@dataclass(frozen=True, slots=True)
class LastMessages:
    """The times at which the customer and staff wrote last: in each chat of the ticket, and in the ticket's own log up
    to `seq`. Chats of tickets are over, so nobody writes in them any more."""

    chats: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    replies: tuple[int | None, int | None] = (None, None)
    seq: int = 0

    def last_of(self, writer: Writer) -> int | None:
        place = 0 if writer == "customer" else 1
        times = (self.replies[place], *(each[place] for each in self.chats.values()))
        return max((at for at in times if at is not None), default=None)


NO_MESSAGES = LastMessages()


def messages_since(tx: Tx, number: int, known: LastMessages = NO_MESSAGES) -> LastMessages:
    """The last messages of a ticket. What is `known` is not read again."""
    present = set(tx.session.exec(select(ChatRow.id).where(ChatRow.ticket == number)))
    chats = {id: each for id, each in known.chats.items() if id in present}
    row = TicketEventRow
    body = col(row.body)
    by_customer, by_staff = body.like(f'{_BY}customer"%'), body.like(f'{_BY}staff"%')
    times = (
        func.coalesce(func.max(col(row.seq)), known.seq),
        func.max(case((by_customer, col(row.at)))),
        func.max(case((and_(by_staff, body.not_like(_BY_RULE)), col(row.at)))),
    )
    query = select(*times).where(row.ticket == number, row.seq > known.seq)
    seq, customer, staff = tx.session.exec(query).one()
    return LastMessages(
        chats={**chats, **last_written(tx, present - known.chats.keys())},
        replies=(_later(known.replies[0], customer), _later(known.replies[1], staff)),
        seq=seq,
    )


def _later(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else max(one, other)


def writers_of(tx: Tx, numbers: Collection[int], writer: Writer) -> Mapping[int, list[int]]:
    """The times of all messages of customers, or of staff, by ticket."""
    found: dict[int, list[int]] = {}
    row = TicketEventRow
    body, wanted = col(row.body), list(numbers)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        replies = select(row.ticket, row.at).where(col(row.ticket).in_(some), body.like(f'{_BY}{writer}"%'))
        for ticket, at in tx.session.exec(replies.where(body.not_like(_BY_RULE))):
            found.setdefault(ticket, []).append(at)
        for step in chat_steps(tx, some):
            if step.writer == writer:
                found.setdefault(step.ticket, []).append(step.at)
    return {ticket: sorted(times) for ticket, times in found.items()}
