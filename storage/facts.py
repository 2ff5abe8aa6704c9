"""Facts about this store: a few keys, each with its text."""

from __future__ import annotations

import secrets

from sqlmodel import col, select

from storage.ports import Tx
from storage.tables import MetaRow
from storage.upsert import insert_into


def get(tx: Tx, key: str) -> str | None:
    """The text kept under `key`; None where there is none."""
    return tx.session.exec(select(MetaRow.value).where(MetaRow.key == key)).first()


def put(tx: Tx, key: str, value: str) -> None:
    """Keep `value` under `key`, in place of what was there."""
    insert = insert_into(tx, MetaRow).values(key=key, value=value)
    tx.session.connection().execute(insert.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


def epoch(tx: Tx) -> str:
    """The name of this database's one life, 32 hex digits: other data, restored or begun anew, has another.

    Made by the first who asks; so it is asked for in `storage.write`.
    """
    insert = insert_into(tx, MetaRow).values(key="epoch", value=secrets.token_hex(16))
    tx.session.connection().execute(insert.on_conflict_do_nothing(index_elements=["key"]))
    return tx.session.exec(select(MetaRow.value).where(col(MetaRow.key) == "epoch")).one()


def renew_epoch(tx: Tx) -> None:
    """From now on this is another database: what clients have seen of the one before is void."""
    put(tx, "epoch", secrets.token_hex(16))
