"""Reads the inbox of a staff member. Entries about tickets and chats that they may no longer see are left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from msgspec import Struct

from automations.adapters.store import SqlStore as StoredRules
from chat.adapters import archive
from chat.adapters.tables import ChatRow
from clock import rfc3339
from identity.actor import RULE, Actor
from identity.adapters.people import People
from inbox.entry import UNREAD_MAX, Entry, Kind
from inbox.service import Inbox
from storage.ports import Tx
from ticketing.codes import status_name
from ticketing.events import said_in, writer_of
from ticketing.listing import scope_of
from ticketing.ports import Store
from ticketing.ticket import Ticket

EXCERPT_MAX = 160
_STEPS_MAX = 10
"""Pages of entries that are read at most, if the person may no longer see any of them."""


class InboxEntryView(Struct, frozen=True, kw_only=True):
    """An entry of an inbox.

    `ticket` is null while a chat is open, otherwise `chat` is null or the chat of the ticket. `subject` is that of the
    ticket, or the first line of the chat. `about` is the name of the customer. `by` is the name of who caused the
    entry, or of the rule; null for the system. `text` is the beginning of the note or reply; null if there is none.
    `status` is the new status.
    """

    id: int
    kind: Kind
    ticket: int | None
    chat: str | None
    subject: str | None
    about: str | None
    by: str | None
    text: str | None
    status: str | None
    at: str
    read: bool


class InboxPage(Struct, frozen=True, kw_only=True):
    """Entries, newest first. `next` is the `before` of the next page. `unread` counts all unread ones, at most 100."""

    entries: list[InboxEntryView]
    unread: int
    next: int | None


@dataclass(frozen=True, slots=True)
class _Known:
    """What the entries of a page are about."""

    tickets: Mapping[int, Ticket]
    chats: Mapping[str, ChatRow]


class InboxReading:
    def __init__(self, inbox: Inbox[Tx], store: Store, people: People) -> None:
        self._inbox = inbox
        self._store = store
        self._people = people
        self._rules = StoredRules()

    def page(self, tx: Tx, actor: Actor, before: int | None, limit: int, *, unread: bool) -> InboxPage:
        entries = list[InboxEntryView]()
        for _ in range(_STEPS_MAX):
            found = self._inbox.of(tx, actor.id, before, limit + 1, unread=unread)
            entries = self.shown(tx, actor, found[:limit])
            before = found[limit - 1].id if len(found) > limit else None
            if entries or before is None:
                break
        return InboxPage(entries=entries, unread=self.unread(tx, actor), next=before)

    def unread(self, tx: Tx, actor: Actor) -> int:
        """The number of unread entries, at most one more than UNREAD_MAX."""
        count, before = 0, None
        for _ in range(_STEPS_MAX):
            found = self._inbox.of(tx, actor.id, before, UNREAD_MAX + 1, unread=True)
            count += len(self._seen(actor, found, self._known(tx, found)))
            if count > UNREAD_MAX or len(found) <= UNREAD_MAX:
                break
            before = found[-1].id
        return min(count, UNREAD_MAX + 1)

    def shown(self, tx: Tx, actor: Actor, entries: Sequence[Entry]) -> list[InboxEntryView]:
        """Those of the entries that the actor may see."""
        known = self._known(tx, entries)
        seen = self._seen(actor, entries, known)
        names = self._names(tx, {entry.author for entry in seen if entry.author is not None})
        places = {(entry.ticket, entry.seq) for entry in seen if entry.ticket is not None and entry.seq is not None}
        bodies = {place: event.body for place, event in self._store.events_at(tx, places).items()}
        return [self._view(tx, entry, known, names, bodies) for entry in seen]

    def _names(self, tx: Tx, authors: Set[str]) -> Mapping[str, str]:
        """The names of staff and rules by their ids as authors."""
        rules = {author: author.removeprefix(RULE) for author in authors if author.startswith(RULE)}
        named = self._rules.names(tx, rules.values())
        of_rules = {author: f"Rule: {named[id]}" for author, id in rules.items() if id in named}
        return {**self._people.names(tx, authors - rules.keys()), **of_rules}

    def _known(self, tx: Tx, entries: Sequence[Entry]) -> _Known:
        chats = {entry.chat for entry in entries if entry.chat is not None}
        rows = {chat: row for chat in chats if (row := archive.chat_row(tx, chat)) is not None}
        numbers = {entry.ticket for entry in entries} | {row.ticket for row in rows.values()}
        return _Known(self._store.find_all(tx, [number for number in numbers if number is not None]), rows)

    @staticmethod
    def _seen(actor: Actor, entries: Sequence[Entry], known: _Known) -> Sequence[Entry]:
        scope = scope_of(actor)

        def sees(entry: Entry) -> bool:
            row = known.chats.get(entry.chat) if entry.chat is not None else None
            number = row.ticket if row is not None else entry.ticket
            if number is None:
                return row is not None and actor.sees(row.team)
            ticket = known.tickets.get(number)
            return ticket is not None and scope.holds(ticket)

        return [entry for entry in entries if sees(entry)]

    def _view(
        self,
        tx: Tx,
        entry: Entry,
        known: _Known,
        names: Mapping[str, str],
        bodies: Mapping[tuple[int, int], str],
    ) -> InboxEntryView:
        row = known.chats.get(entry.chat) if entry.chat is not None else None
        number = row.ticket if row is not None else entry.ticket
        ticket = known.tickets.get(number) if number is not None else None
        body = self._body(tx, entry, bodies)
        text = said_in(body) if body is not None else None
        head = writer_of(body) if body is not None else None
        by = (names.get(entry.author) if entry.author is not None else None) or (head.name if head else None)
        if by is None and (entry.author or "").startswith(RULE):
            by = "A rule"
        if by is None and head is not None and head.kind == "customer":
            by = "The customer"
        return InboxEntryView(
            id=entry.id,
            kind=entry.kind,
            ticket=number,
            chat=entry.chat,
            subject=ticket.subject if ticket is not None else (row.first_line if row is not None else None),
            about=ticket.requester.name if ticket is not None else (row.name if row is not None else None),
            by=by,
            text=text[:EXCERPT_MAX] if text else None,
            status=status_name(entry.status) if entry.status is not None else None,
            at=rfc3339(entry.at),
            read=entry.read_at is not None,
        )

    @staticmethod
    def _body(tx: Tx, entry: Entry, bodies: Mapping[tuple[int, int], str]) -> str | None:
        if entry.seq is None:
            return None
        if entry.chat is not None:
            event = archive.row_at(tx, entry.chat, entry.seq)
            return event.body if event is not None else None
        return bodies.get((entry.ticket, entry.seq)) if entry.ticket is not None else None
