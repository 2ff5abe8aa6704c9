"""Interfaces that reports need. Inside a transaction; `tx` is opaque."""

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
        """Tickets that changed at `since` or later and are not counted as they are: time of change and number, in this
        order, at most `limit`."""
        ...

    def after(self, tx: Tx, number: int, limit: int) -> list[int]:
        """The next ticket numbers after `number`, at most `limit`."""
        ...

    def tickets(self, tx: Tx, numbers: Collection[int]) -> list[TicketNow]: ...

    def logs(self, tx: Tx, numbers: Collection[int]) -> Mapping[int, Sequence[ChatLog]]:
        """The closed chats of tickets, oldest first."""
        ...


class Store(Protocol):
    """What has been counted."""

    def mark(self, tx: Tx) -> int:
        """Changes before this time have been counted. 0 at first."""
        ...

    def set_mark(self, tx: Tx, at: int) -> None: ...

    def counted(self, tx: Tx, numbers: Collection[int]) -> dict[int, TicketFacts]:
        """The facts of the tickets that have been counted."""
        ...

    def replace(self, tx: Tx, tickets: Sequence[TicketFacts]) -> None:
        """Store the facts of these tickets in place of earlier ones."""
        ...

    def add(self, tx: Tx, tallies: Mapping[Cell, int]) -> None:
        """Add these tallies to the cells."""
        ...

    def months(self, tx: Tx) -> list[int]:
        """The months that have facts or cells."""
        ...

    def cells_of_month(self, tx: Tx, month: int) -> dict[Cell, int]:
        """The cells of a month and of its days."""
        ...

    def facts_of_month(self, tx: Tx, month: int) -> dict[Cell, int]:
        """The same cells, added up from the facts."""
        ...
