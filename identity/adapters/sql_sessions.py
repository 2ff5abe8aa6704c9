"""Sessions and bearer tokens in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from msgspec import json
from sqlalchemy import BigInteger, String, TextClause, bindparam, func, text, union_all, update
from sqlalchemy import select as sa_select
from sqlmodel import col, select

from identity.actor import Actor
from identity.adapters.sql_staff import USERS, user_of
from identity.adapters.tables import AuditRow, MembershipRow, SessionRow, TokenRow, UserRow
from identity.ports import Session, Token, User
from storage.ports import Dialect, Tx

_TEAMS = sa_select(func.aggregate_strings(col(MembershipRow.team), ",")).where(
    col(MembershipRow.user) == col(UserRow.id)
)
"""The teams of a user, joined by commas. Team keys contain no commas."""
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
    USERS.add_columns(_HELD.c.fingerprint, _TEAMS.scalar_subquery().label("teams"))
    .join(_HELD, col(UserRow.id) == _HELD.c.user)
    .where(col(UserRow.disabled_at).is_(None))
)


_CHANGED = """
WITH known AS (
    SELECT value ->> 0 AS fingerprint, value ->> 1 AS person, value ->> 2 AS email, value ->> 3 AS name,
        value ->> 4 AS role, value ->> 5 AS teams, value ->> 6 AS also
    FROM {each} AS known
)
SELECT fingerprint FROM known WHERE NOT EXISTS (
    SELECT 1 FROM users
    WHERE users.id = person AND users.disabled_at IS NULL
        AND users.email = known.email AND users.name = known.name AND users.role = known.role
        AND users.also_roles = known.also
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


class SqlSessions:
    """Implements the methods of `identity.ports.Store` for sessions and tokens."""

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
                kind=session.kind,
                factor_shown=session.factor_shown,
                passkey=session.passkey,
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

    def signed_out_by(self, tx: Tx, id: str) -> str | None:
        other = col(AuditRow.actor) != col(SessionRow.user)
        ended = (col(AuditRow.thing) == "user", col(AuditRow.thing_id) == col(SessionRow.user))
        query = (
            select(UserRow.name)
            .join(AuditRow, col(AuditRow.actor) == col(UserRow.id))
            .join(SessionRow, col(AuditRow.at) == col(SessionRow.revoked_at))
            .where(*ended, other, AuditRow.verb == "sign_out", SessionRow.id == id)
        )
        return tx.session.exec(query).first()

    def signed_in_from(self, tx: Tx, user: str, network: str) -> bool:
        query = select(SessionRow.id).where(SessionRow.user == user, SessionRow.network == network).limit(1)
        return tx.session.exec(query).first() is not None

    def sessions_seen(self, tx: Tx, seen: Mapping[str, int]) -> None:
        id_, at = bindparam("session", type_=String()), bindparam("at", type_=BigInteger())
        later = update(SessionRow).where(col(SessionRow.id) == id_, col(SessionRow.last_seen_at) < at)
        if seen:
            told = [{"session": id_, "at": at} for id_, at in seen.items()]
            tx.session.connection().execute(later.values(last_seen_at=at), told)

    def idle_sessions(self, tx: Tx, before: int, customers_before: int, limit: int) -> Sequence[Session]:
        found: list[Session] = []
        for kind, moment in (("staff", before), ("customer", customers_before)):
            idle = (SessionRow.kind == kind, col(SessionRow.revoked_at).is_(None), SessionRow.last_seen_at < moment)
            query = select(SessionRow).where(*idle).order_by(col(SessionRow.last_seen_at)).limit(limit - len(found))
            found += [_session(row) for row in tx.session.exec(query)]
        return found

    def ended_sessions(self, tx: Tx, ids: Collection[str], now: int) -> set[str]:
        """The ids among `ids` that belong to no valid session."""
        valid = (col(SessionRow.id).in_(ids), col(SessionRow.revoked_at).is_(None), col(SessionRow.expires_at) > now)
        return set(ids) - set(tx.session.exec(select(SessionRow.id).where(*valid)).all())

    def rename_session(self, tx: Tx, id: str, now: int) -> None:
        unnamed = col(SessionRow.renamed_at).is_(None)
        tx.session.execute(update(SessionRow).where(col(SessionRow.id) == id, unnamed).values(renamed_at=now))

    def show_factor(self, tx: Tx, id: str, passkey: str) -> None:
        without = update(SessionRow).where(col(SessionRow.id) == id, col(SessionRow.factor_shown).is_(False))
        tx.session.execute(without.values(factor_shown=True, passkey=passkey))

    def end_sessions_of_passkey(self, tx: Tx, user: str, passkey: str, now: int, *, but: str) -> int:
        theirs = (col(SessionRow.user) == user, col(SessionRow.passkey) == passkey, col(SessionRow.id) != but)
        ended = update(SessionRow).where(*theirs, col(SessionRow.revoked_at).is_(None)).values(revoked_at=now)
        return len(tx.session.execute(ended.returning(col(SessionRow.id))).all())

    def forget_factors_of_passkeys(self, tx: Tx, user: str) -> Sequence[str]:
        with_passkey = (col(SessionRow.user) == user, col(SessionRow.passkey).is_not(None))
        shown = update(SessionRow).where(*with_passkey, col(SessionRow.factor_shown).is_(True))
        shown = shown.values(factor_shown=False)
        found = tx.session.execute(shown.returning(col(SessionRow.id), col(SessionRow.revoked_at))).all()
        return [id_ for id_, revoked_at in found if revoked_at is None]

    def revoke_session(self, tx: Tx, id: str, now: int) -> bool:
        standing = col(SessionRow.revoked_at).is_(None)
        ended = update(SessionRow).where(col(SessionRow.id) == id, standing).values(revoked_at=now)
        return tx.session.connection().execute(ended).rowcount == 1

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
        return {row.fingerprint: user_of(row, row.teams.split(",") if row.teams else ()) for row in found.all()}

    def changed(self, tx: Tx, known: Collection[tuple[str, Actor]], now: int) -> list[str]:
        """The fingerprints in `known` whose actor has changed or lost access.

        This query runs every second for everybody who is connected. The database makes the comparison, so people
        without changes cost almost nothing.
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


def _as_known(fingerprint: str, actor: Actor) -> tuple[str | None, ...]:
    teams, also = ",".join(sorted(actor.teams)), ",".join(sorted(actor.also))
    return fingerprint, actor.id, actor.email, actor.name, actor.role, teams, also


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
        kind="customer" if row.kind == "customer" else "staff",
        factor_shown=row.factor_shown,
        passkey=row.passkey,
    )


def _token(row: TokenRow) -> Token:
    return Token(row.hash, row.user, row.label, row.scopes, row.created_at, row.expires_at, row.last_used_at)
