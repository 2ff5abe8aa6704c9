"""The merges of tickets in the database."""

from __future__ import annotations

from msgspec import json
from sqlalchemy import delete
from sqlmodel import col

from storage.ports import Tx
from ticketing.adapters.merge_tables import MergeRow
from ticketing.merge_ports import Merge


class SqlMerges:
    """Implements `ticketing.merge_ports.MergeStore`."""

    def merge_of(self, tx: Tx, source: int) -> Merge | None:
        row = tx.session.get(MergeRow, source)
        if row is None:
            return None
        before = json.decode(row.before, type=dict[str, str | None])
        return Merge(row.source, row.target, row.at, row.by, before, tuple(json.decode(row.moved, type=list[str])))

    def keep_merge(self, tx: Tx, merge: Merge) -> None:
        self.forget_merge(tx, merge.source)
        before, moved = json.encode(merge.before).decode(), json.encode(merge.moved).decode()
        row = MergeRow(source=merge.source, target=merge.target, at=merge.at, by=merge.by, before=before, moved=moved)
        tx.session.add(row)
        tx.session.flush()

    def forget_merge(self, tx: Tx, source: int) -> None:
        tx.session.connection().execute(delete(MergeRow).where(col(MergeRow.source) == source))
