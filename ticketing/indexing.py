"""Makes tickets findable by their texts. Each method is (part of) the body of one transaction.

A transaction that writes a text only queues it. `server.live.tickets.indexing` later works through the queue in pieces:
`next` reads a piece, `indexed` turns its texts into words, `keep` stores the words. A text that is redacted meanwhile
is never stored: `keep` skips a piece if something in it changed after it was read. Such a piece is read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ticketing.events import StoredEvent, said_in
from ticketing.ports import IMPORTED, OWN, PROPERTIES, ChatLogs, Index, Passage, Store, Text, Tx, Waiting
from ticketing.search_words import words_of
from ticketing.ticket import Ticket
from ticketing.views import Property

AT_A_TIME = 50
"""Maximum number of queue entries that one call of `next` reads."""
TEXTS_MAX = 200
"""`Indexing.next` reads no further entry once it has this number of texts."""
SIZE_MAX = 40_000
"""`Indexing.next` reads no further entry once its texts have this number of characters."""
EVENTS_MAX = 20
"""Maximum number of events of a ticket's own log that are read at a time."""
_ALL = 2**53


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the queue, with its texts.

    `position`: where to continue in this entry of the queue. None if the piece completes the entry.
    """

    waiting: Waiting
    texts: Sequence[Text]
    position: int | None

    @property
    def size(self) -> int:
        return sum(len(part) for text in self.texts for part in text.parts if part)


@dataclass(frozen=True, slots=True)
class Indexed:
    """A piece and the words of its texts."""

    piece: Piece
    passages: Sequence[Passage]


class Indexing:
    def __init__(self, index: Index, store: Store, chat_logs: ChatLogs) -> None:
        self._index = index
        self._store = store
        self._chat_logs = chat_logs

    # -- as texts are written -------------------------------------------------------------------

    def made(self, tx: Tx, number: int, chat: str | None) -> None:
        """Queue the texts of a new ticket. `chat`: the chat that became the ticket, if any."""
        self._index.wait(tx, number, PROPERTIES, 0, 0)
        if chat is not None:
            self.chat_added(tx, number, chat)

    def properties_changed(self, tx: Tx, number: int) -> None:
        """Queue the properties of a ticket, because a searchable one has changed."""
        if self._index.has(tx, number, IMPORTED):
            self._read_anew(tx, number)
        else:
            self._index.wait(tx, number, PROPERTIES, 0, 0)

    def written(self, tx: Tx, number: int, seq: int) -> None:
        """Queue a text that was added to the ticket's own log."""
        self._index.wait(tx, number, OWN, seq, seq)

    def chat_added(self, tx: Tx, number: int, chat: str) -> None:
        """Queue the texts of a chat that became a ticket or was added to one. The cost does not depend on the length of
        the chat."""
        self._index.wait(tx, number, chat, 0, 0)

    def text_removed(self, tx: Tx, ticket: Ticket, stream: str, seq: int) -> None:
        """Remove a redacted text from the index and the queue. From this transaction on, searches no longer find the
        ticket by this text."""
        self._index.remove(tx, ticket.number, stream, seq)
        self._index.replace(tx, ticket.number, PROPERTIES, _passages(_properties(ticket)))
        if self._index.has(tx, ticket.number, IMPORTED):
            # All imported texts share one entry, so the words of the redacted text are unknown.
            self._index.replace(tx, ticket.number, IMPORTED, ())
            self._read_anew(tx, ticket.number)

    def _read_anew(self, tx: Tx, number: int) -> None:
        self._index.wait(tx, number, PROPERTIES, 0, 0)
        self._index.wait(tx, number, OWN, 0, _ALL)
        for chat in self._chat_logs.chats(tx, number):
            self._index.wait(tx, number, chat, 0, 0)
        # The imported entry comes last, so searches find the ticket by its words until the new entries exist.
        self._index.wait(tx, number, IMPORTED, 0, 0)

    # -- piece by piece ---------------------------------------------------------------------------

    def next(self, tx: Tx) -> list[Piece]:
        """The next pieces of the queue, in order. Reads no further piece once the pieces read have TEXTS_MAX texts or
        SIZE_MAX characters. Empty if the queue is empty."""
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
        texts, position = self._chat_logs.said(tx, waiting.stream, waiting.position, limit, size)
        return Piece(waiting, texts, position)

    def _own(self, tx: Tx, waiting: Waiting) -> Piece:
        limit = min(EVENTS_MAX, waiting.last - waiting.position + 1)
        events = self._store.events_from(tx, waiting.ticket, waiting.position, limit)
        texts = texts_of(events)
        ends = len(events) < limit or events[-1].seq >= waiting.last
        return Piece(waiting, texts, None if ends else events[-1].seq + 1)

    def keep(self, tx: Tx, indexed: Sequence[Indexed]) -> None:
        for one in indexed:
            waiting = one.piece.waiting
            if not self._index.advance(tx, waiting, one.piece.position):
                continue
            if waiting.stream in (PROPERTIES, IMPORTED):
                self._index.replace(tx, waiting.ticket, waiting.stream, one.passages)
            else:
                self._index.add(tx, waiting.ticket, waiting.stream, one.passages)

    def given_up(self, tx: Tx, piece: Piece) -> None:
        """Set a piece aside until the next start, because indexing it failed."""
        self._index.failed(tx, piece.waiting)

    def begin(self, tx: Tx) -> None:
        """Queue failed pieces again. Called when the server starts."""
        self._index.try_again(tx)


def texts_of(events: Sequence[StoredEvent]) -> list[Text]:
    """The texts of a ticket's own log."""
    return [Text(event.seq, event.staff_only, (said_in(event.body),)) for event in events]


def indexed(piece: Piece) -> Indexed:
    return Indexed(piece, _passages(piece.texts))


def searchable(ticket: Ticket) -> list[tuple[Property, str | None, bool]]:
    """The properties whose texts are searched. For each: name, text, and True if only staff find it."""
    asked = ticket.requester
    return [
        ("subject", ticket.subject, False),
        ("requester", asked.name, False),
        ("requester", asked.email, False),
        ("workaround", ticket.workaround, False),
        ("finding", ticket.finding, False),
        ("external_ref", ticket.external_ref, True),
        *(("participants", text, True) for each in ticket.participants for text in (each.name, each.email)),
    ]


def found_by(ticket: Ticket) -> tuple[tuple[str | None, ...], tuple[str | None, ...]]:
    """A pair: the searchable texts of a ticket for everybody, and the searchable texts for staff only."""
    texts = searchable(ticket)
    public = tuple(text for _, text, staff_only in texts if not staff_only)
    return public, tuple(text for _, text, staff_only in texts if staff_only)


def _properties(ticket: Ticket) -> list[Text]:
    public, internal = found_by(ticket)
    return [Text(0, False, public), Text(1, True, internal)]


def _passages(texts: Sequence[Text]) -> list[Passage]:
    return [Passage(text.seq, text.staff_only, words_of(text.parts)) for text in texts]
