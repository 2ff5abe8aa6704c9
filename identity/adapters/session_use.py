"""When sessions were last used: noted in memory, written down now and then, and what ends where nothing was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from clock import Clock
from identity import tokens
from identity.adapters.store import SqlStore
from identity.ports import Session
from identity.sessions import IDLE_MS, Sessions
from storage.ports import Storage

_WRITTEN_AT_ONCE = 200
"""Sessions whose last use is written in one go: messages are stored between two of them."""


class SessionUse:
    """Over a storage. Sessions are named by `tokens.fingerprint`; moments in ms since the epoch, UTC."""

    def __init__(self, storage: Storage, clock: Clock, forget: Callable[[str], None]) -> None:
        """`forget` is told of a session that ended."""
        self._storage = storage
        self._clock = clock
        self._forget = forget
        self._store = SqlStore()
        self._ends = Sessions(SqlStore())
        self._unwritten: dict[str, int] = {}
        """When they were first used since that was last written down."""

    def note(self, session: str) -> None:
        """Somebody did something in this session, which holds: it lasts longer by that. No command waits for the
        store. Of what is done between two writes the first counts: each command costs a look into a dict."""
        if session not in self._unwritten:
            self._unwritten[session] = self._clock()

    def last(self, session: str) -> int:
        """When it was last used, as far as that is not written down; 0 where all is."""
        return self._unwritten.get(session, 0)

    async def write_down(self) -> None:
        """Store when sessions were last used. Raises StorageUnavailable."""
        pending = list(self._unwritten.items())
        for at in range(0, len(pending), _WRITTEN_AT_ONCE):
            seen = dict(pending[at : at + _WRITTEN_AT_ONCE])
            await self._storage.write(partial(self._store.sessions_seen, seen=seen))
            for session in seen:
                self._unwritten.pop(session, None)

    async def end_idle(self) -> Sequence[Session]:
        """End those in which nothing was done for too long, at most 200; those that ended. Raises
        StorageUnavailable."""
        await self.write_down()
        now = self._clock()
        if not await self._storage.read(lambda tx: self._store.idle_sessions(tx, now - IDLE_MS + 1, 1)):
            return ()
        ended = await self._storage.write(lambda tx: self._ends.end_idle(tx, now))
        for session in ended:
            self._forget(session.id)
        return ended

    async def rename(self, cookie: str, *, told: bool) -> int | None:
        """See `identity.sessions.Sessions.rename`. Raises StorageUnavailable."""
        now, id_ = self._clock(), tokens.fingerprint(cookie)
        way = self._storage.write if told else self._storage.read
        return await way(lambda tx: self._ends.rename(tx, id_, now, told=told))
