"""Staff, their sessions and secrets, and the audit log in the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import cast

from msgspec import json
from sqlalchemy import BigInteger, Row, String, TextClause, bindparam, delete, func, or_, text, union_all, update
from sqlalchemy import select as sa_select
from sqlmodel import col, select

from identity.actor import Actor, Role
from identity.adapters.tables import (
    AuditRow,
    AuthenticatorRow,
    FailedSignInsRow,
    MembershipRow,
    RecoveryCodeRow,
    SessionRow,
    TokenRow,
    UserRow,
)
from identity.audit import AuditLine
from identity.ports import Authenticator, FailedSignIns, Session, Token, User
from storage.ports import Dialect, Tx
from storage.upsert import insert_into

_USERS = sa_select(
    col(UserRow.id),
    col(UserRow.email),
    col(UserRow.name),
    col(UserRow.role),
    col(UserRow.password_hash),
    col(UserRow.created_at),
    col(UserRow.disabled_at),
)
_MEMBERSHIPS = sa_select(col(MembershipRow.user), col(MembershipRow.team))
_TEAMS = sa_select(func.aggregate_strings(col(MembershipRow.team), ",")).where(
    col(MembershipRow.user) == col(UserRow.id)
)
"""Team keys have no commas."""
_FINGERPRINTS, _NOW = bindparam("fingerprints", type_=String(), expanding=True), bindparam("now", type_=BigInteger())
_HELD = union_all(
    sa_select(col(SessionRow.id).label("fingerprint"), col(SessionRow.user).label("user")).where(
        col(SessionRow.id).in_(_FINGERPRINTS), col(SessionRow.revoked_at).is_(None), col(SessionRow.expires_at) > _NOW
    ),
    sa_select(col(TokenRow.hash), col(TokenRow.user)).where(
        col(TokenRow.hash).in_(_FINGERPRINTS), col(TokenRow.revoked_at).is_(None), col(TokenRow.expires_at) > _NOW
    ),
).subquery()
_HOLDERS = (
    _USERS.add_columns(_HELD.c.fingerprint, _TEAMS.scalar_subquery().label("teams"))
    .join(_HELD, col(UserRow.id) == _HELD.c.user)
    .where(col(UserRow.disabled_at).is_(None))
)


_CHANGED = """
WITH known AS (
    SELECT value ->> 0 AS fingerprint, value ->> 1 AS person, value ->> 2 AS email, value ->> 3 AS name,
        value ->> 4 AS role, value ->> 5 AS teams
    FROM {each} AS known
)
SELECT fingerprint FROM known WHERE NOT EXISTS (
    SELECT 1 FROM users
    WHERE users.id = person AND users.disabled_at IS NULL
        AND users.email = known.email AND users.name = known.name AND users.role = known.role
        AND coalesce({teams}, '') = known.teams
        AND (EXISTS (SELECT 1 FROM sessions WHERE id = fingerprint AND sessions."user" = users.id
                AND revoked_at IS NULL AND expires_at > :now)
            OR EXISTS (SELECT 1 FROM tokens WHERE hash = fingerprint AND tokens."user" = users.id
                AND revoked_at IS NULL AND expires_at > :now))
)
"""
_CHANGED_ON: dict[Dialect, TextClause] = {
    "sqlite": text(
        _CHANGED.format(
            each="json_each(:known)",
            teams="""(SELECT group_concat(team, ',') FROM
                (SELECT team FROM memberships WHERE memberships."user" = users.id ORDER BY team))""",
        )
    ),
    "postgresql": text(
        _CHANGED.format(
            each="jsonb_array_elements(cast(:known AS jsonb))",
            teams="""(SELECT string_agg(team, ',' ORDER BY team COLLATE "C") FROM memberships
                WHERE memberships."user" = users.id)""",
        )
    ),
}


class SqlStore:
    """`identity.ports.Store` on either database."""

    def add_user(self, tx: Tx, user: User) -> bool:
        values = {
            "id": user.id,
            "email": user.email,
            "name": user.name,
            "role": user.role,
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
        return [_user(row, teams.get(row.id, ())) for row in rows]

    def users_of(self, tx: Tx, ids: Collection[str]) -> list[User]:
        """The people of `ids` who are not disabled."""
        # Runs every second for everybody connected, so it reads plain rows without ORM objects.
        connection = tx.session.connection()
        teams: dict[str, list[str]] = {}
        for user, team in connection.execute(_MEMBERSHIPS.where(col(MembershipRow.user).in_(ids))):
            teams.setdefault(user, []).append(team)
        able = _USERS.where(col(UserRow.id).in_(ids), col(UserRow.disabled_at).is_(None))
        return [_user(row, teams.get(row.id, ())) for row in connection.execute(able)]

    def set_password(self, tx: Tx, user: str, password_hash: str) -> None:
        tx.session.execute(update(UserRow).where(col(UserRow.id) == user).values(password_hash=password_hash))

    def disable(self, tx: Tx, user: str, now: int) -> None:
        present = col(UserRow.disabled_at)
        tx.session.execute(update(UserRow).where(col(UserRow.id) == user, present.is_(None)).values(disabled_at=now))

    def set_role(self, tx: Tx, user: str, role: Role, teams: Collection[str]) -> None:
        tx.session.execute(update(UserRow).where(col(UserRow.id) == user).values(role=role))
        tx.session.execute(delete(MembershipRow).where(col(MembershipRow.user) == user))
        tx.session.add_all(MembershipRow(user=user, team=team) for team in sorted(teams))
        tx.session.flush()

    def names(self, tx: Tx, ids: Collection[str]) -> dict[str, str]:
        return dict(tx.session.exec(select(UserRow.id, UserRow.name).where(col(UserRow.id).in_(sorted(ids)))).all())

    # -- sessions ----------------------------------------------------------------------

    def add_session(self, tx: Tx, session: Session) -> None:
        tx.session.add(
            SessionRow(
                id=session.id,
                user=session.user,
                created_at=session.created_at,
                last_seen_at=session.last_seen_at,
                expires_at=session.expires_at,
                user_agent=session.user_agent,
                network=session.network,
                renamed_at=session.renamed_at,
            )
        )
        tx.session.flush()

    def session(self, tx: Tx, id: str) -> Session | None:
        query = select(SessionRow).where(SessionRow.id == id, col(SessionRow.revoked_at).is_(None))
        row = tx.session.exec(query).first()
        return _session(row) if row is not None else None

    def sessions_of(self, tx: Tx, user: str, now: int) -> Sequence[Session]:
        query = select(SessionRow).where(
            SessionRow.user == user, col(SessionRow.revoked_at).is_(None), SessionRow.expires_at > now
        )
        rows = tx.session.exec(query.order_by(col(SessionRow.last_seen_at).desc(), col(SessionRow.id)))
        return [_session(row) for row in rows]

    def signed_in_from(self, tx: Tx, user: str, network: str) -> bool:
        query = select(SessionRow.id).where(SessionRow.user == user, SessionRow.network == network).limit(1)
        return tx.session.exec(query).first() is not None

    def sessions_seen(self, tx: Tx, seen: Mapping[str, int]) -> None:
        id_, at = bindparam("session", type_=String()), bindparam("at", type_=BigInteger())
        later = update(SessionRow).where(col(SessionRow.id) == id_, col(SessionRow.last_seen_at) < at)
        if seen:
            told = [{"session": id_, "at": at} for id_, at in seen.items()]
            tx.session.connection().execute(later.values(last_seen_at=at), told)

    def idle_sessions(self, tx: Tx, before: int, limit: int) -> Sequence[Session]:
        query = select(SessionRow).where(col(SessionRow.revoked_at).is_(None), SessionRow.last_seen_at < before)
        return [_session(row) for row in tx.session.exec(query.order_by(col(SessionRow.last_seen_at)).limit(limit))]

    def rename_session(self, tx: Tx, id: str, now: int) -> None:
        unnamed = col(SessionRow.renamed_at).is_(None)
        tx.session.execute(update(SessionRow).where(col(SessionRow.id) == id, unnamed).values(renamed_at=now))

    def revoke_session(self, tx: Tx, id: str, now: int) -> None:
        standing = col(SessionRow.revoked_at).is_(None)
        tx.session.execute(update(SessionRow).where(col(SessionRow.id) == id, standing).values(revoked_at=now))

    def revoke_sessions(self, tx: Tx, user: str | None, now: int, *, but: str | None = None) -> int:
        standing = col(SessionRow.revoked_at).is_(None)
        ended = update(SessionRow).where(standing, col(SessionRow.id) != (but or ""))
        if user is not None:
            ended = ended.where(col(SessionRow.user) == user)
        return len(tx.session.execute(ended.values(revoked_at=now).returning(col(SessionRow.id))).all())

    # -- tokens ------------------------------------------------------------------------

    def add_token(self, tx: Tx, token: Token) -> None:
        tx.session.add(
            TokenRow(
                hash=token.hash,
                user=token.user,
                label=token.label,
                scopes=token.scopes,
                created_at=token.created_at,
                expires_at=token.expires_at,
                last_used_at=token.last_used_at,
            )
        )
        tx.session.flush()

    def token(self, tx: Tx, hash: str) -> Token | None:
        query = select(TokenRow).where(TokenRow.hash == hash, col(TokenRow.revoked_at).is_(None))
        row = tx.session.exec(query).first()
        return _token(row) if row is not None else None

    def holders(self, tx: Tx, fingerprints: Collection[str], now: int) -> dict[str, User]:
        """The enabled owners of valid sessions and tokens, by fingerprint."""
        found = tx.session.connection().execute(_HOLDERS, {"fingerprints": list(fingerprints), "now": now})
        return {row.fingerprint: _user(row, row.teams.split(",") if row.teams else ()) for row in found.all()}

    def changed(self, tx: Tx, known: Collection[tuple[str, Actor]], now: int) -> list[str]:
        """The fingerprints in `known` whose actor has changed or lost access.

        Runs every second for everybody connected. The database compares, so unchanged people cost next to nothing.
        """
        asked = json.encode([_as_known(fingerprint, actor) for fingerprint, actor in known])
        found = tx.session.connection().execute(_CHANGED_ON[tx.dialect], {"known": asked.decode(), "now": now})
        return list(found.scalars())

    def token_used(self, tx: Tx, hash: str, now: int) -> None:
        tx.session.execute(update(TokenRow).where(col(TokenRow.hash) == hash).values(last_used_at=now))

    def tokens_of(self, tx: Tx, user: str | None) -> Sequence[Token]:
        query = select(TokenRow).where(col(TokenRow.revoked_at).is_(None))
        if user is not None:
            query = query.where(TokenRow.user == user)
        return [_token(row) for row in tx.session.exec(query.order_by(col(TokenRow.created_at), col(TokenRow.hash)))]

    def revoke_tokens(self, tx: Tx, user: str, label: str | None, now: int) -> int:
        query = update(TokenRow).where(col(TokenRow.user) == user, col(TokenRow.revoked_at).is_(None))
        if label is not None:
            query = query.where(col(TokenRow.label) == label)
        return len(tx.session.execute(query.values(revoked_at=now).returning(col(TokenRow.hash))).all())

    # -- second factors ----------------------------------------------------------------

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

    # -- failed sign-ins ---------------------------------------------------------------

    def failed_sign_ins(self, tx: Tx, user: str) -> FailedSignIns | None:
        row = tx.session.exec(select(FailedSignInsRow).where(FailedSignInsRow.user == user)).first()
        return FailedSignIns(row.since, row.count, row.last_at, row.last_network) if row is not None else None

    def add_failed_sign_ins(self, tx: Tx, user: str, first: FailedSignIns, more: int) -> None:
        last = {"last_at": first.last_at, "last_network": first.last_network}
        query = insert_into(tx, FailedSignInsRow).values(user=user, since=first.since, count=first.count, **last)
        count = col(FailedSignInsRow.count) + more
        tx.session.execute(query.on_conflict_do_update(index_elements=["user"], set_={"count": count, **last}))

    def forget_failed_sign_ins(self, tx: Tx, user: str) -> None:
        tx.session.execute(delete(FailedSignInsRow).where(col(FailedSignInsRow.user) == user))

    # -- audit -------------------------------------------------------------------------

    def record(self, tx: Tx, line: AuditLine) -> None:
        tx.session.add(
            AuditRow(
                at=line.at,
                actor_kind=line.actor_kind,
                actor=line.actor,
                verb=line.verb,
                thing=line.thing,
                thing_id=line.thing_id,
                detail=json.encode(line.detail).decode(),
                network=line.network,
            )
        )
        tx.session.flush()

    def audit(self, tx: Tx, *, since: int, person: str | None, limit: int) -> Sequence[AuditLine]:
        query = select(AuditRow).where(AuditRow.at >= since)
        if person is not None:
            query = query.where(or_(col(AuditRow.actor) == person, col(AuditRow.thing_id) == person))
        rows = tx.session.exec(query.order_by(col(AuditRow.at).desc(), col(AuditRow.id).desc()).limit(limit)).all()
        return [_audit_line(row) for row in reversed(rows)]

    def _one(self, tx: Tx, row: UserRow | None) -> User | None:
        if row is None:
            return None
        return _user(row, tx.session.exec(select(MembershipRow.team).where(MembershipRow.user == row.id)))


def _as_known(fingerprint: str, actor: Actor) -> tuple[str | None, ...]:
    return fingerprint, actor.id, actor.email, actor.name, actor.role, ",".join(sorted(actor.teams))


def _session(row: SessionRow) -> Session:
    return Session(
        id=row.id,
        user=row.user,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
        user_agent=row.user_agent,
        network=row.network,
        renamed_at=row.renamed_at,
    )


def _audit_line(row: AuditRow) -> AuditLine:
    return AuditLine(
        at=row.at,
        actor_kind=row.actor_kind,
        actor=row.actor,
        verb=row.verb,
        thing=row.thing,
        thing_id=row.thing_id,
        detail=json.decode(row.detail, type=dict[str, object]),
        network=row.network,
    )


def _token(row: TokenRow) -> Token:
    return Token(row.hash, row.user, row.label, row.scopes, row.created_at, row.expires_at, row.last_used_at)


def _user(row: UserRow | Row[str, str, str, str, str | None, int, int | None], teams: Iterable[str]) -> User:
    return User(
        id=row.id,
        email=row.email,
        name=row.name,
        role=cast(Role, row.role),
        teams=frozenset(teams),
        password_hash=row.password_hash,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
    )
