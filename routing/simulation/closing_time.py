"""The rules of closing time that the simulation needs.

The rules belong to the package `chat`. Routing may not import this package, so the caller passes the rules in.
"""

from __future__ import annotations

from typing import Protocol

from routing.desk import Team
from routing.hours import Standing


class ClosingState(Protocol):
    """The closing-time state of a waiting chat."""

    @property
    def asks(self) -> bool:
        """True if the customer must now choose between a ticket and their place in the queue."""
        ...

    @property
    def due_at(self) -> int | None:
        """The time at which the chat is missed unless an agent takes it; None before closing time."""
        ...

    def at(self, team: Team, standing: Standing, now: int, *, answerable: bool) -> ClosingState | None:
        """The state at `now`; None if the chat is missed. `answerable` is True if an agent may still take the chat."""
        ...

    def staying(self, team: Team) -> ClosingState:
        """The state after the customer chose to keep their place in the queue."""
        ...
