"""The store of tickets that tells webhooks what was stored, in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from server.live.webhooks.events import WebhookEvents
from storage.ports import Tx
from ticketing.adapters.search import LIMITS, SearchLimits
from ticketing.adapters.store import Listener, SqlStore
from ticketing.events import Event
from ticketing.ticket import Ticket


class ToldStore(SqlStore):
    """Implements `ticketing.ports.Store`."""

    def __init__(self, events: WebhookEvents, limits: SearchLimits = LIMITS, listener: Listener | None = None) -> None:
        super().__init__(limits, listener)
        self.told = events

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
        return seq
