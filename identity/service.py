"""People of staff, their sessions and tokens. Each method is (part of) the body of one transaction.

`tx` is opaque, `now` a moment in ms since the epoch, UTC. Refusals are raised (`refusals.Refused`).
Whoever is unknown and whoever is disabled get one and the same answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from uuid_utils import uuid7

from identity import tokens
from identity.actor import ROLES, SYSTEM, Actor, Role
from identity.audit import line
from identity.errors import invalid
from identity.ports import Session, Store, Token, Tx, User
from identity.sessions import is_idle
from identity.tokens import SCOPES, Scope
from refusals import Refused
from texts.addresses import EMAIL_MAX, is_email, normal_email
from texts.visible import fault_of_line

DAY_MS = 86_400_000
SESSION_MS = 14 * DAY_MS
"""A sign-in lasts so long."""
TOKEN_DAYS_MAX = 3_650
SEEN_EVERY_MS = 3_600_000
"""How fine the last use of a token is kept."""


def actor(user: User) -> Actor:
    """A person of staff as they act."""
    return Actor(
        kind="staff", id=user.id, name=user.name, email=user.email, verified=True, role=user.role, teams=user.teams
    )


class Identity:
    """Who is who, over the store that keeps them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # -- people ------------------------------------------------------------------------

    def add_user(
        self,
        tx: Tx,
        *,
        email: str,
        name: str,
        role: str,
        teams: Iterable[str],
        known_teams: Collection[str],
        now: int,
        password_hash: str | None = None,
        by: Actor = SYSTEM,
    ) -> Actor:
        """A new person of staff. Raises Refused: `invalid` for a bad address, name, role or team,
        `conflict` for an address that somebody has."""
        address, called = normal_email(email), " ".join(name.split())
        if not is_email(address):
            raise invalid("email", f"{email[:80]!r} is not an email address. Write it like name@company.example.")
        if not 1 <= len(called) <= 200 or not called.isprintable() or fault_of_line(called):
            raise invalid("name", "A name has 1 to 200 characters, all of them printable.")
        wanted_role, wanted_teams = _checked_role(role, teams, known_teams)
        user = User(
            id=str(uuid7()),
            email=address,
            name=called,
            role=wanted_role,
            teams=wanted_teams,
            password_hash=password_hash,
            created_at=now,
        )
        if not self._store.add_user(tx, user):
            sentence = f"Somebody has the address {address} already."
            raise Refused("conflict", sentence, {"email": sentence})
        self._store.record(tx, line(by, "add", "user", user.id, {"role": user.role, "teams": sorted(user.teams)}, now))
        return actor(user)

    def set_password(self, tx: Tx, email: str, password_hash: str, now: int, by: Actor = SYSTEM) -> None:
        """Give a person a new password and end their sessions. Raises Refused where there is no such person."""
        user = self._known(tx, email)
        self._store.set_password(tx, user.id, password_hash)
        self._store.revoke_sessions(tx, user.id, now)
        self._store.record(tx, line(by, "set_password", "user", user.id, {}, now))

    def set_role(
        self,
        tx: Tx,
        email: str,
        role: str,
        teams: Iterable[str],
        known_teams: Collection[str],
        now: int,
        by: Actor = SYSTEM,
    ) -> Actor:
        """Give a person another role, and `teams` in place of theirs. Raises Refused: `not_found`, `conflict` for
        the disabled, `invalid` for a bad role or team."""
        user = self._known(tx, email)
        if user.disabled_at is not None:
            raise Refused("conflict", f"{user.email} is disabled and can have no other role.")
        wanted_role, wanted_teams = _checked_role(role, teams, known_teams)
        self._store.set_role(tx, user.id, wanted_role, wanted_teams)
        became = {"role": wanted_role, "teams": sorted(wanted_teams)}
        was = {"was_role": user.role, "was_teams": sorted(user.teams)}
        self._store.record(tx, line(by, "set_role", "user", user.id, {**became, **was}, now))
        return actor(replace(user, role=wanted_role, teams=wanted_teams))

    def disable(self, tx: Tx, email: str, now: int, by: Actor = SYSTEM) -> Actor:
        """Shut a person out and end their sessions and tokens; who they were. Raises Refused where there is no such
        person. Doing it again changes nothing."""
        user = self._known(tx, email)
        if user.disabled_at is None:
            self._store.disable(tx, user.id, now)
            self._store.revoke_sessions(tx, user.id, now)
            self._store.revoke_tokens(tx, user.id, None, now)
            self._store.record(tx, line(by, "disable", "user", user.id, {}, now))
        return actor(user)

    def sign_everybody_out(self, tx: Tx, as_of: str, now: int, by: Actor = SYSTEM) -> None:
        """End all sessions of a desk that was restored from a backup, made at `as_of`: one that was ended since
        must not hold again."""
        self._store.revoke_sessions(tx, None, now)
        self._store.record(tx, line(by, "restore", "desk", None, {"as_of": as_of}, now))

    def known(self, tx: Tx, email: str) -> Actor:
        """Whoever has the address, the disabled too. Raises Refused(not_found)."""
        return actor(self._known(tx, email))

    def staff(self, tx: Tx, id: str) -> Actor | None:
        """A person of staff who can work; None for the unknown and the disabled."""
        return _able(self._store.user(tx, id))

    def staff_of(self, tx: Tx, team: str) -> list[Actor]:
        """Who can work on a team, by name. Supervisors of all teams are on none."""
        return [person for person in self.all_staff(tx) if team in person.teams]

    def all_staff(self, tx: Tx) -> list[Actor]:
        """Everybody of staff who can work, by name."""
        return [actor(user) for user in self._store.users(tx) if user.disabled_at is None]

    def names(self, tx: Tx, ids: Collection[str]) -> dict[str, str]:
        """The public names of staff by id, of the disabled too."""
        return self._store.names(tx, ids) if ids else {}

    def user_to_sign_in(self, tx: Tx, email: str) -> User | None:
        """Whose address this is, the disabled too; None for the unknown."""
        address = normal_email(email)
        # A person who was added with an address that would be refused by now still signs in.
        return self._store.user_by_email(tx, address) if len(address) <= EMAIL_MAX and address.isprintable() else None

    def signed_in_from(self, tx: Tx, user: str, network: str | None) -> bool:
        """Did this person ever sign in from that network?"""
        return network is not None and self._store.signed_in_from(tx, user, network)

    def _known(self, tx: Tx, email: str) -> User:
        user = self._store.user_by_email(tx, normal_email(email))
        if user is None:
            sentence = f"Nobody has the address {email[:80]}."
            raise Refused("not_found", sentence, {"email": sentence})
        return user

    # -- sessions ----------------------------------------------------------------------

    def begin_session(
        self,
        tx: Tx,
        user: User,
        user_agent: str | None,
        now: int,
        network: str | None = None,
        *,
        prefixed: bool = False,
    ) -> tuple[str, Session, Actor]:
        """The value of the cookie, which is kept nowhere, the session, and whose it is. `prefixed`: the cookie has the
        name `__Host-…`, and counts by no other. Raises Refused(unauthorized) where the person was disabled, or the
        password changed, since it was checked."""
        present = self._store.user(tx, user.id)
        if present is None or present.disabled_at is not None or present.password_hash != user.password_hash:
            raise wrong_password()
        cookie = tokens.new_cookie()
        session = Session(
            id=tokens.fingerprint(cookie),
            user=user.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + SESSION_MS,
            user_agent=(user_agent or "")[:300] or None,
            renamed_at=0 if prefixed else None,
            network=network,
        )
        self._store.add_session(tx, session)
        here = replace(actor(present), network=network)
        self._store.record(tx, line(here, "sign_in", "session", present.id, {}, now))
        return cookie, session, actor(present)

    def session(self, tx: Tx, cookie: str, now: int, used_at: int = 0) -> tuple[Session, Actor] | None:
        """A session that holds, and whose it is. `used_at`: when it was last used, where that is not stored yet."""
        if not tokens.looks_like_cookie(cookie):
            return None
        session = self._store.session(tx, tokens.fingerprint(cookie))
        if session is None or session.expires_at <= now or is_idle(max(session.last_seen_at, used_at), now):
            return None
        person = _able(self._store.user(tx, session.user))
        return (session, person) if person is not None else None

    def sessions(self, tx: Tx, user: str, now: int) -> Sequence[Session]:
        """Where a person is signed in, the last used first."""
        return self._store.sessions_of(tx, user, now)

    def end_session_elsewhere(self, tx: Tx, by: Actor, session: str, now: int) -> None:
        """Sign out one of one's own devices. Raises Refused(not_found) where it is none of theirs."""
        if session not in {one.id for one in self._store.sessions_of(tx, by.id, now)}:
            raise Refused("not_found", "There is no such session of yours, or it has ended.")
        self._store.revoke_session(tx, session, now)
        self._store.record(tx, line(by, "sign_out", "session", by.id, {}, now))

    def choose_password(
        self, tx: Tx, user: User, password_hash: str, session: str, now: int, network: str | None = None
    ) -> None:
        """Take a person's new password, and end their sessions but this one. Raises Refused(unauthorized) where the
        old one is another by now."""
        present = self._store.user(tx, user.id)
        if present is None or present.disabled_at is not None or present.password_hash != user.password_hash:
            raise wrong_password()
        self._store.set_password(tx, user.id, password_hash)
        self._store.revoke_sessions(tx, user.id, now, but=session)
        self._store.record(tx, line(replace(actor(present), network=network), "set_password", "user", user.id, {}, now))

    def end_session(self, tx: Tx, cookie: str, now: int) -> None:
        """Sign out. Nothing happens where there is no such session."""
        if tokens.looks_like_cookie(cookie):
            self._store.revoke_session(tx, tokens.fingerprint(cookie), now)

    # -- tokens ------------------------------------------------------------------------

    def create_token(
        self,
        tx: Tx,
        email: str,
        now: int,
        *,
        days: int = 30,
        scopes: Iterable[str] = SCOPES,
        by: Actor = SYSTEM,
    ) -> str:
        """A bearer token for a person, told this once. Raises Refused for the unknown or disabled, a bad scope,
        or a life of less than a day or more than ten years."""
        user = self._known(tx, email)
        if user.disabled_at is not None:
            raise Refused("conflict", f"{user.email} is disabled and can have no token.")
        if not 1 <= days <= TOKEN_DAYS_MAX:
            raise invalid("days", f"A token lasts 1 to {TOKEN_DAYS_MAX:,} days, not {days:,}.")
        wanted = list(dict.fromkeys(scopes))
        for scope in wanted:
            if scope not in SCOPES:
                raise invalid("scope", f"There is no scope {scope[:40]!r}. Choose from {', '.join(SCOPES)}.")
        if not wanted:
            raise invalid("scope", f"A token has at least one scope out of {', '.join(SCOPES)}.")
        secret = tokens.new_token()
        self._store.add_token(
            tx,
            Token(
                hash=tokens.fingerprint(secret),
                user=user.id,
                label=tokens.label(secret),
                scopes=",".join(wanted),
                created_at=now,
                expires_at=now + days * DAY_MS,
            ),
        )
        detail = {"label": tokens.label(secret), "scopes": wanted, "days": days}
        self._store.record(tx, line(by, "create", "token", user.id, detail, now))
        return secret

    def token(self, tx: Tx, secret: str, now: int) -> tuple[Token, Actor, frozenset[Scope]] | None:
        """A token that holds, whose it is, and what it is good for."""
        if not tokens.looks_like_token(secret):
            return None
        token = self._store.token(tx, tokens.fingerprint(secret))
        if token is None or token.expires_at <= now:
            return None
        person = _able(self._store.user(tx, token.user))
        return (token, person, tokens.scopes_of(token.scopes)) if person is not None else None

    def token_used(self, tx: Tx, token: Token, now: int) -> None:
        """Note that a token is in use."""
        self._store.token_used(tx, token.hash, now)

    def tokens(self, tx: Tx, email: str | None, now: int) -> list[tuple[Token, Actor]]:
        """The tokens that hold, of a person or of everybody, oldest first, and whose they are. Raises Refused where
        there is no such person."""
        owner = self._known(tx, email).id if email is not None else None
        able = {person.id: person for person in self.all_staff(tx)}
        return [
            (token, able[token.user])
            for token in self._store.tokens_of(tx, owner)
            if token.expires_at > now and token.user in able
        ]

    def revoke_tokens(self, tx: Tx, email: str, label: str | None, now: int, by: Actor = SYSTEM) -> int:
        """End a person's tokens of that label, or all of them; how many they were. Raises Refused where there is
        none."""
        user = self._known(tx, email)
        count = self._store.revoke_tokens(tx, user.id, label, now)
        if not count:
            begins = f" that begins with {label[:20]}" if label is not None else ""
            raise Refused(
                "not_found", f"{user.email} has no token{begins}. `switchboard token list` shows what there is."
            )
        self._store.record(tx, line(by, "revoke", "token", user.id, {"label": label, "count": count}, now))
        return count


def wrong_password() -> Refused:
    """One answer for a wrong password, an unknown address and a disabled person."""
    return Refused("unauthorized", "Wrong email or password.")


def _able(user: User | None) -> Actor | None:
    return actor(user) if user is not None and user.disabled_at is None else None


def _checked_role(role: str, teams: Iterable[str], known_teams: Collection[str]) -> tuple[Role, frozenset[str]]:
    """Raises Refused(invalid) for a role or a team that there is not, and for an agent without a team."""
    wanted = frozenset(teams)
    known = next((known for known in ROLES if known == role), None)
    if known is None:
        raise invalid("role", f"There is no role {role[:40]!r}. Choose one of {', '.join(ROLES)}.")
    for team in sorted(wanted):
        if team not in known_teams:
            raise invalid("team", f"There is no team {team[:40]!r}. There are: {', '.join(known_teams)}.")
    if known == "agent" and not wanted:
        raise invalid("team", f"An agent is on at least one team. There are: {', '.join(known_teams)}.")
    return known, wanted
