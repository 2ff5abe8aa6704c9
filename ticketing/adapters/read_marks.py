"""Read marks of tickets in the database."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, bindparam, func
from sqlmodel import col, select

from storage.ports import Tx
from storage.upsert import insert_into
from ticketing.adapters.tables import TicketEventRow, TicketReadRow

_REDACTION = '{"type":"message.redacted"%'
"""The start of the body of a redaction. Redactions do not count as unread."""
# Built once, because building a statement costs more than running it.
_MARKS = select(TicketReadRow.person, TicketReadRow.seq).where(TicketReadRow.ticket == bindparam("number"))
_COUNTABLE = (
    select(TicketEventRow.seq, TicketEventRow.staff_only)
    .where(TicketEventRow.ticket == bindparam("number"), col(TicketEventRow.body).not_like(_REDACTION))
    .order_by(col(TicketEventRow.seq).desc())
    .limit(bindparam("most"))
)


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
        rows = tx.session.connection().execute(_MARKS, {"number": number})
        return {row.person: row.seq for row in rows}

    def countable(self, tx: Tx, number: int, limit: int) -> list[tuple[int, bool]]:
        newest = tx.session.connection().execute(_COUNTABLE, {"number": number, "most": limit})
        return [(seq, staff_only) for seq, staff_only in newest]
