"""The last words on a ticket, as the list of a customer shows them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from ticketing.events import Author

WORDS_MAX = 200
"""Maximum number of characters of a text that is shown in part."""


class LastWords(Struct, frozen=True, rename={"from_": "from"}):
    """The newest reply of a ticket, or the newest message of its chats.

    `seq`: its place in the ticket's own log; absent for a message of a chat. `text`: its start, null if it has none or
    was redacted. `files`: their number.
    """

    at: str
    from_: Author
    text: str | None
    files: int
    seq: int | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class Talk:
    """The chats of a ticket. `count`: their number. `last`: the body of the newest message that customers may see."""

    count: int = 0
    last: str | None = None


@dataclass(frozen=True, slots=True)
class Talks:
    """The conversations on tickets, by number.

    `replies`: `seq` and body of the newest reply. `live`: chats of the reader that are open.
    """

    replies: Mapping[int, tuple[int, str]] = field(default_factory=dict)
    chats: Mapping[int, Talk] = field(default_factory=dict)
    live: Mapping[int, str] = field(default_factory=dict)

    def last(self, number: int) -> LastWords | None:
        """The newest of both on this ticket. None if nobody has written anything."""
        seq, reply = self.replies.get(number, (0, None))
        message = self.chats.get(number, Talk()).last
        return newest([words_of(reply, seq) if reply else None, words_of(message) if message else None])


def newest(words: Iterable[LastWords | None]) -> LastWords | None:
    return max((each for each in words if each is not None), key=lambda each: each.at, default=None)


def words_of(body: str, seq: int | UnsetType = UNSET) -> LastWords:
    """The words of a stored message or reply."""
    said = _said.decode(body)
    return LastWords(said.at, said.from_, said.text[:WORDS_MAX] if said.text else None, len(said.files), seq)


class _Said(Struct, rename={"from_": "from"}):
    at: str
    from_: Author
    text: str | None = None
    files: list[Raw] = []


_said = msgspec.json.Decoder(_Said)
