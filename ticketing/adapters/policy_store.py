"""Service level policies in the database."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import delete
from sqlmodel import col, select

from storage.newer_rows import readable
from storage.ports import Tx
from storage.upsert import insert_into
from ticketing.adapters.policy_tables import PolicyRow
from ticketing.targets import Policy

_policy = msgspec.json.Decoder(Policy)
_POLICIES = select(PolicyRow.id, PolicyRow.body).order_by(col(PolicyRow.position), col(PolicyRow.id))


class SqlPolicies:
    """Implements `ticketing.triage_ports.PolicyStore` on SQLite and PostgreSQL."""

    def policies(self, tx: Tx) -> Sequence[Policy]:
        return readable("service level", ((id_, body) for id_, body in tx.session.exec(_POLICIES)), _policy.decode)

    def lock_policies(self, tx: Tx) -> None:
        tx.session.exec(select(PolicyRow.id).order_by(col(PolicyRow.id)).with_for_update()).all()

    def put_policy(self, tx: Tx, policy: Policy) -> None:
        values = {"position": policy.position, "body": msgspec.json.encode(policy).decode()}
        row = insert_into(tx, PolicyRow).values(id=policy.id, **values)
        tx.session.connection().execute(row.on_conflict_do_update(index_elements=["id"], set_=values))

    def remove_policy(self, tx: Tx, id: str) -> None:
        tx.session.connection().execute(delete(PolicyRow).where(col(PolicyRow.id) == id))
