"""The audit in the database: rows are added, in the transaction of what they tell of, and never changed."""

from __future__ import annotations

from msgspec import json

from identity.adapters.tables import AuditRow
from identity.ports import AuditLine
from storage.ports import Tx


class SqlAudit:
    """`identity.ports.Audit` on either database."""

    def add(self, tx: Tx, line: AuditLine) -> None:
        tx.session.add(
            AuditRow(
                at=line.at,
                actor_kind=line.actor_kind,
                actor=line.actor,
                verb=line.verb,
                thing=line.thing,
                thing_id=line.thing_id,
                detail=json.encode(line.detail).decode(),
            )
        )
        tx.session.flush()
