"""The transport of a connection: a WebSocket, or requests over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Transport(Protocol):
    """Sends the frames of one connection as text."""

    @property
    def blocked(self) -> bool:
        """True if the send buffer is full, because the other end reads too slowly."""
        ...

    def send_text(self, payload: bytes) -> None: ...
    def replace(self, start: bytes, payload: Callable[[], bytes]) -> None:
        """Replace frames that begin with `start` by `payload()`, if the transport keeps frames to send them again."""
        ...

    def close(self, code: int, reason: str = "") -> None: ...
    def pause_reading(self) -> None: ...
    def resume_reading(self) -> None: ...
    def give_way(self, units: int) -> None:
        """Let other work run before the next frame. The last frame cost `units` (`server.edge.loop_budget`)."""
        ...
