"""Staff's notes about customers in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, func
from sqlmodel import col, select

from identity.adapters.customer_note_tables import CustomerNoteRow
from storage.ports import Tx


def about(tx: Tx, people: Collection[str], limit: int) -> Sequence[CustomerNoteRow]:
    """Notes about these customers, newest first."""
    ours = col(CustomerNoteRow.person).in_(sorted(people))
    query = select(CustomerNoteRow).where(ours).order_by(col(CustomerNoteRow.id).desc()).limit(limit)
    return tx.session.exec(query).all()


def count(tx: Tx, people: Collection[str]) -> int:
    ours = col(CustomerNoteRow.person).in_(sorted(people))
    return tx.session.exec(select(func.count()).select_from(CustomerNoteRow).where(ours)).one()


def find(tx: Tx, id: int) -> CustomerNoteRow | None:
    return tx.session.get(CustomerNoteRow, id)


def add(tx: Tx, person: str, author: str, text: str, at: int) -> None:
    tx.session.add(CustomerNoteRow(person=person, author=author, text=text, at=at))
    tx.session.flush()


def remove(tx: Tx, id: int) -> None:
    tx.session.connection().execute(delete(CustomerNoteRow).where(col(CustomerNoteRow.id) == id))
