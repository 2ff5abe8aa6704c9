"""Records of erasures in the database."""

from __future__ import annotations

import msgspec
from sqlalchemy import update
from sqlmodel import col, select

from identity.adapters.erasure_tables import ErasureRow
from identity.erasure import Erasure
from storage.ports import Tx
from storage.upsert import insert_into


def add(tx: Tx, erasure: Erasure) -> None:
    """Store an erasure that is to be carried out. Does nothing if it is known."""
    insert = insert_into(tx, ErasureRow).values(
        id=erasure.id,
        at=erasure.at,
        address=erasure.address,
        people=msgspec.json.encode(erasure.people).decode(),
        tickets=msgspec.json.encode(erasure.tickets).decode(),
        finished_at=None,
    )
    tx.session.connection().execute(insert.on_conflict_do_nothing(index_elements=["id"]))


def finish(tx: Tx, id_: str, now: int) -> None:
    tx.session.connection().execute(update(ErasureRow).where(col(ErasureRow.id) == id_).values(finished_at=now))


def all_known(tx: Tx) -> list[Erasure]:
    return [_erasure(row) for row in tx.session.exec(select(ErasureRow).order_by(col(ErasureRow.at)))]


def unfinished(tx: Tx) -> list[Erasure]:
    """The erasures that are not carried out, oldest first."""
    query = select(ErasureRow).where(col(ErasureRow.finished_at).is_(None))
    return [_erasure(row) for row in tx.session.exec(query.order_by(col(ErasureRow.at)))]


def _erasure(row: ErasureRow) -> Erasure:
    return Erasure(
        id=row.id,
        at=row.at,
        address=row.address,
        people=msgspec.json.decode(row.people, type=tuple[str, ...]),
        tickets=msgspec.json.decode(row.tickets, type=tuple[int, ...]),
        finished_at=row.finished_at,
    )
