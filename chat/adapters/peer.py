"""A connection, as the hub sees it, and what it gets to see of an event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from chat import wire
from chat.events import Logged
from chat.frames import Ephemeral
from identity.actor import Actor


class Peer(Protocol):
    """One connection."""

    person: str
    """Owner of its command ids: the visitor or the user."""
    staff: bool
    actor: Actor | None
    """None until it is known."""
    fingerprint: str | None
    """Of the session or token of a staff connection; None for customers."""
    closed: bool
    pending: dict[str, int]
    """Ids of durable commands under way, with the number of frames that wait for an answer to each."""

    @property
    def ids(self) -> tuple[str, ...]:
        """All ids of its person: `person` and the proven account."""
        ...

    @property
    def has_room(self) -> bool:
        """True if its send queue takes another durable event."""
        ...

    def ended(self, command_id: str) -> None:
        """A frame with that id was answered."""
        ...

    def stored(self, command_id: str) -> None:
        """A command of this connection was stored, and its `ok` is due when its event is reached."""
        ...

    async def stored_now(self, command_id: str) -> bool:
        """Waits until it is known whether a command under way was stored just now, or had been stored before."""
        ...

    def send(self, payload: bytes) -> None: ...
    def replace(self, start: bytes, payload: Callable[[], bytes]) -> None:
        """Queued frames that begin with `start` become `payload()`."""
        ...

    def drop_news(self, start: tuple[str, ...]) -> None:
        """Drop queued news whose key begins with `start`."""
        ...

    def send_news(self, key: tuple[str, ...], payload: bytes) -> None: ...
    def tell(self, event: Ephemeral, key: tuple[str, ...]) -> None:
        """Send news to this connection only."""
        ...

    async def drained(self) -> bool:
        """Waits until there is room again; False if the connection is gone."""
        ...

    def close(self, code: int, reason: str = "") -> None: ...
    def give_up(self) -> None:
        """The log cannot be read: make the client reconnect and resume."""
        ...


def shown(event: Logged, peer: Peer, about: bytes | None = None) -> bytes:
    """An event from the store, as this connection gets it."""
    own = event.command is not None and event.person == peer.person
    return wire.durable(event, staff=peer.staff, with_id=own, about=about)


def coalescing_key(event: Ephemeral) -> tuple[str, ...]:
    """Newer news replace older ones with the same key."""
    parts = (getattr(event, name) for name in event.coalesce)
    return (type(event).__name__, *(part if isinstance(part, str) else str(part.id) for part in parts))
