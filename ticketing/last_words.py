"""The newest text on a ticket, as a customer's list of tickets shows it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from ticketing.events import Author

WORDS_MAX = 200
"""Maximum number of characters that are shown of a text."""


class LastWords(Struct, frozen=True, rename={"from_": "from"}):
    """The newest reply of a ticket, or the newest message of its chats.

    - `seq`: the place of a reply in the ticket's own log. A message of a chat has none.
    - `text`: the start of the text. Null if there is no text or it was redacted.
    - `files`: the number of files.
    - `own`: true if the reader wrote the reply or message.
    """

    at: str
    from_: Author
    text: str | None
    files: int
    own: bool
    seq: int | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class Talk:
    """The chats of a ticket. `count`: the number of chats. `last`: the body of the newest message that customers may
    see."""

    count: int = 0
    last: str | None = None


@dataclass(frozen=True, slots=True)
class Talks:
    """The conversations on tickets. `replies`, `chats` and `live` have ticket numbers as keys.

    `replies`: `seq` and body of the newest reply. `live`: the reader's open chat about the ticket. `reader`: all ids of
    the reader.
    """

    replies: Mapping[int, tuple[int, str]] = field(default_factory=dict)
    chats: Mapping[int, Talk] = field(default_factory=dict)
    live: Mapping[int, str] = field(default_factory=dict)
    reader: Collection[str] = ()

    def last(self, number: int) -> LastWords | None:
        """The newest reply or chat message on this ticket, whichever is later. None if nobody has written anything."""
        seq, reply = self.replies.get(number, (0, None))
        message = self.chats.get(number, Talk()).last
        said = [_words_of(body, place, self.reader) for body, place in ((reply, seq), (message, UNSET)) if body]
        return max(said, key=lambda words: words.at, default=None)


def _words_of(body: str, seq: int | UnsetType, reader: Collection[str]) -> LastWords:
    said = _said.decode(body)
    own = said.from_.kind == "customer" and said.from_.id in reader
    return LastWords(said.at, said.from_, said.text[:WORDS_MAX] if said.text else None, len(said.files), own, seq)


class _Said(Struct, rename={"from_": "from"}):
    at: str
    from_: Author
    text: str | None = None
    files: list[Raw] = []


_said = msgspec.json.Decoder(_Said)
