"""Read marks of tickets in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import BindParameter, and_, bindparam, func
from sqlmodel import col, select

from storage.ports import Tx
from storage.upsert import insert_into
from ticketing.adapters.tables import TicketEventRow, TicketReadRow, TicketRow
from ticketing.imported import EVERYBODY

_REDACTION = '{"type":"message.redacted"%'
"""The start of the body of a redaction. Redactions do not count as unread."""
# Built once, because building a statement costs more than running it.
_NUMBERS: BindParameter[Sequence[int]] = bindparam("numbers", expanding=True)
_MARKS = select(TicketReadRow.ticket, TicketReadRow.person, TicketReadRow.seq).where(
    col(TicketReadRow.ticket).in_(_NUMBERS)
)
_COUNTABLE = (
    select(TicketEventRow.ticket, TicketEventRow.seq, TicketEventRow.staff_only)
    .join(TicketRow, col(TicketRow.number) == TicketEventRow.ticket)
    .where(
        col(TicketRow.number).in_(_NUMBERS),
        col(TicketEventRow.seq) > TicketRow.last_seq - bindparam("most"),
        col(TicketEventRow.body).not_like(_REDACTION),
    )
    .order_by(col(TicketEventRow.ticket), col(TicketEventRow.seq))
)
_READ = (
    select(TicketReadRow.ticket, func.max(TicketReadRow.seq).label("seq"))
    .where(col(TicketReadRow.ticket).in_(_NUMBERS), col(TicketReadRow.person).in_(bindparam("people", expanding=True)))
    .group_by(col(TicketReadRow.ticket))
    .subquery()
)
_UNREAD_BY_STAFF = (
    select(TicketEventRow.ticket, func.count())
    .join(_READ, and_(_READ.c.ticket == TicketEventRow.ticket), isouter=True)
    .where(
        col(TicketEventRow.ticket).in_(_NUMBERS),
        col(TicketEventRow.seq) > func.coalesce(_READ.c.seq, 0),
        col(TicketEventRow.body).not_like(_REDACTION),
    )
    .group_by(col(TicketEventRow.ticket))
)
_UNREAD = _UNREAD_BY_STAFF.where(col(TicketEventRow.staff_only).is_(False))


class SqlReadMarks:
    """Implements `ticketing.ports.ReadMarks` on SQLite and PostgreSQL."""

    def mark(self, tx: Tx, number: int, person: str, upto: int) -> None:
        insert = insert_into(tx, TicketReadRow).values(ticket=number, person=person, seq=upto)
        mark = insert.on_conflict_do_update(
            index_elements=["ticket", "person"],
            set_={"seq": insert.excluded.seq},
            where=col(TicketReadRow.seq) < insert.excluded.seq,
        )
        tx.session.connection().execute(mark)

    def unread(self, tx: Tx, numbers: Collection[int], people: Collection[str], *, for_staff: bool) -> dict[int, int]:
        wanted = {"numbers": list(numbers), "people": [*people, EVERYBODY]}
        rows = tx.session.connection().execute(_UNREAD_BY_STAFF if for_staff else _UNREAD, wanted)
        return {row.ticket: row[1] for row in rows}

    def marks(self, tx: Tx, numbers: Collection[int]) -> dict[int, dict[str, int]]:
        found: dict[int, dict[str, int]] = {}
        for row in tx.session.connection().execute(_MARKS, {"numbers": list(numbers)}) if numbers else ():
            found.setdefault(row.ticket, {})[row.person] = row.seq
        return found

    def countable(self, tx: Tx, numbers: Collection[int], limit: int) -> dict[int, list[tuple[int, bool]]]:
        found: dict[int, list[tuple[int, bool]]] = {}
        wanted = {"numbers": list(numbers), "most": limit}
        for ticket, seq, staff_only in tx.session.connection().execute(_COUNTABLE, wanted) if numbers else ():
            found.setdefault(ticket, []).append((seq, staff_only))
        return found
