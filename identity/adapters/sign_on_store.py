"""Links between people of OpenID Connect providers and customers' accounts at this desk, in the database."""

from __future__ import annotations

from sqlmodel import col

from identity.adapters.tables import SignOnRow
from storage.ports import Tx
from storage.upsert import insert_into


class SqlSignOnStore:
    """Implements `identity.sign_on.SignOnStore` on SQLite and PostgreSQL."""

    def account_of(self, tx: Tx, issuer: str, sub: str) -> str | None:
        row = tx.session.get(SignOnRow, (issuer, sub))
        return row.account if row is not None else None

    def link(self, tx: Tx, issuer: str, sub: str, account: str, now: int) -> bool:
        insert = insert_into(tx, SignOnRow).values(issuer=issuer, sub=sub, account=account, linked_at=now)
        return (
            tx.session.connection().execute(insert.on_conflict_do_nothing().returning(col(SignOnRow.sub))).first()
            is not None
        )
