"""Adds, moves and cancels live sessions, and tells registered people. Each method is (part of) the body of one
transaction.

`tx` is opaque, `now` is in ms since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from learning.catalogue import SessionKind
from learning.ports import Announcing, Letter, Letters, Listed, Registrations, Sessions, Tx
from learning.reminders import applies, due_step, key_of
from learning.seats import LAST_MS
from learning.sessions import HELD, HOUR_MS, UNCONFIRMED_MS, Session, Standing, check, differs_in_calendars
from refusals import Refused

AT_ONCE = 50
"""Letters in one transaction."""
LISTED_MAX = 500
_REGISTERED: tuple[Standing, ...] = ("registered",)
_WAITING: tuple[Standing, ...] = ("waiting",)
AHEAD_MS = 400 * 24 * HOUR_MS
"""How far ahead sessions are listed."""


class Planning:
    def __init__(
        self, sessions: Sessions, registrations: Registrations, letters: Letters, announcing: Announcing
    ) -> None:
        self._sessions = sessions
        self._registrations = registrations
        self._letters = letters
        self._announcing = announcing

    # -- reading ------------------------------------------------------------------------

    def listed(self, tx: Tx, now: int, kind: SessionKind | None = None) -> list[Listed]:
        """The planned sessions that have not ended, earliest first."""
        found = self._sessions.between(tx, now - 24 * HOUR_MS, now + AHEAD_MS, kind, LISTED_MAX)
        return [one for one in found if one.session.state == "planned" and one.session.ends_at > now]

    def all_listed(self, tx: Tx, since: int, until: int) -> list[Listed]:
        """All sessions that begin in this time, cancelled ones too, for staff."""
        return self._sessions.between(tx, since, until, None, LISTED_MAX)

    def recordings(self, tx: Tx, now: int, limit: int) -> Sequence[Session]:
        """The past sessions with a recording, newest first."""
        return [one for one in self._sessions.recorded(tx, limit) if one.ends_at <= now]

    def session(self, tx: Tx, id_: int) -> Listed:
        """Raises Refused(not_found)."""
        session = self._sessions.find(tx, id_)
        if session is None:
            raise Refused("not_found", "There is no such session.")
        return Listed(session, self._sessions.seats(tx, session))

    # -- planning -----------------------------------------------------------------------

    def add(self, tx: Tx, session: Session, now: int) -> Session:
        """Store a new session, and tell followers. Raises `learning.sessions.Fault`."""
        check(session, now)
        new = replace(session, created_at=now, changed_at=now)
        stored = replace(new, id=self._sessions.add(tx, new))
        self._announcing.session(tx, stored, now)
        return stored

    def change(self, tx: Tx, id_: int, wanted: Session, now: int) -> Session:
        """Store what has changed. Registered people are told of another time, place or link, and their calendars get
        it. More places are offered to the people who wait.

        Raises `learning.sessions.Fault`, or Refused: `not_found`, or `conflict` for a session that is cancelled.
        """
        before = self._sessions.find(tx, id_, lock=True)
        if before is None:
            raise Refused("not_found", "There is no such session.")
        if before.state == "cancelled":
            raise Refused("conflict", "This session is cancelled. Add a new one.")
        if before.ends_at <= now and before.starts_at != wanted.starts_at:
            raise Refused("conflict", "This session is over. Add a new one.")
        kept = {name: getattr(before, name) for name in ("id", "source", "turns", "created_at", "sequence", "told")}
        changed = replace(wanted, **kept, changed_at=before.changed_at)
        check(changed, now, before)
        if differs_in_calendars(changed, before):
            changed = replace(changed, sequence=before.sequence + 1, changed_at=now)
            if before.ends_at <= now:
                # Nobody needs the new address of a session that is over.
                changed = replace(changed, told=changed.sequence)
        self._sessions.put(tx, changed)
        self._announcing.session(tx, changed, now)
        return changed

    def cancel(self, tx: Tx, id_: int, now: int) -> Session:
        """Cancel a session. Everybody who has a place, or waits for one, is told. Does nothing for a cancelled one."""
        before = self._sessions.find(tx, id_)
        if before is not None and before.state == "cancelled":
            return before
        if before is not None and before.starts_at <= now:
            raise Refused("conflict", "This session has begun.")
        return self.change(tx, id_, replace(before, state="cancelled"), now) if before is not None else _gone()

    def over(self, tx: Tx, session: Session, now: int) -> None:
        """Call it once a session has ended: searches find its series only while it has a date to come."""
        self._announcing.session(tx, session, now)

    # -- telling ------------------------------------------------------------------------

    def tell_changes(self, tx: Tx, now: int) -> int:
        """Queue letters about moved and cancelled sessions. Returns how many. 0 if everybody has been told."""
        for session in self._sessions.to_tell(tx, now, 1):
            kind: Letter = "session_cancelled" if session.state == "cancelled" else "session_moved"
            key = key_of(kind, session.sequence)
            count = self._send(tx, session, kind, (*HELD, "waiting"), key, session.changed_at, now)
            if count < AT_ONCE:
                self._sessions.told(tx, session.id, session.sequence)
            return count
        return 0

    def remind(self, tx: Tx, session: Session, now: int) -> int:
        """Queue the reminders that are due. Returns how many. Below AT_ONCE, there are no more."""
        step = due_step(now, session.starts_at)
        if step is None or session.state == "cancelled":
            return 0
        key = key_of(step, session.starts_at)
        people = self._registrations.without_notice(tx, session.id, _REGISTERED, key, now, AT_ONCE)
        for one in people:
            self._registrations.notice(tx, one.id, key, now)
            if applies(step, session.starts_at, one.at):
                self._letters.send(tx, "session_reminder", one)
        return len(people)

    def tell_last_places(self, tx: Tx, session: Session, now: int) -> int:
        """In the last two hours, tell the people who wait that a place is free. Each is told once. Returns how many."""
        open_to_all = session.starts_at - LAST_MS <= now < session.starts_at and session.state == "planned"
        if not open_to_all or self._sessions.seats(tx, session).left == 0:
            return 0
        key = key_of("free", session.starts_at)
        return self._send(tx, session, "session_free", _WAITING, key, now, now)

    def tell_recording(self, tx: Tx, session: Session, now: int) -> int:
        """Queue letters about a recording. Returns how many."""
        if not session.recording or session.ends_at > now:
            return 0
        return self._send(tx, session, "session_recording", _REGISTERED, "recording", now, now)

    def forget_unconfirmed(self, tx: Tx, now: int) -> int:
        """Remove registrations whose address was not confirmed within a day. Returns how many."""
        return self._registrations.forget_unconfirmed(tx, now - UNCONFIRMED_MS, AT_ONCE)

    def _send(
        self,
        tx: Tx,
        session: Session,
        kind: Letter,
        standings: Collection[Standing],
        key: str,
        before: int,
        now: int,
    ) -> int:
        people = self._registrations.without_notice(tx, session.id, standings, key, before, AT_ONCE)
        for one in people:
            if self._registrations.notice(tx, one.id, key, now):
                self._letters.send(tx, kind, one)
        return len(people)


def _gone() -> Session:
    raise Refused("not_found", "There is no such session.")
