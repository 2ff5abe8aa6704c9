"""Sends the floor to the supervisors who have it open.

The floor is computed once per run of the sweep, for all supervisors together. A connection first gets a whole floor,
and then frames with the changes. For a slow connection, at most one frame waits: a new frame replaces a frame that is
not sent yet. From the field `after` of a frame, the page notices that it missed the frame before, and asks for a whole
floor.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from chat import wire
from chat.adapters.peer import coalescing_key
from chat.frames.floor import Floor
from clock import Clock
from identity.actor import Actor
from server.live.supervision.floor_snapshot import Facts, Snapshot, change_frame, seen_by, snapshot, whole_frame

LEASE_MS = 60_000
"""A connection gets the floor for this long after it asked."""
FRESH_MS = 1_000
"""A floor of at most this age is given to somebody who asks for one."""

ON_THE_WAY = 10
"""A page may ask with a version that is at most this many frames old, because newer frames may still be on their way to
the page."""

Scope = tuple[str, ...]
"""The teams that a supervisor sees."""


class Looking(Protocol):
    async def look(self) -> Facts:
        """The facts now. Is not called while another call runs."""
        ...


class OpenTeams(Protocol):
    @property
    def open(self) -> Iterable[str]:
        """The keys of the teams that are not retired."""
        ...


class Follower(Protocol):
    """The connection of a supervisor."""

    @property
    def actor(self) -> Actor | None: ...
    @property
    def closed(self) -> bool: ...
    def send_news(self, key: tuple[str, ...], payload: bytes) -> None: ...


@dataclass(slots=True)
class _Follow:
    until: int
    scope: Scope
    sent: deque[int] = field(default_factory=lambda: deque(maxlen=ON_THE_WAY))
    """The versions of the last frames for this connection. Empty if the next frame must have the whole floor."""


@dataclass(slots=True)
class _View:
    """The floor for one scope, and the frames with it. Each frame is encoded once, for all connections."""

    seen: Snapshot
    whole: Callable[[], Floor]
    change: Floor | None
    """The changes since the previous floor. None if there is no previous floor, or if its teams differ."""
    encoded: dict[int, bytes] = field(default_factory=dict)

    def frame(self, after: int) -> bytes:
        """The frame for a connection that has version `after` of the floor. `after` is 0 if the connection has no
        floor."""
        fits = self.change is not None and self.change.after == after
        key = after if fits else 0
        if key not in self.encoded:
            self.encoded[key] = wire.ephemeral(self.change if fits and self.change is not None else self.whole())
        return self.encoded[key]


@dataclass(frozen=True, slots=True)
class _Whole:
    """The floor of all teams. `now` is its time by the wall clock, `steady` by the clock for durations."""

    snapshot: Snapshot
    now: int
    steady: int
    version: int


def _seen(whole: _Whole, scope: Scope, before: _View | None) -> _View:
    """The floor for a scope. `before` is its floor of the version before, if there is one."""
    seen, version, now = seen_by(whole.snapshot, scope), whole.version, whole.now
    change = None if before is None else change_frame(before.seen, seen, after=version - 1, version=version, now=now)
    return _View(seen, lambda: whole_frame(seen, version, now), change)


class FloorFollowers:
    """Call the methods on the event loop."""

    def __init__(self, facts: Looking, steady: Clock, teams: OpenTeams) -> None:
        self._facts = facts
        self._steady = steady
        self._teams = teams
        self._follows: dict[Follower, _Follow] = {}
        self._looking = asyncio.Lock()
        self._version = 0
        self._whole: _Whole | None = None
        """The last floor of all teams."""
        self._views: dict[Scope, _View] = {}

    async def follow(self, peer: Follower, actor: Actor, version: int) -> None:
        """Send the floor to this connection for the next LEASE_MS.

        `version` is the version of the floor that the connection has, or 0 if it has none.
        """
        await self._look_if_old()
        if peer.closed:
            return
        known, scope = self._follows.get(peer), self._scope(actor)
        if known is not None and known.scope == scope and version in known.sent:
            known.until = self._steady() + LEASE_MS
            return
        self._follows[peer] = follow = _Follow(self._steady() + LEASE_MS, scope)
        self._send(peer, follow)

    def leave(self, peer: Follower) -> None:
        """Stop sending to a connection that is gone, or that now belongs to another person."""
        self._follows.pop(peer, None)

    async def floor_of(self, actor: Actor) -> Floor:
        """The whole floor of a supervisor's teams, at most a second old."""
        await self._look_if_old()
        return self._view(self._scope(actor)).whole()

    async def sweep(self) -> None:
        """Compute the floor, and send the changes. Does nothing if no supervisor has the floor open."""
        now = self._steady()
        self._follows = {
            peer: follow
            for peer, follow in self._follows.items()
            if not peer.closed and follow.until > now and _supervises(peer)
        }
        if not self._follows:
            self._views.clear()
            return
        async with self._looking:
            await self._look()

    async def _tell_all(self) -> None:
        told: set[Scope] = set()
        for peer, follow in list(self._follows.items()):
            # The page may have left, or have asked for the floor and got this version, while others were told.
            if self._follows.get(peer) is not follow or self._version in follow.sent:
                continue
            if peer.actor is None or not _supervises(peer):
                continue
            scope = self._scope(peer.actor)
            if scope != follow.scope:
                follow.scope = scope
                follow.sent.clear()
            self._send(peer, follow)
            if scope not in told:
                told.add(scope)
                await asyncio.sleep(0)

    def _send(self, peer: Follower, follow: _Follow) -> None:
        peer.send_news(_KEY, self._view(follow.scope).frame(follow.sent[-1] if follow.sent else 0))
        follow.sent.append(self._version)

    def _scope(self, actor: Actor) -> Scope:
        return tuple(key for key in self._teams.open if actor.sees(key))

    def _is_old(self) -> bool:
        return self._whole is None or self._steady() - self._whole.steady > FRESH_MS

    async def _look_if_old(self) -> None:
        if self._is_old():
            # Somebody else may look while this call waits.
            async with self._looking:
                if self._is_old():
                    await self._look()

    async def _look(self) -> None:
        """Compute the floor, and send it to its followers. The caller must hold the lock `_looking`.

        Other tasks run between the steps, which take a few ms each on a large desk.
        """
        facts = await self._facts.look()
        whole = _Whole(snapshot(facts), facts.now, self._steady(), self._version + 1)
        views: dict[Scope, _View] = {}
        for scope in {follow.scope for follow in self._follows.values()}:
            await asyncio.sleep(0)
            views[scope] = _seen(whole, scope, self._views.get(scope))
        self._whole, self._views, self._version = whole, views, whole.version
        await self._tell_all()

    def _view(self, scope: Scope) -> _View:
        if scope not in self._views:
            assert self._whole is not None, "nothing is seen before the first look"
            self._views[scope] = _seen(self._whole, scope, None)
        return self._views[scope]


_KEY = coalescing_key(Floor(version=0, after=0, as_of="", teams=[], agents=[], gone=[]))


def _supervises(peer: Follower) -> bool:
    return peer.actor is not None and peer.actor.role == "supervisor"
