"""The size limit of a conversation. Pure.

The size is the bytes of all stored events of its log. Everybody who opens a conversation loads all of it.
"""

from __future__ import annotations

from refusals import Refused

SIZE_MAX = 4 * 1024 * 1024
"""From this size on, customers can add nothing. Staff can."""
RATING_ROOM = 256 * 1024
"""Extra bytes for ratings of a full chat."""


def size_of(body: str) -> int:
    return len(body) if body.isascii() else len(body.encode())


def too_long(chat: str) -> Refused:
    sentence = "This conversation is too long. End it and start a new one. Nothing is lost."
    return Refused("too_large", sentence, chat=chat)


def check_room(chat: str, size: int, size_max: int) -> None:
    """Raises Refused if the customer can add nothing to a chat of that size."""
    if size >= size_max:
        raise too_long(chat)


def check_room_for_rating(chat: str, size: int, size_max: int) -> None:
    """Raises Refused if a chat of that size accepts no further rating."""
    if size >= size_max + RATING_ROOM:
        sentence = "This conversation is too long to be rated again. Your last rating counts."
        raise Refused("too_large", sentence, chat=chat)
