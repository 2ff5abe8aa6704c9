"""Who sits at a connection."""

from __future__ import annotations

from chat.adapters.socket import SocketPeer
from identity.actor import Actor


def actor_of(peer: SocketPeer) -> Actor:
    """Who said hello on this connection."""
    assert peer.actor is not None, "nothing but hello is handled before hello"
    return peer.actor
