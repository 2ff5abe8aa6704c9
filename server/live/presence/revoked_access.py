"""Sweeps that enforce lost access: revoked sessions, idle sessions, disabled agents."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable
from functools import partial

from chat.adapters.hub import Hub
from chat.adapters.peer import Peer
from identity.actor import Actor
from identity.adapters.people import People
from identity.permissions import may
from routing.service import Dispatcher
from server.live.chats.open_chats import OpenChats
from server.live.presence.absences import Absences
from storage.ports import Storage

SESSION_REVOKED, ROLE_FORBIDDEN, RIGHTS_CHANGED = 4010, 4003, 4204
"""Close codes of `docs/protocol.md`."""
CHECKED_AT_ONCE = 250
"""Maximum number of sessions checked per query. It keeps each query so short that messages are not delayed."""


class RevokedAccess:
    def __init__(
        self,
        storage: Storage,
        hub: Hub,
        people: People,
        open_chats: OpenChats,
        routing: Dispatcher,
        absences: Absences,
        elsewhere: Collection[str],
        tell_others: Callable[[], None],
        spawn: Callable[[str, Callable[[], Awaitable[None]]], None],
        checked_at_once: int = CHECKED_AT_ONCE,
    ) -> None:
        """`elsewhere` are the people who are connected to other processes. `tell_others` tells these that sessions have
        ended or rights have changed. `spawn(name, work)` starts background work."""
        self._spawn = spawn
        self._tell_others = tell_others
        self._due = False
        self._checking = asyncio.Lock()
        people.known.watch(self._changed)
        self._elsewhere = elsewhere
        self._storage = storage
        self._hub = hub
        self._people = people
        self._open_chats = open_chats
        self._routing = routing
        self._absences = absences
        self.checked_at_once = checked_at_once
        self._able: frozenset[str] = frozenset()
        """The connected agents who may handle chats, by the last complete check."""

    def changed_elsewhere(self) -> None:
        """Another process has ended sessions or changed rights."""
        self._people.known.changed_elsewhere()
        self._check_soon()

    def _changed(self) -> None:
        self._tell_others()
        self._check_soon()

    def _check_soon(self) -> None:
        if not self._due:
            self._due = True
            self._spawn("close_revoked", self._check)

    async def _check(self) -> None:
        async with self._checking:
            self._due = False
            await self.close_revoked()

    async def close_revoked(self) -> None:
        """Close connections whose session or token was revoked, or whose person's role, name or teams changed. Also
        runs `close_signed_out_customers`. Raises StorageUnavailable."""
        connected = defaultdict[str, list[Peer]](list)
        for peer in self._hub.staff_here():
            if peer.fingerprint is not None:
                connected[peer.fingerprint].append(peer)
        able, self._able = set[str](), frozenset[str]()
        all_fingerprints = list(connected)
        for start in range(0, len(connected), self.checked_at_once):
            fingerprints = all_fingerprints[start : start + self.checked_at_once]
            known = [(one, peer.actor) for one in fingerprints for peer in connected[one] if peer.actor is not None]
            changed = await self._people.changed(known)
            able |= {actor.id for one, actor in known if one not in changed and may(actor, "handle", "chats")}
            for one, present in changed.items():
                _close(connected[one], present)
        self._able = frozenset(able)
        await self.close_signed_out_customers()

    async def close_signed_out_customers(self) -> None:
        """Close connections of customers whose session on our pages has ended."""
        connected = defaultdict[str, list[Peer]](list)
        for peer in self._hub.everybody_here():
            if not peer.staff and peer.fingerprint is not None:
                connected[peer.fingerprint].append(peer)
        sessions = list(connected)
        for start in range(0, len(sessions), self.checked_at_once):
            for one in await self._people.ended_sessions(sessions[start : start + self.checked_at_once]):
                _close(connected[one], None)

    async def end_idle_sessions(self) -> None:
        """End at most 200 idle sessions, and close the connections of staff in these sessions. If a staff member then
        has no connection left, requeue this person's chats. Raises StorageUnavailable."""
        sessions = await self._people.use.end_idle()
        ended = {session.id: session.user for session in sessions if session.kind == "staff"}
        for peer in self._hub.staff_here():
            if peer.fingerprint in ended:
                peer.close(SESSION_REVOKED, "signed out: nothing was done here for 12 hours")
        for person in set(ended.values()):
            if person not in self._elsewhere and all(peer.closed for peer in self._hub.peers_of(person)):
                await self._absences.leave(person)

    async def release_from_disabled(self) -> None:
        """Requeue the chats of people who were disabled, or who may no longer handle chats."""
        held = {chat.id: chat.agent for chat in self._open_chats.all() if chat.agent is not None}
        doubtful = set(held.values()) - self._able
        if not doubtful:
            return
        able = await self._storage.read(lambda tx: self._people.able(tx, doubtful))
        for chat, agent in held.items():
            if agent in doubtful and agent not in able:
                await self._storage.write(partial(self._absences.release, chat=chat, agent=agent, why="gone"))
                self._routing.agent_gone(agent)


def _close(peers: Iterable[Peer], present: Actor | None) -> None:
    """Close those connections of one session or token whose person has lost access, or has other rights now.

    `present` is the person of the session or token, with their current rights, or None if the session or token was
    revoked.
    """
    for peer in peers:
        if present is None:
            peer.close(SESSION_REVOKED, "signed out")
        elif not may(present, "handle", "chats"):
            peer.close(ROLE_FORBIDDEN, "for agents and supervisors")
        elif peer.actor != present:
            peer.close(RIGHTS_CHANGED, "your role, name or teams are others now")
