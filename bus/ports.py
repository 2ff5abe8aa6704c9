"""The interface to a transport, which carries text between the processes of one desk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

Receive = Callable[[str], None]
"""Called on the event loop with each payload, including those that this process sent."""


class Unreachable(Exception):
    """The transport cannot carry anything right now, for example because its server is down."""


class NotAllowed(Unreachable):
    """The user of the transport has no right to use it."""


class Link(Protocol):
    """A connection to the transport that is subscribed to the payloads of all processes."""

    lost: asyncio.Event
    """Set as soon as the connection is known to be lost. A connection can be lost without this being known."""

    async def send(self, payload: str) -> None:
        """Give the payload to all links, including this one. Raises Unreachable."""
        ...

    async def close(self) -> None: ...


class Transport(Protocol):
    """All implementations pass tests/contracts/test_bus.py."""

    payload_max: int
    """Maximum number of bytes in a payload."""

    async def connect(self, receive: Receive) -> Link:
        """A link that is subscribed already. Raises Unreachable."""
        ...
