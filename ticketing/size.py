"""The size limit of a ticket. Pure.

The size is the bytes of all stored events, in the ticket's own log and in its chats. Everybody who opens a ticket loads
all of it.
"""

from __future__ import annotations

from refusals import Refused

SIZE_MAX = 4 * 1024 * 1024
"""From this size in bytes on, customers can add nothing. Staff still can."""


def size_of(body: str) -> int:
    return len(body) if body.isascii() else len(body.encode())


def check_room(size: int, size_max: int) -> None:
    """Check that customers can still add to a ticket of this size. Raises Refused(`too_large`) if they cannot."""
    if size >= size_max:
        raise Refused("too_large", "This ticket is too long. Submit a new request and mention this number.")
