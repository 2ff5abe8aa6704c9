"""The size limit of a conversation. Pure.

The size is the number of bytes of all stored events. It is limited because everybody who opens a conversation loads all
of it.
"""

from __future__ import annotations

from refusals import Refused

SIZE_MAX = 4 * 1024 * 1024
"""From this size in bytes on, customers can add nothing. Staff still can."""
RATING_ROOM = 256 * 1024
"""Extra bytes for ratings of a full chat."""


def size_of(body: str) -> int:
    return len(body) if body.isascii() else len(body.encode())


def too_long(chat: str) -> Refused:
    sentence = "This conversation is too long. End it and start a new one. Nothing is lost."
    return Refused("too_large", sentence, chat=chat)


def check_room(chat: str, size: int, size_max: int) -> None:
    """Raises Refused if the customer can add nothing to a chat of this size."""
    if size >= size_max:
        raise too_long(chat)


def check_room_for_rating(chat: str, size: int, size_max: int) -> None:
    """Raises Refused if a chat of this size accepts no further rating."""
    if size >= size_max + RATING_ROOM:
        sentence = "This conversation is too long to be rated again. Your last rating counts."
        raise Refused("too_large", sentence, chat=chat)
