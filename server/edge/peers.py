"""A connection as this server keeps it: what let it in, and how it is told that the server goes away."""

from __future__ import annotations

from chat.adapters.hub import coalescing_key
from chat.adapters.socket import SocketPeer
from chat.frames import Bye
from server.edge.connections import Standing


class ServedPeer(SocketPeer):
    """A connection that is told when the server goes away, and that ends with what it was let in by."""

    __slots__ = ("place", "session")

    session: str | None
    """Its `fingerprint` where that is of a session: what is done here is done in it."""

    place: str
    """The address it speaks from now, for blocks. A line over HTTP may move; limits count for `address`, the first."""

    @property
    def standing(self) -> Standing:
        """How this connection counts for its address (`server.edge.connections`)."""
        if self.staff or (self.actor is not None and self.actor.identified):
            return "proven"
        return "asking" if self.wire.greeted else "idle"

    def shutting_down(self, retry_after_s: float) -> None:
        self.take_no_more()
        bye = Bye(reason="shutdown", retry_after_s=retry_after_s)
        self.tell(bye, coalescing_key(bye))
