"""Finds tickets by the address of their requester."""

from __future__ import annotations

from sqlalchemy import not_, text
from sqlmodel import col, select

from storage.ports import Tx
from ticketing.adapters.tables import AT_WORK, TicketRow


class SqlAddressed:
    """Implements `ticketing.reachability.Addressed` on SQLite and PostgreSQL."""

    def tickets(self, tx: Tx, address: str, *, unreachable: bool, limit: int) -> list[int]:
        flag = col(TicketRow.flags).contains(",unreachable,", autoescape=True)
        ours = (col(TicketRow.requester_address) == address, text(AT_WORK), flag if unreachable else not_(flag))
        rows = tx.session.exec(select(TicketRow.number).where(*ours).order_by(col(TicketRow.number)).limit(limit))
        return [number for number in rows if number is not None]
