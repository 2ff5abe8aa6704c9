"""The data of an admitted chat connection: who opened it, by which session, and from which network address."""

from __future__ import annotations

from collections.abc import Collection

from chat.adapters.hub import Hub
from chat.adapters.peer import coalescing_key
from chat.adapters.socket import SocketPeer
from chat.frames.ephemeral import Bye
from identity.actor import Actor
from server.edge.connections import Standing


class ServedPeer(SocketPeer):
    __slots__ = ("account", "place", "session")

    account: str | None
    """The account of a customer who is signed in on our own pages. `hello` uses this account if the customer sends no
    signed identity."""

    session: str | None
    """The fingerprint of the session that admitted the connection, if any. Commands keep that session alive."""

    place: str
    """The present network address, for which blocks are checked.

    It may change if the connection consists of HTTP requests. Limits are counted for `address`, the first network
    address.
    """

    @property
    def standing(self) -> Standing:
        """The state of the connection, for the limits of `server.edge.connections`."""
        if self.staff or (self.actor is not None and self.actor.identified):
            return "proven"
        return "asking" if self.wire.greeted else "idle"

    def shutting_down(self, retry_after_s: float) -> None:
        self.take_no_more()
        bye = Bye(reason="shutdown", retry_after_s=retry_after_s)
        self.tell(bye, coalescing_key(bye))


def close_limited(hub: Hub, actor: Actor, sessions: Collection[str]) -> None:
    """Close the connections of these sessions of `actor`, who must set up a second factor before anything else is
    allowed."""
    for peer in hub.peers_of(actor.id):
        if isinstance(peer, ServedPeer) and peer.session in sessions:
            peer.close(4003, "set up two-step verification first")


def actor_of(peer: SocketPeer) -> Actor:
    """The person who said hello on this connection."""
    assert peer.actor is not None, "nothing but hello is handled before hello"
    return peer.actor
