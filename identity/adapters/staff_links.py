"""Links of staff with people of OpenID Connect providers, and invitations to link them, in the database."""

from __future__ import annotations

from sqlalchemy import delete
from sqlmodel import col, select

from identity.adapters.tables import StaffInvitationRow, StaffSignOnRow
from identity.staff_sign_on import Invitation, StaffLink
from storage.ports import Tx
from storage.upsert import insert_into


class SqlStaffLinkStore:
    """Implements `identity.staff_sign_on.StaffLinkStore` on SQLite and PostgreSQL."""

    def link_of(self, tx: Tx, issuer: str, sub: str) -> StaffLink | None:
        return _link(tx.session.get(StaffSignOnRow, (issuer, sub)))

    def link_of_user(self, tx: Tx, user: str) -> StaffLink | None:
        return _link(tx.session.exec(select(StaffSignOnRow).where(StaffSignOnRow.user == user)).first())

    def add_link(self, tx: Tx, link: StaffLink) -> bool:
        insert = insert_into(tx, StaffSignOnRow).values(
            issuer=link.issuer, sub=link.sub, user=link.user, email=link.email, linked_at=link.linked_at
        )
        added = tx.session.connection().execute(insert.on_conflict_do_nothing().returning(col(StaffSignOnRow.sub)))
        return added.first() is not None

    def remove_link(self, tx: Tx, user: str) -> bool:
        gone = delete(StaffSignOnRow).where(col(StaffSignOnRow.user) == user).returning(col(StaffSignOnRow.user))
        return tx.session.execute(gone).first() is not None

    def put_invitation(self, tx: Tx, invitation: Invitation) -> None:
        self.remove_invitation(tx, invitation.user)
        tx.session.add(
            StaffInvitationRow(
                user=invitation.user,
                hash=invitation.hash,
                issuer=invitation.issuer,
                email=invitation.email,
                created_at=invitation.created_at,
                expires_at=invitation.expires_at,
            )
        )
        tx.session.flush()

    def invitation(self, tx: Tx, hash: str) -> Invitation | None:
        row = tx.session.exec(select(StaffInvitationRow).where(StaffInvitationRow.hash == hash)).first()
        return _invitation(row) if row is not None else None

    def invitations(self, tx: Tx, now: int) -> list[Invitation]:
        query = select(StaffInvitationRow).where(StaffInvitationRow.expires_at > now)
        query = query.order_by(col(StaffInvitationRow.created_at), col(StaffInvitationRow.user))
        return [_invitation(row) for row in tx.session.exec(query)]

    def remove_invitation(self, tx: Tx, user: str) -> bool:
        gone = delete(StaffInvitationRow).where(col(StaffInvitationRow.user) == user)
        return tx.session.execute(gone.returning(col(StaffInvitationRow.user))).first() is not None


def _link(row: StaffSignOnRow | None) -> StaffLink | None:
    if row is None:
        return None
    return StaffLink(issuer=row.issuer, sub=row.sub, user=row.user, email=row.email, linked_at=row.linked_at)


def _invitation(row: StaffInvitationRow) -> Invitation:
    return Invitation(
        user=row.user,
        hash=row.hash,
        issuer=row.issuer,
        email=row.email,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
