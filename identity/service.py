"""Staff with their sessions and tokens.

Each method is the body of one transaction, or part of it. Refusals are raised as `identity.errors.Refused`. A sign-in
is refused with the same answer for unknown and for disabled people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from identity import tokens
from identity.actor import SYSTEM, Actor
from identity.audit import line
from identity.errors import invalid
from identity.ports import Session, Token, Tx, User
from identity.sessions import begun, is_idle
from identity.staff import Staff, actor, enabled
from identity.tokens import SCOPES, Scope
from refusals import Refused

DAY_MS = 86_400_000
SESSION_MS = 14 * DAY_MS
"""Lifetime of a session in ms."""
TOKEN_DAYS_MAX = 3_650
NO_DETAIL: Mapping[str, object] = {}
SEEN_EVERY_MS = 3_600_000
"""Resolution, in ms, of the stored time at which a token was last used."""


class Identity(Staff):
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
        factor_shown: bool = False,
        passkey: str | None = None,
        detail: Mapping[str, object] = NO_DETAIL,
    ) -> tuple[str, Session, Actor]:
        """Begin a session. Returns the value of its cookie, the session and its owner. The value is not stored.

        If `prefixed`, the cookie is named `__Host-…`, and no other name is accepted. `factor_shown` and `passkey`: see
        `Session`. `detail` is for the audit. Raises Refused(unauthorized) if the person was disabled or the password
        was changed after `user` was read.
        """
        self._store.lock_credentials(tx, user.id)
        present = self._store.user(tx, user.id)
        if present is None or present.disabled_at is not None or present.password_hash != user.password_hash:
            raise wrong_password()
        cookie, session = begun(
            user.id,
            now,
            SESSION_MS,
            kind="staff",
            user_agent=user_agent,
            network=network,
            prefixed=prefixed,
            factor_shown=factor_shown,
            passkey=passkey,
        )
        self._store.add_session(tx, session)
        here = replace(actor(present), network=network)
        self._store.record(tx, line(here, "sign_in", "session", present.id, detail, now))
        return cookie, session, actor(present)

    def valid_session(self, tx: Tx, cookie: str, now: int, used_at: int = 0) -> Session | None:
        """The session of `cookie`, of a staff member or a customer; None if it is not valid. `used_at` is the time of a
        last use that is not stored yet, or 0."""
        if not tokens.looks_like_cookie(cookie):
            return None
        session = self._store.session(tx, tokens.fingerprint(cookie))
        ended = session is None or session.expires_at <= now or is_idle(session, used_at, now)
        return None if ended else session

    def session(self, tx: Tx, cookie: str, now: int, used_at: int = 0) -> tuple[Session, Actor] | None:
        """The session of `cookie` and the staff member who owns it; None if the session is not valid."""
        session = self.valid_session(tx, cookie, now, used_at)
        person = enabled(self._store.user(tx, session.user)) if session is not None else None
        return (session, person) if session is not None and person is not None else None

    def signed_out_by(self, tx: Tx, cookie: str) -> str | None:
        """The name of the colleague who ended the session of `cookie`, with all of its person. None if nobody did."""
        return self._store.signed_out_by(tx, tokens.fingerprint(cookie)) if tokens.looks_like_cookie(cookie) else None

    def sessions(self, tx: Tx, user: str, now: int) -> Sequence[Session]:
        """A person's valid sessions, most recently used first."""
        return self._store.sessions_of(tx, user, now)

    def end_session_elsewhere(self, tx: Tx, by: Actor, session: str, now: int) -> None:
        """End the session `session` of the person `by`. Raises Refused(not_found) if the person has no such valid
        session."""
        if session not in {one.id for one in self._store.sessions_of(tx, by.id, now)}:
            raise Refused("not_found", "You have no such session, or it has ended.")
        self._store.revoke_session(tx, session, now)
        self._store.record(tx, line(by, "sign_out", "session", by.id, {}, now))

    def choose_password(
        self, tx: Tx, user: User, password_hash: str, session: str, now: int, network: str | None = None
    ) -> None:
        """Set a new password and end all sessions except `session`.

        Raises Refused(unauthorized) if the person was disabled, or the stored password has changed, since the old
        password was checked.
        """
        self._store.lock_credentials(tx, user.id)
        present = self._store.user(tx, user.id)
        if present is None or present.disabled_at is not None or present.password_hash != user.password_hash:
            raise wrong_password()
        self._store.set_password(tx, user.id, password_hash)
        self._store.revoke_sessions(tx, user.id, now, but=session)
        self._store.record(tx, line(replace(actor(present), network=network), "set_password", "user", user.id, {}, now))

    def end_session(self, tx: Tx, cookie: str, now: int) -> bool:
        """End the session of `cookie`. Returns False if there is none."""
        return tokens.looks_like_cookie(cookie) and self._store.revoke_session(tx, tokens.fingerprint(cookie), now)

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
        """Create a bearer token and return it. The token cannot be shown again.

        Raises Refused: `not_found` for an unknown address; `conflict` for a disabled person; `invalid` for a bad scope
        or lifetime.
        """
        user = self.known_user(tx, email)
        if user.disabled_at is not None:
            raise Refused("conflict", f"{user.email} is disabled, so they cannot have a token.")
        if not 1 <= days <= TOKEN_DAYS_MAX:
            raise invalid("days", f"A token lasts 1 to {TOKEN_DAYS_MAX:,} days, not {days:,}.")
        wanted = list(dict.fromkeys(scopes))
        for scope in wanted:
            if scope not in SCOPES:
                raise invalid("scope", f"There is no scope {scope[:40]!r}. Choose from {', '.join(SCOPES)}.")
        if not wanted:
            raise invalid("scope", f"A token needs at least one scope. Choose from {', '.join(SCOPES)}.")
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
        """The token, its owner and its scopes; None if the token is not valid."""
        if not tokens.looks_like_token(secret):
            return None
        token = self._store.token(tx, tokens.fingerprint(secret))
        if token is None or token.expires_at <= now:
            return None
        person = enabled(self._store.user(tx, token.user))
        return (token, person, tokens.scopes_of(token.scopes)) if person is not None else None

    def token_used(self, tx: Tx, token: Token, now: int) -> None:
        self._store.token_used(tx, token.hash, now)

    def tokens(self, tx: Tx, email: str | None, now: int) -> list[tuple[Token, Actor]]:
        """Valid tokens of a person (None: of everybody) with their owners, oldest first.

        Raises Refused(not_found) if there is no such person.
        """
        owner = self.known_user(tx, email).id if email is not None else None
        able = {person.id: person for person in self.all_staff(tx)}
        return [
            (token, able[token.user])
            for token in self._store.tokens_of(tx, owner)
            if token.expires_at > now and token.user in able
        ]

    def revoke_tokens(self, tx: Tx, email: str, label: str | None, now: int, by: Actor = SYSTEM) -> int:
        """Revoke a person's tokens with that label (None: all) and return their number.

        Raises Refused(not_found) for an unknown address, or if there are no such tokens.
        """
        user = self.known_user(tx, email)
        count = self._store.revoke_tokens(tx, user.id, label, now)
        if not count:
            begins = f" that begins with {label[:20]}" if label is not None else ""
            raise Refused("not_found", f"{user.email} has no token{begins}. `switchboard token list` lists all tokens.")
        self._store.record(tx, line(by, "revoke", "token", user.id, {"label": label, "count": count}, now))
        return count


def wrong_password() -> Refused:
    """The refusal of a sign-in. It is the same for a wrong password, an unknown address and a disabled person."""
    return Refused("unauthorized", "Wrong email or password.")
