"""The receiver of a connection's frames, and the end of connections when the server stops."""

from __future__ import annotations

import asyncio
import random
from typing import Protocol

from server.edge.connections import Standing

BYE_S = 0.2
"""Seconds between `bye` and the close frame, and between checks for commands under way."""


class Receiver(Protocol):
    """Receives a connection's frames. Its methods are called on the event loop."""

    def text(self, data: bytes) -> None: ...
    def writable(self) -> None: ...
    def lost(self) -> None: ...
    def close(self, code: int, reason: str = "") -> None: ...
    def shutting_down(self, retry_after_s: float) -> None: ...
    @property
    def is_busy(self) -> bool: ...
    @property
    def standing(self) -> Standing: ...


class Received(Protocol):
    """A connection. `receiver` is None once it has ended."""

    receiver: Receiver | None


def spread_s() -> float:
    """Seconds after which the peer should reconnect. The value is random, so that not all peers reconnect at once."""
    return round(random.uniform(0.0, 3.0), 2)


def close_once_settled(connection: Received, loop: asyncio.AbstractEventLoop, until: float) -> None:
    """Close with 4202 when no command is pending, or at `until` (loop time)."""
    receiver = connection.receiver
    if receiver is None:
        return
    if receiver.is_busy and loop.time() < until:
        loop.call_later(BYE_S, close_once_settled, connection, loop, until)
    else:
        receiver.close(4202, "shutting down")
