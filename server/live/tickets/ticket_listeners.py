"""Passes committed changes of tickets to the listeners."""

from __future__ import annotations

from ticketing.adapters.store import Listener
from ticketing.events import StoredEvent


class TicketListeners:
    """Implements `ticketing.adapters.store.Listener`. Listeners can be added after the store is created."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def changed(self, number: int) -> None:
        for listener in self._listeners:
            listener.changed(number)

    def rewritten(self, number: int, event: StoredEvent) -> None:
        for listener in self._listeners:
            listener.rewritten(number, event)
