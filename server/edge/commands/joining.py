"""Adds a greeted connection to the other connections of its person."""

from __future__ import annotations

from chat.adapters.hub import Hub
from chat.adapters.socket import SocketPeer
from identity.actor import Actor
from server.edge.limits import SocketLimits
from server.edge.peers import actor_of
from server.live.alarms.alarms import Alarms
from server.live.presence.presence import Presence
from server.live.queues.offers import Offers
from server.live.tickets.ticket_followers import TicketFollowers


class Joining:
    def __init__(
        self,
        hub: Hub,
        presence: Presence,
        offers: Offers,
        alarms: Alarms,
        followers: TicketFollowers,
        limits: SocketLimits,
    ) -> None:
        self._hub = hub
        self._presence = presence
        self._offers = offers
        self._alarms = alarms
        self._followers = followers
        self._limits = limits

    def greeted(self, peer: SocketPeer) -> None:
        """Add the connection of `peer.actor`, who has said hello."""
        if peer.closed:
            # The connection was lost while we read.
            return
        actor = actor_of(peer)
        peer.person = actor.id
        if not self._has_room_for(peer, actor):
            return
        peer.wire.greeted = True
        if came := self._hub.join(peer):
            self._presence.first_connection(peer, came)
        elif peer.staff:
            self._presence.connection_added(peer)
        if peer.staff:
            self._offers.greet(peer)
            self._alarms.greet(peer)

    def become(self, peer: SocketPeer, actor: Actor) -> None:
        """From now on, let the connection belong to `actor`.

        The connection stops following tickets. It also stops following chats, unless `actor` is the visitor to whom it
        belongs already.
        """
        if peer.closed:
            return
        self._followers.leave(peer)
        if actor.id != peer.person and (gone := self._hub.leave(peer)):
            self._presence.last_connection_gone(peer, gone)
        if not self._has_room_for(peer, actor):
            return
        peer.actor, peer.person = actor, actor.id
        if came := self._hub.join(peer):
            self._presence.first_connection(peer, came)

    def _has_room_for(self, peer: SocketPeer, actor: Actor) -> bool:
        """Returns True if `actor` may have one more connection. Otherwise, closes this connection and returns False.

        All browsers of an account count together, as one person.
        """
        open_already = max(len({*self._hub.peers_of(id_)} - {peer}) for id_ in actor.ids)
        if self._limits.has_room_for(open_already):
            return True
        peer.close(4102, "too many connections of one person")
        return False
