"""Has tickets found by what is said in them. Each method is (part of) the body of one transaction.

A transaction that writes a text only notes that it is to be indexed. Whoever indexes (`server.live.indexing`) takes
what waits in pieces: `next` reads it, `indexed` makes words of it, `keep` stores them. What is taken away meanwhile is
never stored: `keep` passes over what has changed since it was read, and it is read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ticketing.ports import IMPORTED, OWN, PROPERTIES, Index, Passage, Store, Stories, Text, Tx, Waiting
from ticketing.story import said_in
from ticketing.ticket import Ticket
from ticketing.words import words_of

AT_A_TIME = 50
"""Entries that are looked at for one piece."""
TEXTS_MAX = 200
"""Texts of a piece."""
SIZE_MAX = 40_000
"""Characters of the texts of a piece, but for the last of them."""
EVENTS_MAX = 20
"""Events of a ticket's own stream that are read at a time."""
_ALL = 2**53


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of what waits, with its texts. `position`: where it goes on after them, None where it ends."""

    waiting: Waiting
    texts: Sequence[Text]
    position: int | None

    @property
    def size(self) -> int:
        """Characters in the texts."""
        return sum(len(part) for text in self.texts for part in text.parts if part)


@dataclass(frozen=True, slots=True)
class Indexed:
    """A piece with the words of its texts."""

    piece: Piece
    passages: Sequence[Passage]


class Indexing:
    """What tickets are found by, over the ports that keep it and the texts."""

    def __init__(self, index: Index, store: Store, stories: Stories) -> None:
        self._index = index
        self._store = store
        self._stories = stories

    # -- as texts are written -------------------------------------------------------------------

    def made(self, tx: Tx, number: int, chat: str | None) -> None:
        """A ticket is new, and begins with `chat` where there is one."""
        self._index.wait(tx, number, PROPERTIES, 0, 0)
        if chat is not None:
            self.chat_added(tx, number, chat)

    def properties_changed(self, tx: Tx, number: int) -> None:
        """A ticket is found by other properties now."""
        if self._index.has(tx, number, IMPORTED):
            self._read_anew(tx, number)
        else:
            self._index.wait(tx, number, PROPERTIES, 0, 0)

    def written(self, tx: Tx, number: int, seq: int) -> None:
        """A text was added to a ticket's own stream."""
        self._index.wait(tx, number, OWN, seq, seq)

    def chat_added(self, tx: Tx, number: int, chat: str) -> None:
        """A chat became (part of) a ticket. However long it is, this costs the same."""
        self._index.wait(tx, number, chat, 0, 0)

    def text_removed(self, tx: Tx, ticket: Ticket, stream: str, seq: int) -> None:
        """A text was taken away from the stream: the ticket is not found by it from this transaction on."""
        self._index.remove(tx, ticket.number, stream, seq)
        self._index.replace(tx, ticket.number, PROPERTIES, _passages(_properties(ticket)))
        if self._index.has(tx, ticket.number, IMPORTED):
            # All texts in one: which words were this one's, nobody knows.
            self._index.replace(tx, ticket.number, IMPORTED, ())
            self._read_anew(tx, ticket.number)

    def _read_anew(self, tx: Tx, number: int) -> None:
        self._index.wait(tx, number, PROPERTIES, 0, 0)
        self._index.wait(tx, number, OWN, 0, _ALL)
        for chat in self._stories.chats(tx, number):
            self._index.wait(tx, number, chat, 0, 0)
        # At last, so that the ticket is found by them until then.
        self._index.wait(tx, number, IMPORTED, 0, 0)

    # -- piece by piece ---------------------------------------------------------------------------

    def next(self, tx: Tx) -> list[Piece]:
        """What has waited longest, as much as is indexed at a time; nothing where nothing waits."""
        pieces: list[Piece] = []
        texts = size = 0
        for waiting in self._index.waiting(tx, AT_A_TIME):
            pieces.append(self._piece(tx, waiting, TEXTS_MAX - texts, SIZE_MAX - size))
            texts += len(pieces[-1].texts)
            size += pieces[-1].size
            if texts >= TEXTS_MAX or size >= SIZE_MAX:
                break
        return pieces

    def _piece(self, tx: Tx, waiting: Waiting, limit: int, size: int) -> Piece:
        if waiting.stream == IMPORTED:
            return Piece(waiting, (), None)
        if waiting.stream == PROPERTIES:
            ticket = self._store.find(tx, waiting.ticket)
            return Piece(waiting, _properties(ticket) if ticket is not None else (), None)
        if waiting.stream == OWN:
            return self._own(tx, waiting)
        texts, position = self._stories.said(tx, waiting.stream, waiting.position, limit, size)
        return Piece(waiting, texts, position)

    def _own(self, tx: Tx, waiting: Waiting) -> Piece:
        limit = min(EVENTS_MAX, waiting.last - waiting.position + 1)
        told = self._store.events_from(tx, waiting.ticket, waiting.position, limit)
        texts = [Text(event.seq, event.staff_only, (said_in(event.body),)) for event in told]
        ends = len(told) < limit or told[-1].seq >= waiting.last
        return Piece(waiting, texts, None if ends else told[-1].seq + 1)

    def keep(self, tx: Tx, indexed: Sequence[Indexed]) -> None:
        """Have the tickets found by these."""
        for one in indexed:
            waiting = one.piece.waiting
            if not self._index.advance(tx, waiting, one.piece.position):
                continue
            if waiting.stream in (PROPERTIES, IMPORTED):
                self._index.replace(tx, waiting.ticket, waiting.stream, one.passages)
            else:
                self._index.add(tx, waiting.ticket, waiting.stream, one.passages)

    def given_up(self, tx: Tx, piece: Piece) -> None:
        """A piece cannot be indexed: it waits until `begin`."""
        self._index.failed(tx, piece.waiting)

    def begin(self, tx: Tx) -> None:
        """The desk starts: what could not be indexed is tried again."""
        self._index.try_again(tx)


def indexed(piece: Piece) -> Indexed:
    """The words of a piece."""
    return Indexed(piece, _passages(piece.texts))


def found_by(ticket: Ticket) -> tuple[tuple[str | None, ...], tuple[str | None, ...]]:
    """The properties that a ticket is found by: for everybody, and for staff alone."""
    asked = ticket.requester
    public = (ticket.subject, asked.name, asked.email, ticket.workaround, ticket.finding)
    internal = (ticket.external_ref, *(text for each in ticket.participants for text in (each.name, each.email)))
    return public, internal


def _properties(ticket: Ticket) -> list[Text]:
    public, internal = found_by(ticket)
    return [Text(0, False, public), Text(1, True, internal)]


def _passages(texts: Sequence[Text]) -> list[Passage]:
    return [Passage(text.seq, text.staff_only, words_of(text.parts)) for text in texts]
