"""How sessions of staff end, other than by signing out: unused, replaced, or by a supervisor or admin. Each method is
(part of) the body of one transaction. `tx` is opaque, `now` a moment in ms since the epoch, UTC; refusals are raised.
"""

from __future__ import annotations

from collections.abc import Sequence

from identity import tokens
from identity.actor import SYSTEM, Actor
from identity.audit import line
from identity.ports import Session, Store, Tx

IDLE_MS = 12 * 3_600_000
"""A session of staff ends when nothing was done in it for so long."""
RENAMED_MS = 60_000
"""How long a cookie is still taken by its plain name after it was exchanged: requests may be under way."""
_ENDED_AT_ONCE = 200


def is_idle(last_seen_at: int, now: int) -> bool:
    """Was nothing done in a session of staff for too long?"""
    return now - last_seen_at >= IDLE_MS


class Sessions:
    """The ends of sessions, over the store that keeps them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def end_idle(self, tx: Tx, now: int) -> Sequence[Session]:
        """End sessions in which nothing was done for too long, at most 200; those that ended."""
        ended = self._store.idle_sessions(tx, now - IDLE_MS + 1, _ENDED_AT_ONCE)
        for session in ended:
            self._store.revoke_session(tx, session.id, now)
            self._store.record(tx, line(SYSTEM, "expire", "session", session.user, {}, now))
        return ended

    def replace(self, tx: Tx, cookie: str, now: int) -> str | None:
        """Somebody signs in anew in the browser that has this cookie: its session ends. Which one; None where there is
        none."""
        if not tokens.looks_like_cookie(cookie):
            return None
        session = self._store.session(tx, tokens.fingerprint(cookie))
        if session is None:
            return None
        self._store.revoke_session(tx, session.id, now)
        return session.id

    def end_all(self, tx: Tx, person: Actor, now: int, *, and_tokens: bool = False, by: Actor = SYSTEM) -> int:
        """Sign a person out everywhere, with `and_tokens` their bearer tokens too; how many sessions ended."""
        count = self._store.revoke_sessions(tx, person.id, now)
        detail = {"sessions": count}
        if and_tokens:
            detail["tokens"] = self._store.revoke_tokens(tx, person.id, None, now)
        self._store.record(tx, line(by, "sign_out", "user", person.id, detail, now))
        return count

    def rename(self, tx: Tx, id: str, now: int, *, told: bool) -> int | None:
        """May this session be shown by a cookie of the plain name? Until when it lasts; None where not, since that was
        exchanged before. `told`: the browser is given the new name now."""
        session = self._store.session(tx, id)
        if session is None:
            return None
        if session.renamed_at is None:
            if told:
                self._store.rename_session(tx, id, now)
            return session.expires_at
        return session.expires_at if 0 <= now - session.renamed_at < RENAMED_MS else None
