"""Sends news to the connections of this process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from chat.adapters.hub import Hub
from chat.adapters.peer import Peer, coalescing_key
from chat.frames.ephemeral import Ephemeral
from identity.actor import Actor

SENT_AT_ONCE = 500
"""After sending to this many connections, other work gets its turn."""


class HubTelling:
    """Implements `server.live.ports.Telling` with the hub."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.to_followers = hub.news
        self.withdraw = hub.drop_news

    def to_person(self, person: str, event: Ephemeral, *about: str) -> None:
        for peer in self._hub.peers_of(person):
            if peer.staff:
                self.to_connection(peer, event, *about)

    def to_supervisors(self, team: str, event: Ephemeral, *about: str, only: str | None = None) -> None:
        for peer, actor in self.staff_here():
            if actor.role == "supervisor" and actor.sees(team) and only in (None, actor.id):
                self.to_connection(peer, event, *about)

    async def to_all(self, event: Ephemeral, for_staff: Callable[[Actor], Ephemeral]) -> None:
        for count, peer in enumerate(self._hub.everybody_here(), start=1):
            if peer.staff and peer.actor is not None:
                self.to_connection(peer, for_staff(peer.actor))
            else:
                self.to_connection(peer, event)
            if count % SENT_AT_ONCE == 0:
                await asyncio.sleep(0)

    def staff_here(self) -> Iterable[tuple[Peer, Actor]]:
        return [(peer, peer.actor) for peer in self._hub.staff_here() if peer.actor is not None]

    def to_connection(self, peer: Peer, event: Ephemeral, *about: str) -> None:
        peer.tell(event, (*coalescing_key(event), *about))
