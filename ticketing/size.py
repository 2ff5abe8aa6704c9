"""How large a ticket's story may become by its customers' doing. Pure.

The size is the bytes of all events as they are stored: those of the ticket's own stream and those of its chats. Whoever
opens a ticket gets all of it, so its size is what that costs.
"""

from __future__ import annotations

from refusals import Refused

SIZE_MAX = 4 * 1024 * 1024
"""Bytes from which on customers add nothing more. Staff may."""


def size_of(body: str) -> int:
    """The bytes of an event's body as it is stored."""
    return len(body) if body.isascii() else len(body.encode())


def check_room(size: int, size_max: int) -> None:
    """Raises Refused where a ticket of that size takes nothing more from its customers."""
    if size >= size_max:
        raise Refused("too_large", "This ticket is too long. Submit a new request and mention this number.")
