"""Passkeys in the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, or_, update
from sqlmodel import col, select

from identity.adapters.tables import PasskeyRow, UsedChallengeRow
from identity.passkeys import Passkey
from storage.ports import Tx
from storage.upsert import insert_into

_CREDENTIALS = 7_205
"""First key of the advisory locks of passkeys on PostgreSQL. The second key is the hash of the person's id."""
_FORGOTTEN_AT_ONCE = 100


class SqlPasskeys:
    """Implements `identity.passkeys.PasskeyStore` on SQLite and PostgreSQL."""

    def passkeys_of(self, tx: Tx, user: str) -> Sequence[Passkey]:
        query = select(PasskeyRow).where(PasskeyRow.user == user)
        return [
            _passkey(row) for row in tx.session.exec(query.order_by(col(PasskeyRow.created_at), col(PasskeyRow.id)))
        ]

    def lock_credentials(self, tx: Tx, user: str) -> None:
        if tx.dialect == "postgresql":
            tx.session.exec(select(func.pg_advisory_xact_lock(_CREDENTIALS, func.hashtext(user))))

    def passkey_by_credential(self, tx: Tx, credential: str) -> Passkey | None:
        row = tx.session.exec(select(PasskeyRow).where(PasskeyRow.credential == credential)).first()
        return _passkey(row) if row is not None else None

    def add_passkey(self, tx: Tx, passkey: Passkey) -> bool:
        insert = insert_into(tx, PasskeyRow).values(
            id=passkey.id,
            user=passkey.user,
            kind=passkey.kind,
            credential=passkey.credential,
            public_key=passkey.public_key,
            sign_count=passkey.sign_count,
            synced=passkey.synced,
            name=passkey.name,
            created_at=passkey.created_at,
            last_used_at=passkey.last_used_at,
        )
        added = insert.on_conflict_do_nothing().returning(col(PasskeyRow.id))
        return tx.session.connection().execute(added).first() is not None

    def rename_passkey(self, tx: Tx, user: str, id: str, name: str) -> bool:
        query = update(PasskeyRow).where(col(PasskeyRow.user) == user, col(PasskeyRow.id) == id).values(name=name)
        return tx.session.execute(query.returning(col(PasskeyRow.id))).first() is not None

    def remove_passkey(self, tx: Tx, user: str, id: str) -> bool:
        query = delete(PasskeyRow).where(col(PasskeyRow.user) == user, col(PasskeyRow.id) == id)
        return tx.session.execute(query.returning(col(PasskeyRow.id))).first() is not None

    def remove_passkeys(self, tx: Tx, user: str) -> int:
        self.lock_credentials(tx, user)
        query = delete(PasskeyRow).where(col(PasskeyRow.user) == user)
        return len(tx.session.execute(query.returning(col(PasskeyRow.id))).all())

    def use_passkey(self, tx: Tx, id: str, sign_count: int, now: int) -> bool:
        counted = col(PasskeyRow.sign_count)
        goes_on = or_(counted < sign_count, counted == 0, col(PasskeyRow.synced))
        query = update(PasskeyRow).where(col(PasskeyRow.id) == id, goes_on)
        used = query.values(sign_count=sign_count, last_used_at=now).returning(col(PasskeyRow.id))
        return tx.session.execute(used).first() is not None

    def use_up_challenge(self, tx: Tx, challenge: str, expires_at: int, now: int) -> bool:
        old = select(UsedChallengeRow.hash).where(UsedChallengeRow.expires_at <= now).limit(_FORGOTTEN_AT_ONCE)
        tx.session.execute(delete(UsedChallengeRow).where(col(UsedChallengeRow.hash).in_(old)))
        insert = insert_into(tx, UsedChallengeRow).values(hash=challenge, expires_at=expires_at)
        used = insert.on_conflict_do_nothing().returning(col(UsedChallengeRow.hash))
        return tx.session.connection().execute(used).first() is not None


def _passkey(row: PasskeyRow) -> Passkey:
    return Passkey(
        id=row.id,
        user=row.user,
        kind="customer" if row.kind == "customer" else "staff",
        credential=row.credential,
        public_key=row.public_key,
        sign_count=row.sign_count,
        synced=row.synced,
        name=row.name,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
    )
