"""Passes each committed command to the listeners."""

from __future__ import annotations

from collections.abc import Callable

from chat.ports import Committed

Listener = Callable[[Committed], None]


class CommitListeners:
    """Calls listeners on the event loop, in the order of commits.

    Listeners can be added after the journal is created.
    """

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def publish(self, committed: Committed) -> None:
        for listener in self._listeners:
            listener(committed)
