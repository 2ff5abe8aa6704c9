"""Staff in the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import cast

from sqlalchemy import Row, delete, func, or_, update
from sqlalchemy import select as sa_select
from sqlmodel import col, select

from identity.actor import ROLES, Role
from identity.adapters.tables import MembershipRow, UserRow
from identity.ports import User
from storage.ports import Tx
from storage.upsert import insert_into

USERS = sa_select(
    col(UserRow.id),
    col(UserRow.email),
    col(UserRow.name),
    col(UserRow.role),
    col(UserRow.also_roles),
    col(UserRow.password_hash),
    col(UserRow.created_at),
    col(UserRow.disabled_at),
)
_MEMBERSHIPS = sa_select(col(MembershipRow.user), col(MembershipRow.team))


def teams_of_people(tx: Tx) -> dict[str, int]:
    """The number of people in each team."""
    return dict(tx.session.exec(select(MembershipRow.team, func.count()).group_by(col(MembershipRow.team))).all())


def staff_of_teams(tx: Tx) -> dict[str, list[str]]:
    """The ids of the people in each team, without disabled people."""
    active = select(UserRow.id).where(col(UserRow.disabled_at).is_(None))
    found: dict[str, list[str]] = {}
    for row in tx.session.exec(select(MembershipRow).where(col(MembershipRow.user).in_(active))):
        found.setdefault(row.team, []).append(row.user)
    return found


class SqlStaff:
    """Implements the methods of `identity.ports.Store` for staff."""

    def add_user(self, tx: Tx, user: User) -> bool:
        values = {
            "id": user.id,
            "email": user.email,
            "name": user.name,
            "role": user.role,
            "also_roles": ",".join(sorted(user.also)),
            "password_hash": user.password_hash,
            "created_at": user.created_at,
            "disabled_at": user.disabled_at,
        }
        added = tx.session.execute(
            insert_into(tx, UserRow).values(values).on_conflict_do_nothing().returning(col(UserRow.id))
        )
        if added.first() is None:
            return False
        tx.session.add_all(MembershipRow(user=user.id, team=team) for team in sorted(user.teams))
        tx.session.flush()
        return True

    def user(self, tx: Tx, id: str) -> User | None:
        return self._one(tx, tx.session.exec(select(UserRow).where(UserRow.id == id)).first())

    def user_by_email(self, tx: Tx, email: str) -> User | None:
        return self._one(tx, tx.session.exec(select(UserRow).where(UserRow.email == email)).first())

    def users(self, tx: Tx) -> Sequence[User]:
        teams: dict[str, set[str]] = {}
        for membership in tx.session.exec(select(MembershipRow)):
            teams.setdefault(membership.user, set()).add(membership.team)
        rows = tx.session.exec(select(UserRow).order_by(func.lower(UserRow.name), col(UserRow.id)))
        return [user_of(row, teams.get(row.id, ())) for row in rows]

    def users_of(self, tx: Tx, ids: Collection[str]) -> list[User]:
        """The users with these ids who are not disabled."""
        # Runs every second for everybody connected, so it reads plain rows without ORM objects.
        connection = tx.session.connection()
        teams: dict[str, list[str]] = {}
        for user, team in connection.execute(_MEMBERSHIPS.where(col(MembershipRow.user).in_(ids))):
            teams.setdefault(user, []).append(team)
        able = USERS.where(col(UserRow.id).in_(ids), col(UserRow.disabled_at).is_(None))
        return [user_of(row, teams.get(row.id, ())) for row in connection.execute(able)]

    def set_password(self, tx: Tx, user: str, password_hash: str) -> None:
        tx.session.execute(update(UserRow).where(col(UserRow.id) == user).values(password_hash=password_hash))

    def disable(self, tx: Tx, user: str, now: int) -> None:
        present = col(UserRow.disabled_at)
        tx.session.execute(update(UserRow).where(col(UserRow.id) == user, present.is_(None)).values(disabled_at=now))

    def enable(self, tx: Tx, user: str) -> None:
        tx.session.execute(update(UserRow).where(col(UserRow.id) == user).values(disabled_at=None))

    def lock_admins(self, tx: Tx) -> frozenset[str]:
        holds = or_(col(UserRow.role) == "admin", col(UserRow.also_roles).contains("admin"))
        admins = select(UserRow.id).where(holds, col(UserRow.disabled_at).is_(None)).order_by(col(UserRow.id))
        return frozenset(tx.session.exec(admins.with_for_update()))

    def set_role(self, tx: Tx, user: str, role: Role, also: Collection[Role], teams: Collection[str]) -> None:
        roles = {"role": role, "also_roles": ",".join(sorted(also))}
        tx.session.execute(update(UserRow).where(col(UserRow.id) == user).values(roles))
        tx.session.execute(delete(MembershipRow).where(col(MembershipRow.user) == user))
        tx.session.add_all(MembershipRow(user=user, team=team) for team in sorted(teams))
        tx.session.flush()

    def names(self, tx: Tx, ids: Collection[str]) -> dict[str, str]:
        return dict(tx.session.exec(select(UserRow.id, UserRow.name).where(col(UserRow.id).in_(sorted(ids)))).all())

    def _one(self, tx: Tx, row: UserRow | None) -> User | None:
        if row is None:
            return None
        return user_of(row, tx.session.exec(select(MembershipRow.team).where(MembershipRow.user == row.id)))


def user_of(row: UserRow | Row[str, str, str, str, str, str | None, int, int | None], teams: Iterable[str]) -> User:
    return User(
        id=row.id,
        email=row.email,
        name=row.name,
        role=cast(Role, row.role),
        teams=frozenset(teams),
        password_hash=row.password_hash,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
        also=frozenset(role for role in ROLES if role in row.also_roles.split(",")),
    )
