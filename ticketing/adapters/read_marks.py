"""Read marks of tickets in the database."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, func
from sqlmodel import col, select

from storage.ports import Tx
from storage.upsert import insert_into
from ticketing.adapters.tables import TicketEventRow, TicketReadRow

_REDACTION = '{"type":"message.redacted"%'
"""The start of the body of a redaction. Redactions do not count as unread."""


class SqlReadMarks:
    """Implements `ticketing.ports.ReadMarks` on both databases."""

    def mark(self, tx: Tx, number: int, person: str, upto: int) -> None:
        insert = insert_into(tx, TicketReadRow).values(ticket=number, person=person, seq=upto)
        mark = insert.on_conflict_do_update(
            index_elements=["ticket", "person"],
            set_={"seq": insert.excluded.seq},
            where=col(TicketReadRow.seq) < insert.excluded.seq,
        )
        tx.session.connection().execute(mark)

    def unread(self, tx: Tx, numbers: Collection[int], people: Collection[str], *, for_staff: bool) -> dict[int, int]:
        read = (
            select(TicketReadRow.ticket, func.max(TicketReadRow.seq).label("seq"))
            .where(col(TicketReadRow.ticket).in_(numbers), col(TicketReadRow.person).in_(people))
            .group_by(col(TicketReadRow.ticket))
            .subquery()
        )
        seen = [] if for_staff else [col(TicketEventRow.staff_only).is_(False)]
        query = (
            select(TicketEventRow.ticket, func.count())
            .join(read, and_(read.c.ticket == TicketEventRow.ticket), isouter=True)
            .where(
                col(TicketEventRow.ticket).in_(numbers),
                col(TicketEventRow.seq) > func.coalesce(read.c.seq, 0),
                col(TicketEventRow.body).not_like(_REDACTION),
                *seen,
            )
            .group_by(col(TicketEventRow.ticket))
        )
        return dict(tx.session.exec(query).all())

    def marks(self, tx: Tx, number: int) -> dict[str, int]:
        query = select(TicketReadRow.person, TicketReadRow.seq).where(TicketReadRow.ticket == number)
        return dict(tx.session.exec(query).all())

    def countable(self, tx: Tx, number: int, limit: int) -> list[tuple[int, bool]]:
        query = select(TicketEventRow.seq, TicketEventRow.staff_only)
        ours = query.where(TicketEventRow.ticket == number, col(TicketEventRow.body).not_like(_REDACTION))
        newest = ours.order_by(col(TicketEventRow.seq).desc()).limit(limit)
        return [(seq, staff_only) for seq, staff_only in tx.session.exec(newest)]
