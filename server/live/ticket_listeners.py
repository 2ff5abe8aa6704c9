"""Passes committed changes of tickets on to those who subscribed."""

from __future__ import annotations

from ticketing.adapters.store import Listener
from ticketing.events import StoredEvent


class TicketListeners:
    """`ticketing.adapters.store.Listener`. Lets the store be made before its listeners."""

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
