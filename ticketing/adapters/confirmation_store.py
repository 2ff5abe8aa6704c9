"""Stores the links that confirm a requester's address, and the visitors and accounts that have used one."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, update
from sqlmodel import col, select

from storage.ports import Tx
from storage.upsert import insert_into
from ticketing.adapters.tables import TicketConfirmationRow, TicketLinkRow, TicketRow
from ticketing.confirmations import Link

_FORGOTTEN_AT_ONCE = 200


class SqlConfirmations:
    """Implements `ticketing.confirmations.ConfirmationStore` on SQLite and PostgreSQL."""

    def add_link(self, tx: Tx, link: Link) -> None:
        tx.session.add(
            TicketLinkRow(hash=link.hash, ticket=link.ticket, address=link.address, created_at=link.created_at)
        )
        tx.session.flush()

    def link(self, tx: Tx, hash: str) -> Link | None:
        row = tx.session.exec(select(TicketLinkRow).where(TicketLinkRow.hash == hash)).first()
        if row is None:
            return None
        return Link(
            hash=row.hash, ticket=row.ticket, address=row.address, created_at=row.created_at, used_at=row.used_at
        )

    def use_link(self, tx: Tx, hash: str, now: int) -> bool:
        one = update(TicketLinkRow).where(col(TicketLinkRow.hash) == hash, col(TicketLinkRow.used_at).is_(None))
        # Of two transactions that found the link, only one changes it.
        return tx.session.execute(one.values(used_at=now).returning(col(TicketLinkRow.hash))).first() is not None

    def forget_links(self, tx: Tx, before: int) -> None:
        old = select(TicketLinkRow.hash).where(TicketLinkRow.created_at < before).limit(_FORGOTTEN_AT_ONCE)
        tx.session.execute(delete(TicketLinkRow).where(col(TicketLinkRow.hash).in_(old)))

    def add_confirmation(self, tx: Tx, ticket: int, holder: str, address: str, now: int) -> None:
        new = insert_into(tx, TicketConfirmationRow).values(ticket=ticket, holder=holder, address=address, at=now)
        tx.session.execute(
            new.on_conflict_do_update(index_elements=["ticket", "holder"], set_={"address": address, "at": now})
        )

    def has_confirmation(self, tx: Tx, ticket: int) -> bool:
        query = select(TicketConfirmationRow.ticket).where(TicketConfirmationRow.ticket == ticket).limit(1)
        return tx.session.exec(query).first() is not None

    def confirmed_by(self, tx: Tx, holders: Collection[str], limit: int) -> frozenset[int]:
        query = select(TicketConfirmationRow.ticket).join(
            TicketRow, col(TicketRow.number) == col(TicketConfirmationRow.ticket)
        )
        theirs = (
            col(TicketConfirmationRow.holder).in_(holders),
            col(TicketRow.requester_address) == col(TicketConfirmationRow.address),
        )
        return frozenset(
            tx.session.exec(query.where(*theirs).order_by(col(TicketConfirmationRow.ticket).desc()).limit(limit))
        )

    def copy_confirmations(self, tx: Tx, ticket: int, follow_up: int) -> None:
        rows = tx.session.exec(select(TicketConfirmationRow).where(TicketConfirmationRow.ticket == ticket)).all()
        for row in rows:
            self.add_confirmation(tx, follow_up, row.holder, row.address, row.at)

    def remove_confirmations(self, tx: Tx, ticket: int) -> None:
        tx.session.execute(delete(TicketConfirmationRow).where(col(TicketConfirmationRow.ticket) == ticket))
