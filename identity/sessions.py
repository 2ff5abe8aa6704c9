"""Makes and ends sessions. Sessions end when they are idle, when a new sign-in replaces them, or when a supervisor or
admin ends them.

Each method is the body of one transaction, or part of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from identity import tokens
from identity.actor import SYSTEM, Actor
from identity.audit import line
from identity.ports import Session, Store, Tx

IDLE_MS = 12 * 3_600_000
"""A staff session without activity for this long ends."""
CUSTOMER_IDLE_MS = 14 * 24 * 3_600_000
"""A customer's session without activity for this long ends."""
RENAMED_MS = 60_000
"""Time in ms for which the old cookie name is still accepted after a rename, for requests in progress."""
_ENDED_AT_ONCE = 200
_USER_AGENT_MAX = 300


def is_idle(session: Session, used_at: int, now: int) -> bool:
    """True if the session has had no activity for too long. `used_at` is a last use that is not stored yet, or 0."""
    allowed_ms = IDLE_MS if session.kind == "staff" else CUSTOMER_IDLE_MS
    return now - max(session.last_seen_at, used_at) >= allowed_ms


def begun(
    user: str,
    now: int,
    lasts_ms: int,
    *,
    kind: Literal["staff", "customer"],
    user_agent: str | None,
    network: str | None,
    prefixed: bool,
    factor_shown: bool = False,
    passkey: str | None = None,
) -> tuple[str, Session]:
    """Make a session that lasts at most `lasts_ms`. Returns the value of its cookie, which is not stored, and the
    session.

    `prefixed`: the cookie is named `__Host-…`. `factor_shown` and `passkey`: see `Session`.
    """
    cookie = tokens.new_cookie()
    session = Session(
        id=tokens.fingerprint(cookie),
        user=user,
        created_at=now,
        last_seen_at=now,
        expires_at=now + lasts_ms,
        user_agent=(user_agent or "")[:_USER_AGENT_MAX] or None,
        renamed_at=0 if prefixed else None,
        network=network,
        kind=kind,
        factor_shown=factor_shown,
        passkey=passkey,
    )
    return cookie, session


class Sessions:
    def __init__(self, store: Store) -> None:
        self._store = store

    def end_idle(self, tx: Tx, now: int) -> Sequence[Session]:
        """End at most 200 idle sessions and return them."""
        ended = self._store.idle_sessions(tx, now - IDLE_MS + 1, now - CUSTOMER_IDLE_MS + 1, _ENDED_AT_ONCE)
        for session in ended:
            self._store.revoke_session(tx, session.id, now)
            self._store.record(tx, line(SYSTEM, "expire", "session", session.user, {}, now))
        return ended

    def replace(self, tx: Tx, cookie: str, now: int) -> str | None:
        """End the old session of a browser in which somebody signs in again. Returns the id of that session; None if
        there was none."""
        if not tokens.looks_like_cookie(cookie):
            return None
        session = self._store.session(tx, tokens.fingerprint(cookie))
        if session is None:
            return None
        self._store.revoke_session(tx, session.id, now)
        return session.id

    def end_all(self, tx: Tx, person: Actor, now: int, *, and_tokens: bool = False, by: Actor = SYSTEM) -> int:
        """End all sessions of a person. With `and_tokens`, also end the person's bearer tokens. Returns the number of
        ended sessions."""
        count = self._store.revoke_sessions(tx, person.id, now)
        detail = {"sessions": count}
        if and_tokens:
            detail["tokens"] = self._store.revoke_tokens(tx, person.id, None, now)
        self._store.record(tx, line(by, "sign_out", "user", person.id, detail, now))
        return count

    def rename(self, tx: Tx, id: str, now: int, *, renaming: bool) -> int | None:
        """Check a session whose cookie still has the old name, without the prefix `__Host-`. Returns the moment at
        which the session expires; None if the old name is no longer accepted.

        Set `renaming` if the response gives the cookie the new name.
        """
        session = self._store.session(tx, id)
        if session is None:
            return None
        if session.renamed_at is None:
            if renaming:
                self._store.rename_session(tx, id, now)
            return session.expires_at
        return session.expires_at if 0 <= now - session.renamed_at < RENAMED_MS else None
