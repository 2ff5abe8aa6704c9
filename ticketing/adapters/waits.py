"""The waiting clocks of tickets in the database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cache, partial
from typing import NamedTuple

from sqlalchemy import Executable, bindparam, delete, literal_column, update
from sqlmodel import col, select

from storage.ports import Dialect, Tx
from storage.upsert import insert_for
from ticketing.adapters.tables import NOT_CLOSED, TicketRow, WaitRow
from ticketing.waiting_clock import Wait


class Coming(NamedTuple):
    """The next step of a ticket. `what`: the name of a step of `ticketing.waiting_clock`, or `final_close`."""

    due: int
    ticket: int
    what: str


_NAMES = Wait.__struct_fields__
# Built once, because building a statement costs more than running it.
_THESE = col(WaitRow.ticket).in_(bindparam("tickets", expanding=True))
_OF = select(*(getattr(WaitRow, name) for name in _NAMES)).where(_THESE)
_END = delete(WaitRow).where(_THESE)
_DUE = (
    select(WaitRow.ticket)
    .where(col(WaitRow.due) <= bindparam("now"))
    .order_by(col(WaitRow.due), col(WaitRow.ticket))
    .limit(bindparam("most"))
)


@cache
def _put(dialect: Dialect) -> Executable:
    insert = insert_for(dialect, WaitRow)
    changed = {name: insert.excluded[name] for name in _NAMES if name != "ticket"}
    return insert.on_conflict_do_update(index_elements=["ticket"], set_=changed)


class SqlWaits:
    """Implements `ticketing.waits.Waits` on SQLite and PostgreSQL.

    `told` is called on the event loop after the commit of a change, with the number of the ticket.
    """

    def __init__(self, told: Callable[[int], None] | None = None) -> None:
        self._told = told

    def of(self, tx: Tx, numbers: Collection[int]) -> dict[int, Wait]:
        if not numbers:
            return {}
        rows = tx.session.connection().execute(_OF, {"tickets": list(numbers)})
        return {row.ticket: Wait(**dict(zip(_NAMES, row, strict=True))) for row in rows}

    def put(self, tx: Tx, waits: Sequence[Wait]) -> None:
        if not waits:
            return
        rows = [{name: getattr(wait, name) for name in _NAMES} for wait in waits]
        tx.session.connection().execute(_put(tx.dialect), rows)
        if (told := self._told) is not None:
            for wait in waits:
                tx.after_commit(partial(told, wait.ticket))

    def end(self, tx: Tx, numbers: Collection[int]) -> None:
        if numbers:
            tx.session.connection().execute(_END, {"tickets": list(numbers)})

    def due(self, tx: Tx, now: int, limit: int) -> list[int]:
        return list(tx.session.connection().execute(_DUE, {"now": now, "most": limit}).scalars())

    def outdated(self, tx: Tx, team: str, calendar: str, after: int, limit: int) -> list[int]:
        ticket = col(WaitRow.ticket)
        query = select(ticket).where(WaitRow.team == team, ticket > after, WaitRow.calendar != calendar)
        return list(tx.session.exec(query.order_by(ticket).limit(limit)))

    def steps(self, tx: Tx) -> list[Coming]:
        """The next step of each ticket, the earliest first. Tickets without a next step are missing."""
        waits = select(WaitRow.ticket, WaitRow.step, WaitRow.due).where(col(WaitRow.due).is_not(None))
        closes = select(TicketRow.number, TicketRow.reopen_until).where(literal_column(NOT_CLOSED))
        found = [Coming(due, ticket, step) for ticket, step, due in tx.session.exec(waits) if due is not None]
        for number, until in tx.session.exec(closes):
            if number is not None and until is not None:
                found.append(Coming(until, number, "final_close"))
        return sorted(found)

    def to_close(self, tx: Tx, now: int, limit: int) -> list[int]:
        until = col(TicketRow.reopen_until)
        query = select(TicketRow.number).where(literal_column(NOT_CLOSED), until < now).order_by(until).limit(limit)
        return [number for number in tx.session.exec(query) if number is not None]

    def close(self, tx: Tx, numbers: Collection[int]) -> None:
        ours = update(TicketRow).where(col(TicketRow.number).in_(numbers), literal_column(NOT_CLOSED))
        tx.session.connection().execute(ours.values(closed_at=col(TicketRow.reopen_until)))
