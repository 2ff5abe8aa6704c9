"""A connection as the hub sees it, and the encoding of events for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from chat import wire
from chat.events import Logged
from chat.frames.ephemeral import Ephemeral
from identity.actor import Actor


class Peer(Protocol):
    """One connection."""

    person: str
    """The visitor or user to whom the command ids of the connection belong."""
    staff: bool
    actor: Actor | None
    """None until the connection has identified itself."""
    fingerprint: str | None
    """The fingerprint of the session or token of this connection. None for customers who are not signed in."""
    closed: bool
    pending: dict[str, int]
    """The ids of unanswered durable commands, with the number of frames that wait for each answer."""

    @property
    def ids(self) -> tuple[str, ...]:
        """All ids of the person: `person` and the proven account, if any."""
        ...

    @property
    def has_room(self) -> bool:
        """True if the connection's send queue has room for one more durable event."""
        ...

    def ended(self, command_id: str) -> None:
        """Record that a frame with this command id was answered."""
        ...

    def stored(self, command_id: str) -> None:
        """Record that a command of this connection was stored.

        The connection gets the `ok` when its place in the chat's log reaches the event of the command.
        """
        ...

    async def stored_now(self, command_id: str) -> bool:
        """Wait until a pending command is stored or answered. True if it is stored but its `ok` was not sent yet."""
        ...

    def send(self, payload: bytes) -> None: ...
    def replace(self, start: bytes, payload: Callable[[], bytes]) -> None:
        """Replace queued frames that begin with `start` by `payload()`."""
        ...

    def drop_news(self, start: tuple[str, ...]) -> None:
        """Drop queued ephemeral events whose key begins with `start`."""
        ...

    def send_news(self, key: tuple[str, ...], payload: bytes) -> None: ...
    def tell(self, event: Ephemeral, key: tuple[str, ...]) -> None:
        """Send an ephemeral event to this connection only."""
        ...

    async def drained(self) -> bool:
        """Wait until the connection has sent all queued frames. False if the connection is gone."""
        ...

    def close(self, code: int, reason: str = "") -> None: ...
    def give_up(self) -> None:
        """Make the client reconnect and resume its chats, because a log cannot be read."""
        ...


def shown(event: Logged, peer: Peer, about: bytes | None = None) -> bytes:
    """The frame of a stored event, encoded for this connection."""
    own = event.command is not None and event.person == peer.person
    return wire.durable(event, staff=peer.staff, with_id=own, about=about)


def coalescing_key(event: Ephemeral) -> tuple[str, ...]:
    """The key of an ephemeral event. A newer event replaces a queued one with the same key."""
    parts = (getattr(event, name) for name in event.coalesce)
    return (type(event).__name__, *(part if isinstance(part, str) else str(part.id) for part in parts))
