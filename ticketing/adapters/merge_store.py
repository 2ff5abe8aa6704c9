"""The merges of tickets in the database."""

from __future__ import annotations

from msgspec import json
from sqlalchemy import delete
from sqlmodel import col

from storage.ports import Tx
from storage.upsert import insert_into
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
        before, moved = json.encode(merge.before).decode(), json.encode(merge.moved).decode()
        values = {"target": merge.target, "at": merge.at, "by": merge.by, "before": before, "moved": moved}
        insert = insert_into(tx, MergeRow).values(source=merge.source, **values)
        tx.session.connection().execute(insert.on_conflict_do_update(index_elements=["source"], set_=values))

    def forget_merge(self, tx: Tx, source: int) -> None:
        tx.session.connection().execute(delete(MergeRow).where(col(MergeRow.source) == source))
