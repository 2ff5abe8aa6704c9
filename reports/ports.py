"""Interfaces that reports need. Each call is part of a transaction, and `tx` is opaque."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from reports.cells import Cell
from reports.facts import TicketFacts
from reports.sources import ChatLog, TicketNow
from ticketing.ports import Tx


class Sources(Protocol):
    """Reads what is counted, from the tables of other packages."""

    def due(self, tx: Tx, since: int, limit: int) -> list[tuple[int, int]]:
        """The tickets that changed at `since` or later and whose current state is not counted yet, at most `limit`.
        Returns pairs of time of change and number, sorted."""
        ...

    def after(self, tx: Tx, number: int, limit: int) -> list[int]:
        """The next ticket numbers after `number`, at most `limit`."""
        ...

    def tickets(self, tx: Tx, numbers: Collection[int]) -> list[TicketNow]: ...

    def logs(self, tx: Tx, numbers: Collection[int]) -> Mapping[int, Sequence[ChatLog]]:
        """The closed chats of each of these tickets, oldest first, by ticket number. Tickets without a closed chat are
        missing."""
        ...


class Store(Protocol):
    """Stores the facts and cells of tickets that have been counted."""

    def mark(self, tx: Tx) -> int:
        """The time before which all changes have been counted. 0 at first."""
        ...

    def set_mark(self, tx: Tx, at: int) -> None: ...

    def request(self, tx: Tx, number: int) -> None:
        """Ask for this ticket to be counted again, although its version does not change."""
        ...

    def requested(self, tx: Tx, limit: int) -> list[tuple[int, int]]:
        """The oldest requests, at most `limit`. Returns pairs of the request's id and the ticket's number."""
        ...

    def fulfilled(self, tx: Tx, requests: Collection[int]) -> None:
        """Remove these requests, given by their ids."""
        ...

    def counted(self, tx: Tx, numbers: Collection[int]) -> dict[int, TicketFacts]:
        """The stored facts of these tickets, by number. Tickets that were never counted are missing."""
        ...

    def replace(self, tx: Tx, tickets: Sequence[TicketFacts]) -> None:
        """Store the facts of these tickets in place of earlier ones."""
        ...

    def add(self, tx: Tx, tallies: Mapping[Cell, int]) -> None:
        """Add these tallies to the cells."""
        ...

    def months(self, tx: Tx) -> list[int]:
        """All months that may have facts or cells."""
        ...

    def cells_of_month(self, tx: Tx, month: int) -> dict[Cell, int]:
        """The cells of a month and of its days."""
        ...

    def facts_of_month(self, tx: Tx, month: int) -> dict[Cell, int]:
        """The cells of a month and of its days, computed from the stored facts."""
        ...
