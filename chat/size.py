"""The size limit of a conversation. Pure.

The size is the number of bytes of all stored events. It is limited because everybody who opens a conversation loads the
whole conversation.
"""

from __future__ import annotations

from refusals import Refused

SIZE_MAX = 4 * 1024 * 1024
"""The size in bytes from which customers can add nothing more to a chat. Staff can still add to it."""
RATING_ROOM = 256 * 1024
"""Additional bytes that ratings may use once the chat has reached its size limit."""


def size_of(body: str) -> int:
    return len(body) if body.isascii() else len(body.encode())


def too_long(chat: str) -> Refused:
    sentence = "This conversation is too long. End it and start a new one. Nothing is lost."
    return Refused("too_large", sentence, chat=chat)


def check_room(chat: str, size: int, size_max: int) -> None:
    """Check that the customer may still add something to a chat of this size. Raises Refused(`too_large`) if not."""
    if size >= size_max:
        raise too_long(chat)


def check_room_for_rating(chat: str, size: int, size_max: int) -> None:
    """Check that a chat of this size can store one more rating. Raises Refused(`too_large`) if not."""
    if size >= size_max + RATING_ROOM:
        sentence = "This conversation is too long to be rated again. Your last rating counts."
        raise Refused("too_large", sentence, chat=chat)
