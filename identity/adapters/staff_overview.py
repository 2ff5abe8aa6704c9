"""The ways in which staff sign in, read with one query per table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import TypedDict

from sqlalchemy import case, func
from sqlmodel import col, select

from identity.adapters.tables import AuthenticatorRow, PasskeyRow, SessionRow, StaffInvitationRow, StaffSignOnRow
from identity.staff_views import SignInFacts
from storage.ports import Tx


class _Facts(TypedDict, total=False):
    app_since: int | None
    passkeys: int
    single_sign_on: bool
    sessions: int
    last_seen_at: int | None
    invited_at: int | None
    invited_until: int | None


def sign_in_facts(tx: Tx, users: Collection[str], now: int) -> dict[str, SignInFacts]:
    """The facts of each of `users`, by id."""
    found: dict[str, _Facts] = defaultdict(_Facts)
    confirmed = select(AuthenticatorRow.user, AuthenticatorRow.confirmed_at).where(
        col(AuthenticatorRow.user).in_(users), col(AuthenticatorRow.confirmed_at).is_not(None)
    )
    for user, at in tx.session.exec(confirmed):
        found[user]["app_since"] = at
    owner = col(PasskeyRow.user)
    for user, count in tx.session.exec(select(owner, func.count()).where(owner.in_(users)).group_by(owner)):
        found[user]["passkeys"] = count
    for user in tx.session.exec(select(StaffSignOnRow.user).where(col(StaffSignOnRow.user).in_(users))):
        found[user]["single_sign_on"] = True
    holder = col(SessionRow.user)
    holds = case((col(SessionRow.revoked_at).is_(None) & (col(SessionRow.expires_at) > now), 1), else_=0)
    seen = select(holder, func.max(SessionRow.last_seen_at), func.sum(holds)).where(holder.in_(users)).group_by(holder)
    for user, last, count in tx.session.exec(seen):
        found[user]["last_seen_at"], found[user]["sessions"] = last, count
    invited = select(StaffInvitationRow.user, StaffInvitationRow.created_at, StaffInvitationRow.expires_at)
    for user, at, until in tx.session.exec(invited.where(col(StaffInvitationRow.user).in_(users))):
        found[user]["invited_at"], found[user]["invited_until"] = at, until
    return {user: SignInFacts(**found[user]) for user in users}
