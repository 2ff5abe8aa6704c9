"""Training of tickets in the database, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import delete, select
from sqlmodel import col

from learning.adapters.tables import SuggestedRow
from learning.ports import Attachment
from storage.ports import Tx
from storage.upsert import insert_into

_KINDS: tuple[Attachment, ...] = ("playlist", "session", "request")


class SqlSuggested:
    """Implements `learning.ports.SuggestedStore`."""

    def put(self, tx: Tx, ticket: int, kind: Attachment, key: str, by: str, now: int) -> None:
        insert = insert_into(tx, SuggestedRow).values(ticket=ticket, kind=kind, key=key, by=by, at=now)
        changed = {name: insert.excluded[name] for name in ("key", "by", "at")}
        tx.session.connection().execute(insert.on_conflict_do_update(index_elements=["ticket", "kind"], set_=changed))

    def of(self, tx: Tx, ticket: int) -> Mapping[Attachment, str]:
        query = select(col(SuggestedRow.kind), col(SuggestedRow.key)).where(col(SuggestedRow.ticket) == ticket)
        found = {str(kind): str(key) for kind, key in tx.session.execute(query)}
        return {kind: found[kind] for kind in _KINDS if kind in found}

    def remove(self, tx: Tx, ticket: int, kinds: Collection[Attachment]) -> None:
        ours = col(SuggestedRow.ticket) == ticket, col(SuggestedRow.kind).in_(sorted(kinds))
        tx.session.connection().execute(delete(SuggestedRow).where(*ours))
