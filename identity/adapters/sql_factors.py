"""Second factors in the database."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, func, update
from sqlmodel import col, select

from identity.adapters.tables import AuthenticatorRow, RecoveryCodeRow
from identity.ports import Authenticator
from storage.ports import Tx
from storage.upsert import insert_into


class SqlFactors:
    """Implements the methods of `identity.ports.Store` for second factors."""

    def authenticator(self, tx: Tx, user: str) -> Authenticator | None:
        row = tx.session.exec(select(AuthenticatorRow).where(AuthenticatorRow.user == user)).first()
        if row is None:
            return None
        return Authenticator(
            user=row.user,
            secret=row.secret,
            created_at=row.created_at,
            confirmed_at=row.confirmed_at,
            last_step=row.last_step,
        )

    def put_authenticator(self, tx: Tx, authenticator: Authenticator) -> None:
        unconfirmed = col(AuthenticatorRow.confirmed_at).is_(None)
        user = col(AuthenticatorRow.user) == authenticator.user
        tx.session.execute(delete(AuthenticatorRow).where(user, unconfirmed))
        tx.session.execute(
            insert_into(tx, AuthenticatorRow).values(
                user=authenticator.user,
                secret=authenticator.secret,
                created_at=authenticator.created_at,
                confirmed_at=authenticator.confirmed_at,
                last_step=authenticator.last_step,
            )
        )

    def confirm_authenticator(self, tx: Tx, user: str, now: int) -> None:
        tx.session.execute(update(AuthenticatorRow).where(col(AuthenticatorRow.user) == user).values(confirmed_at=now))

    def use_step(self, tx: Tx, user: str, step: int) -> bool:
        newer = col(AuthenticatorRow.last_step) < step
        query = update(AuthenticatorRow).where(col(AuthenticatorRow.user) == user, newer).values(last_step=step)
        return tx.session.execute(query.returning(col(AuthenticatorRow.user))).first() is not None

    def remove_authenticator(self, tx: Tx, user: str) -> bool:
        query = delete(AuthenticatorRow).where(col(AuthenticatorRow.user) == user)
        gone = tx.session.execute(query.returning(col(AuthenticatorRow.confirmed_at))).first()
        tx.session.execute(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.user) == user))
        return gone is not None and gone[0] is not None

    def put_recovery_codes(self, tx: Tx, user: str, fingerprints: Collection[str], now: int) -> None:
        tx.session.execute(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.user) == user))
        tx.session.add_all(RecoveryCodeRow(user=user, hash=one, created_at=now) for one in sorted(fingerprints))
        tx.session.flush()

    def use_recovery_code(self, tx: Tx, user: str, fingerprint: str) -> bool:
        its = (col(RecoveryCodeRow.user) == user, col(RecoveryCodeRow.hash) == fingerprint)
        used = delete(RecoveryCodeRow).where(*its).returning(col(RecoveryCodeRow.user))
        return tx.session.execute(used).first() is not None

    def recovery_codes_left(self, tx: Tx, user: str) -> int:
        query = select(func.count()).select_from(RecoveryCodeRow).where(RecoveryCodeRow.user == user)
        return tx.session.exec(query).one()
