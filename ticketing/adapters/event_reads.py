"""Reads the logs of tickets: replies, notes and redactions. Messages of chats are in other logs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import BindParameter, bindparam, func, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from storage.ports import Tx
from ticketing.adapters.tables import TicketEventRow, TicketRow
from ticketing.events import StoredEvent

_REPLY = '{"type":"reply",'
"""The start of the body of a reply."""
# Built once, because building a statement costs more than running it.
_NUMBERS: BindParameter[Sequence[int]] = bindparam("numbers", expanding=True)
_EVENT = tuple(getattr(TicketEventRow, name) for name in ("seq", "public_prev", "staff_only", "at", "body"))
_ENDS = select(TicketRow.number, TicketRow.last_seq, TicketRow.last_public_seq).where(
    col(TicketRow.number).in_(_NUMBERS)
)
_EVENTS_FROM = (
    select(*_EVENT)
    .where(TicketEventRow.ticket == bindparam("number"), col(TicketEventRow.seq) >= bindparam("seq"))
    .order_by(col(TicketEventRow.seq))
    .limit(bindparam("most"))
)
_EVENTS_AT = select(TicketEventRow.ticket, *_EVENT).where(
    tuple_(col(TicketEventRow.ticket), col(TicketEventRow.seq)).in_(bindparam("places", expanding=True))
)
_NEWER = aliased(TicketEventRow)
_LAST_REPLIES = (
    select(TicketEventRow.ticket, TicketEventRow.seq, TicketEventRow.body)
    .join(TicketRow, col(TicketRow.number) == TicketEventRow.ticket)
    .where(
        col(TicketRow.number).in_(_NUMBERS),
        # One step back through the primary key for each ticket, however long its log is.
        col(TicketEventRow.seq)
        == select(_NEWER.seq)
        .where(_NEWER.ticket == TicketRow.number, col(_NEWER.body).startswith(_REPLY))
        .order_by(col(_NEWER.seq).desc())
        .limit(1)
        .scalar_subquery(),
    )
)


class SqlEventReads:
    """A part of `ticketing.adapters.store.SqlStore`."""

    def events(self, tx: Tx, number: int) -> list[StoredEvent]:
        rows = tx.session.exec(
            select(TicketEventRow).where(TicketEventRow.ticket == number).order_by(col(TicketEventRow.seq))
        )
        return [StoredEvent(row.seq, row.public_prev, row.staff_only, row.at, row.body) for row in rows]

    def events_from(self, tx: Tx, number: int, seq: int, limit: int) -> list[StoredEvent]:
        here = {"number": number, "seq": seq, "most": limit}
        rows = tx.session.connection().execute(_EVENTS_FROM, here)
        return [StoredEvent(row.seq, row.public_prev, row.staff_only, row.at, row.body) for row in rows]

    def last_replies(self, tx: Tx, numbers: Collection[int]) -> dict[int, tuple[int, str]]:
        rows = tx.session.connection().execute(_LAST_REPLIES, {"numbers": list(numbers)})
        return {number: (seq, body) for number, seq, body in rows}

    def events_at(self, tx: Tx, places: Collection[tuple[int, int]]) -> dict[tuple[int, int], StoredEvent]:
        if not places:
            return {}
        rows = tx.session.connection().execute(_EVENTS_AT, {"places": list(places)})
        return {(number, event[0]): StoredEvent(*event) for number, *event in rows}

    def size_after(self, tx: Tx, number: int, seq: int) -> int:
        ours = (TicketEventRow.ticket == number, col(TicketEventRow.seq) > seq)
        query = select(func.coalesce(func.sum(func.length(TicketEventRow.body)), 0))
        return int(tx.session.exec(query.where(*ours)).one())

    def ends(self, tx: Tx, number: int) -> tuple[int, int]:
        return self.all_ends(tx, [number])[number]

    def all_ends(self, tx: Tx, numbers: Collection[int]) -> dict[int, tuple[int, int]]:
        rows = tx.session.connection().execute(_ENDS, {"numbers": list(numbers)})
        return {number: (last, last_public) for number, last, last_public in rows}
