"""Tracks the last use of sessions in memory, saves it periodically, and ends idle sessions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from clock import Clock
from identity import tokens
from identity.adapters.store import SqlStore
from identity.ports import Session
from identity.sessions import CUSTOMER_IDLE_MS, IDLE_MS, Sessions
from storage.ports import Storage

_WRITTEN_AT_ONCE = 200
"""Maximum number of sessions saved per transaction. It is small, so that messages need not wait long for the commit."""


class SessionUse:
    """The last use of each session. A `session` is the fingerprint of a session cookie."""

    def __init__(self, storage: Storage, clock: Clock, forget: Callable[[str], None]) -> None:
        """`end_idle` calls `forget` with the fingerprint of each session that it ended."""
        self._storage = storage
        self._clock = clock
        self._forget = forget
        self._store = SqlStore()
        self._ends = Sessions(SqlStore())
        self._unwritten: dict[str, int] = {}
        """First use of each session since the last save."""

    def note(self, session: str) -> None:
        """Note a use of a valid session. Only the first use after each save is kept, so further uses cost one
        dictionary lookup."""
        if session not in self._unwritten:
            self._unwritten[session] = self._clock()

    def last(self, session: str) -> int:
        """The first use of the session since the last save; 0 if there was none."""
        return self._unwritten.get(session, 0)

    async def save(self) -> None:
        """Save the uses of sessions since the last call of `save`. Raises StorageUnavailable."""
        pending = list(self._unwritten.items())
        for at in range(0, len(pending), _WRITTEN_AT_ONCE):
            seen = dict(pending[at : at + _WRITTEN_AT_ONCE])
            await self._storage.write(partial(self._store.sessions_seen, seen=seen))
            for session in seen:
                self._unwritten.pop(session, None)

    async def end_idle(self) -> Sequence[Session]:
        """End at most 200 idle sessions and return them. Raises StorageUnavailable."""
        await self.save()
        now = self._clock()
        before = now - IDLE_MS + 1, now - CUSTOMER_IDLE_MS + 1
        if not await self._storage.read(lambda tx: self._store.idle_sessions(tx, *before, 1)):
            return ()
        ended = await self._storage.write(lambda tx: self._ends.end_idle(tx, now))
        for session in ended:
            self._forget(session.id)
        return ended

    async def rename(self, cookie: str, *, renaming: bool) -> int | None:
        """Runs `Sessions.rename` for the session of `cookie`, in a transaction. Raises StorageUnavailable."""
        now, id_ = self._clock(), tokens.fingerprint(cookie)
        run = self._storage.write if renaming else self._storage.read
        return await run(lambda tx: self._ends.rename(tx, id_, now, renaming=renaming))
