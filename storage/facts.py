"""Facts about this database: texts that are stored by key."""

from __future__ import annotations

import secrets

from sqlmodel import col, select

from storage.ports import Tx
from storage.tables import MetaRow
from storage.upsert import insert_into


def get(tx: Tx, key: str) -> str | None:
    # `locked` leaves an empty value where there was none.
    return tx.session.exec(select(MetaRow.value).where(MetaRow.key == key)).first() or None


def locked(tx: Tx, key: str) -> str | None:
    """Like `get`. No other transaction changes the fact before this one ends. Call this inside `storage.write`."""
    insert = insert_into(tx, MetaRow).values(key=key, value="")
    tx.session.connection().execute(insert.on_conflict_do_nothing(index_elements=["key"]))
    return tx.session.exec(select(MetaRow.value).where(MetaRow.key == key).with_for_update()).one() or None


def put(tx: Tx, key: str, value: str) -> None:
    insert = insert_into(tx, MetaRow).values(key=key, value=value)
    tx.session.connection().execute(insert.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


def epoch(tx: Tx) -> str:
    """The identity of this data, 32 hex digits. A new or restored database has a different identity.

    The first call creates it, so call this inside `storage.write`.
    """
    insert = insert_into(tx, MetaRow).values(key="epoch", value=secrets.token_hex(16))
    tx.session.connection().execute(insert.on_conflict_do_nothing(index_elements=["key"]))
    return tx.session.exec(select(MetaRow.value).where(col(MetaRow.key) == "epoch")).one()


def renew_epoch(tx: Tx) -> None:
    """Give the data a new identity, so that browsers and programs discard the data that they have loaded."""
    put(tx, "epoch", secrets.token_hex(16))
