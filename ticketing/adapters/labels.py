"""Labels of tickets in tables of a label and a ticket: tags, and values of custom fields."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, exists, func, insert, tuple_
from sqlalchemy.orm import Mapped
from sqlmodel import SQLModel, col, select

from storage.ports import Tx
from ticketing.adapters.tables import TicketRow

FEW = 5_000
"""If at most this many tickets have a label, a list begins with them and sorts them. Otherwise it looks for the label
at each ticket. Both take some milliseconds for this many of a million tickets."""
Known = dict[tuple[str, ...], bool]
"""Whether few tickets have labels, by the labels. One is used for several lists of a transaction."""


@dataclass(frozen=True, slots=True)
class Labels:
    """A table of labels, the name of its column of labels, and its columns."""

    table: type[SQLModel]
    name: str
    label: Mapped[str]
    ticket: Mapped[int]

    def keep(self, tx: Tx, gone: Sequence[tuple[str, int]], new: Sequence[tuple[str, int]]) -> None:
        """Remove and add labels, each with its ticket."""
        connection = tx.session.connection()
        if gone:
            connection.execute(delete(self.table).where(tuple_(self.label, self.ticket).in_(gone)))
        if new:
            rows = [{self.name: label, "ticket": ticket} for label, ticket in new]
            connection.execute(insert(self.table), rows)

    def having(self, labels: Collection[str]) -> ColumnElement[bool]:
        """The tickets that have any of these labels, looked up at each ticket."""
        return exists().where(self.label.in_(sorted(labels)), self.ticket == col(TicketRow.number))

    def having_fast(self, tx: Tx, labels: Collection[str], known: Known) -> ColumnElement[bool]:
        """Like `having`. If few tickets have the labels, a list begins with them."""
        if not self.are_few(tx, labels, known):
            return self.having(labels)
        return col(TicketRow.number).in_(select(self.ticket).where(self.label.in_(sorted(labels))))

    def are_few(self, tx: Tx, labels: Collection[str], known: Known) -> bool:
        """True if few tickets have any of these labels, so that a list begins with them."""
        key = (self.name, *sorted(labels))
        if key not in known:
            first = select(self.ticket).where(self.label.in_(key[1:])).limit(FEW + 1)
            known[key] = tx.session.exec(select(func.count()).select_from(first.subquery())).one() <= FEW
        return known[key]
