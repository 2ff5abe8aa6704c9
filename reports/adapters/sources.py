"""Implements `reports.ports.Sources`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from reports.adapters import chats, reviews, tickets
from reports.sources import ChatLog, TicketNow
from storage.ports import Tx


class SqlSources:
    def due(self, tx: Tx, since: int, limit: int) -> list[tuple[int, int]]:
        return tickets.due(tx, since, limit)

    def after(self, tx: Tx, number: int, limit: int) -> list[int]:
        return tickets.after(tx, number, limit)

    def tickets(self, tx: Tx, numbers: Collection[int]) -> list[TicketNow]:
        return tickets.tickets(tx, numbers, reviews.void_reviewed(tx, numbers))

    def logs(self, tx: Tx, numbers: Collection[int]) -> Mapping[int, Sequence[ChatLog]]:
        return chats.logs_of(tx, numbers)
