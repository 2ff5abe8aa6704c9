"""The store of tickets that tells webhooks, rules and inboxes what was stored, in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from chat.conversation import Chat
from chat.frames.durable import Durable
from identity.actor import Actor
from storage.ports import Tx
from ticketing.adapters.search import LIMITS, SearchLimits
from ticketing.adapters.store import Listener, SqlStore
from ticketing.events import Event
from ticketing.ticket import Change, Ticket


class Noticed(Protocol):
    """Notices texts and changes of tickets, in the transactions that make them."""

    def ticket_event(self, tx: Tx, number: int, event: Event, seq: int, at: int) -> None:
        """Called after an event was added to the own log of a ticket."""
        ...

    def recorded(self, tx: Tx, changes: Mapping[int, Sequence[Change]], by: Actor, at: int) -> None:
        """Called after changes of tickets were stored, with the lines of their histories."""
        ...


class Told(Protocol):
    """Learns of what happens to chats and tickets, in the transactions in which it happens."""

    def chat_events(self, tx: Tx, chat: Chat, events: Sequence[Durable]) -> None:
        """Events were added to the log of a chat."""
        ...

    def ticket_made(self, tx: Tx, ticket: Ticket, number: int) -> None: ...

    def ticket_changed(self, tx: Tx, before: Ticket, after: Ticket) -> None: ...

    def ticket_event(self, tx: Tx, number: int, seq: int, event: object) -> None:
        """An event was added to the own log of a ticket."""
        ...


class ToldAll:
    """Tells several. Implements `Told`."""

    def __init__(self, *each: Told) -> None:
        self._each = each

    def chat_events(self, tx: Tx, chat: Chat, events: Sequence[Durable]) -> None:
        for one in self._each:
            one.chat_events(tx, chat, events)

    def ticket_made(self, tx: Tx, ticket: Ticket, number: int) -> None:
        for one in self._each:
            one.ticket_made(tx, ticket, number)

    def ticket_changed(self, tx: Tx, before: Ticket, after: Ticket) -> None:
        for one in self._each:
            one.ticket_changed(tx, before, after)

    def ticket_event(self, tx: Tx, number: int, seq: int, event: object) -> None:
        for one in self._each:
            one.ticket_event(tx, number, seq, event)


class ToldStore(SqlStore):
    """Implements `ticketing.ports.Store`."""

    def __init__(self, events: Told, limits: SearchLimits = LIMITS, listener: Listener | None = None) -> None:
        super().__init__(limits, listener)
        self.told = events
        self.inbox: Noticed | None = None

    def add(self, tx: Tx, ticket: Ticket) -> int:
        number = super().add(tx, ticket)
        self.told.ticket_made(tx, ticket, number)
        return number

    def save(self, tx: Tx, changed: Sequence[tuple[Ticket, Ticket]], participants_of: Collection[int] = ()) -> None:
        super().save(tx, changed, participants_of)
        for before, after in changed:
            self.told.ticket_changed(tx, before, after)

    def append(self, tx: Tx, number: int, event: Event, at: int, *, staff_only: bool) -> int:
        seq = super().append(tx, number, event, at, staff_only=staff_only)
        self.told.ticket_event(tx, number, seq, event)
        if self.inbox is not None:
            self.inbox.ticket_event(tx, number, event, seq, at)
        return seq

    def record(self, tx: Tx, changes: Mapping[int, Sequence[Change]], by: Actor, at: int) -> None:
        super().record(tx, changes, by, at)
        if self.inbox is not None:
            self.inbox.recorded(tx, changes, by, at)
