"""How large a conversation may become by its customer's doing. Pure.

The size is the bytes of all events of its log as they are stored: messages, notes, ratings, what became of it. Whoever
reads a conversation gets all of it, so its size is what that costs.
"""

from __future__ import annotations

from refusals import Refused

SIZE_MAX = 4 * 1024 * 1024
"""Bytes from which on a customer adds nothing more. Staff may."""
RATING_ROOM = 256 * 1024
"""Bytes beyond that in which a chat can still be rated: it was full, and they may say how it was."""


def size_of(body: str) -> int:
    """The bytes of an event's body as it is stored."""
    return len(body) if body.isascii() else len(body.encode())


def too_long(chat: str) -> Refused:
    """Nothing more goes into this chat."""
    sentence = "This conversation is too long. End it and start a new one. Nothing is lost."
    return Refused("too_large", sentence, chat=chat)


def check_room(chat: str, size: int, size_max: int) -> None:
    """Raises Refused where a chat of that size takes nothing more from its customer."""
    if size >= size_max:
        raise too_long(chat)


def check_room_for_rating(chat: str, size: int, size_max: int) -> None:
    """Raises Refused where a chat of that size takes no further rating."""
    if size >= size_max + RATING_ROOM:
        sentence = "This conversation is too long to be rated again. Your last rating counts."
        raise Refused("too_large", sentence, chat=chat)
