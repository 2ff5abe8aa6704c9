"""Runs durable commands, each in its own transaction."""

from __future__ import annotations

from collections.abc import Callable

from chat.adapters import archive
from chat.adapters.socket import SocketPeer
from chat.events import Logged
from chat.ports import Stamp
from clock import Clock
from identity.actor import Actor
from server.edge.commands.stored import StoredAnswers
from server.edge.peers import actor_of
from storage.ports import Storage, Tx

Body = Callable[[Tx, Actor, int, Stamp], Logged]
"""The body of a transaction, for an actor at a moment. Returns the last event it wrote."""


class Transactions:
    def __init__(self, storage: Storage, clock: Clock, stored: StoredAnswers) -> None:
        self._storage = storage
        self._clock = clock
        self._stored = stored

    async def run(self, peer: SocketPeer, id_: str, body: Body, actor: Actor | None = None) -> bytes | None:
        """Run a command, unless it is already stored.

        Returns the `ok` of a stored command. Returns None for a new command, because the hub sends its `ok`. `actor` is
        the author of the event, by default `peer.actor`.
        """
        by = actor or actor_of(peer)

        def unit(tx: Tx) -> tuple[Logged, bool]:
            earlier = archive.known(tx, peer.person, id_)
            if earlier:
                return earlier, True
            return body(tx, by, self._clock(), Stamp(by.id, id_, peer)), False

        peer.begun(id_)
        try:
            event, dup = await self._storage.write(unit)
        except BaseException:
            peer.ended(id_)
            raise
        if dup:
            peer.ended(id_)
            return await self._stored.ok(peer, event)
        return None
