"""The periodic job of live sessions: offers, reminders, and letters about moved and cancelled sessions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from clock import Clock
from learning.adapters.session_store import SqlSessions
from learning.booking import Booking
from learning.planning import AT_ONCE, Planning
from learning.reminders import BEFORE
from learning.sessions import HOUR_MS, Session
from storage.leases import Lease
from storage.ports import Storage, Tx

JOB = "session_care"
LEASE_MS = 60_000
_ROUNDS = 200
"""Transactions of one step in one run. What is left follows with the next run."""
_SETTLED_AT_ONCE = 20
_RECORDED = 20
_RECORDING_WITHIN_MS = 30 * 24 * HOUR_MS
"""A recording that comes later than this is not announced by letter."""
_OVER_WITHIN_MS = 3 * 24 * HOUR_MS
"""Sessions that began earlier have left the search before."""


class SessionCare:
    def __init__(self, storage: Storage, clock: Clock, booking: Booking, planning: Planning) -> None:
        self._storage = storage
        self._clock = clock
        self._booking = booking
        self._planning = planning
        self._sessions = SqlSessions()
        self._lease = Lease(JOB, clock, LEASE_MS)
        self._over = set[int]()

    async def sweep(self) -> None:
        """Do what is due. Each transaction is small. Does nothing while another process has the lease."""
        now = self._clock()
        if not await self._storage.read(lambda tx: self._is_due(tx, now)):
            return
        if not await self._storage.write(self._lease.claim):
            return
        for id_ in await self._storage.read(lambda tx: self._sessions.to_settle(tx, now, _SETTLED_AT_ONCE)):
            await self._storage.write(partial(self._settle, id_=id_, now=now))
        await self._repeat(lambda tx: self._planning.tell_changes(tx, now))
        for session in await self._storage.read(lambda tx: self._soon(tx, now)):
            await self._repeat(partial(self._remind, session=session, now=now))
            await self._repeat(partial(self._last_places, session=session, now=now))
        for session in await self._storage.read(lambda tx: self._just_recorded(tx, now)):
            await self._repeat(partial(self._recording, session=session, now=now))
        for session in await self._storage.read(lambda tx: self._just_over(tx, now)):
            await self._storage.write(partial(self._planning.over, session=session, now=now))
            self._over.add(session.id)
        await self._repeat(lambda tx: self._planning.forget_unconfirmed(tx, now))

    def _is_due(self, tx: Tx, now: int) -> bool:
        return bool(
            self._sessions.between(tx, now - _RECORDING_WITHIN_MS, now + BEFORE["day"] + HOUR_MS, None, 1)
            or self._sessions.to_settle(tx, now, 1)
            or self._sessions.to_tell(tx, now, 1)
        )

    def _soon(self, tx: Tx, now: int) -> list[Session]:
        found = self._sessions.between(tx, now, now + BEFORE["day"] + 1, None, 100)
        return [one.session for one in found if one.session.state == "planned"]

    def _just_over(self, tx: Tx, now: int) -> list[Session]:
        found = self._sessions.between(tx, now - _OVER_WITHIN_MS, now, None, 100)
        return [one.session for one in found if one.session.ends_at <= now and one.session.id not in self._over]

    def _just_recorded(self, tx: Tx, now: int) -> list[Session]:
        recorded = self._planning.recordings(tx, now, _RECORDED)
        return [session for session in recorded if session.ends_at > now - _RECORDING_WITHIN_MS]

    async def _repeat(self, step: Callable[[Tx], int]) -> None:
        """Run a step until it has nothing more to do."""
        for _ in range(_ROUNDS):
            if await self._storage.write(step) < AT_ONCE:
                return

    def _settle(self, tx: Tx, id_: int, now: int) -> None:
        self._booking.settle(tx, id_, now)

    def _remind(self, tx: Tx, session: Session, now: int) -> int:
        return self._planning.remind(tx, session, now)

    def _last_places(self, tx: Tx, session: Session, now: int) -> int:
        return self._planning.tell_last_places(tx, session, now)

    def _recording(self, tx: Tx, session: Session, now: int) -> int:
        return self._planning.tell_recording(tx, session, now)
