"""Interfaces that the waiting clock needs: the clock's own rows (waits), and the calendars of teams."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from ticketing.ports import Tx
from ticketing.waiting_clock import Pace, Wait

Discussed = Callable[[Tx, Collection[int]], Collection[int]]
"""Returns the tickets about which a chat is open, among the given ones."""


class Waits(Protocol):
    """The waiting clocks of tickets that await a reply."""

    def of(self, tx: Tx, numbers: Collection[int]) -> dict[int, Wait]:
        """The waits of these tickets, by number. Tickets that do not await a reply are missing."""
        ...

    def put(self, tx: Tx, waits: Sequence[Wait]) -> None:
        """Store waits. Each replaces an earlier wait of the same ticket."""
        ...

    def end(self, tx: Tx, numbers: Collection[int]) -> None:
        """Remove the waits of these tickets."""
        ...

    def due(self, tx: Tx, now: int, limit: int) -> list[int]:
        """At most `limit` tickets whose next step is due, the longest overdue first."""
        ...

    def outdated(self, tx: Tx, team: str, calendar: str, after: int, limit: int) -> list[int]:
        """At most `limit` tickets of this team, with numbers above `after`, whose dates were computed by another
        calendar."""
        ...

    def to_close(self, tx: Tx, now: int, limit: int) -> list[int]:
        """At most `limit` solved tickets that can no longer be reopened, and are not closed for good yet."""
        ...

    def close(self, tx: Tx, numbers: Collection[int]) -> None:
        """Close these solved tickets for good: set `closed_at` to the end of the time in which they could be
        reopened."""
        ...


class Paces(Protocol):
    """The waiting clocks of the teams, by the current hours file. `server` implements it with `routing`."""

    @property
    def zone(self) -> str:
        """The time zone of the hours file."""
        ...

    def of(self, team: str) -> Pace | None:
        """The waiting clock of a team. None if there is no such team."""
        ...
