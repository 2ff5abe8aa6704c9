"""An entry of an inbox: something that a staff member should look at. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["mention", "reply", "note", "status", "returned", "rule"]
"""`mention`: a colleague mentioned the person in a note. `reply`, `note`, `status`: what happened on a ticket that the
person follows. `returned`: the snooze of a ticket is over. `rule`: a rule points the person to a ticket or
chat."""
KINDS: tuple[Kind, ...] = get_args(Kind)

LETTER_AFTER_MS = 5 * 60_000
"""An entry that was not read within this time causes a letter, if the person wants letters."""
KEEP_MS = 90 * 86_400_000
"""Entries are deleted after this time."""
UNREAD_MAX = 99
"""Unread entries are counted up to one more than this."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """`ticket` or `chat` says where it happened. `seq` is the number of the text in this ticket or chat, if there is
    one. `author` is the id of the staff member or the rule that caused the entry. `status` is the new status."""

    person: str
    kind: Kind
    ticket: int | None = None
    chat: str | None = None
    seq: int | None = None
    author: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored entry. `at` and `read_at` are in ms since the epoch, UTC."""

    id: int
    person: str
    kind: Kind
    ticket: int | None
    chat: str | None
    seq: int | None
    author: str | None
    status: str | None
    at: int
    read_at: int | None


@dataclass(frozen=True, slots=True)
class LettersWanted:
    """The letters that a person wants: about `mentions`, and about the tickets that they follow."""

    mentions: bool = True
    follows: bool = False

    def includes(self, kind: Kind) -> bool:
        match kind:
            case "mention":
                return self.mentions
            case "reply" | "note" | "status":
                return self.follows
            case "returned" | "rule":
                return False
