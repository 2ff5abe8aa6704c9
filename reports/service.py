"""Counts tickets that have changed. Each method is (part of) the body of one transaction; `tx` is opaque."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from reports.cells import Cell, difference
from reports.facts import TicketFacts
from reports.ports import Sources, Store
from reports.sources import Calendar, Goals
from reports.ticket_facts import facts_of
from ticketing.ports import Tx

OVERLAP_MS = 60_000
"""Changes this long before the mark are looked for again. A transaction may commit after a later one."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Tickets, each as a pair: the facts that were counted before (None if there are none), and the present facts."""

    tickets: Sequence[tuple[TicketFacts | None, TicketFacts]]
    upto: int
    """The time of the last change of these tickets, or the last number."""
    requests: Sequence[int] = ()
    """The ids of the requests that are fulfilled once this batch is stored."""

    @property
    def differing(self) -> Sequence[tuple[TicketFacts | None, TicketFacts]]:
        return [(before, after) for before, after in self.tickets if before != after]

    @property
    def miscounted(self) -> int:
        """The number of tickets whose facts differ. Some changes of a ticket raise only its version."""
        return sum(before is None or replace(before, version=after.version) != after for before, after in self.tickets)


class Counting:
    def __init__(self, sources: Sources, store: Store, calendar: Callable[[], Calendar]) -> None:
        self._sources = sources
        self._store = store
        self.calendar = calendar

    def changed(self, tx: Tx, now: int, limit: int) -> Batch:
        """The tickets that changed and must be counted, at most `limit`. Reads only."""
        mark = min(self._store.mark(tx), now)
        requested = self._store.requested(tx, limit)
        if requested:
            numbers = sorted({number for _, number in requested})
            return Batch(self._facts(tx, numbers), mark, [request for request, _ in requested])
        due = self._sources.due(tx, mark - OVERLAP_MS, limit)
        return Batch(self._facts(tx, [number for _, number in due]), due[-1][0] if due else mark)

    def numbered(self, tx: Tx, after: int, limit: int) -> Batch:
        """The next tickets after the number `after`, to count them again. Reads only."""
        numbers = self._sources.after(tx, after, limit)
        return Batch(self._facts(tx, numbers), numbers[-1] if numbers else after)

    def store(self, tx: Tx, batch: Batch, mark: int | None = None) -> None:
        """Store the facts of a batch, and update the cells. If `mark` is given, also record that all changes before
        this time are counted.

        No other process may store a batch at the same time.
        """
        tallies: dict[Cell, int] = {}
        for before, after in batch.differing:
            for cell, tally in difference(before, after).items():
                tallies[cell] = tallies.get(cell, 0) + tally
        self._store.add(tx, tallies)
        self._store.replace(tx, [after for _, after in batch.differing])
        self._store.fulfilled(tx, batch.requests)
        if mark is not None:
            self._store.set_mark(tx, mark)

    def months(self, tx: Tx) -> Sequence[int]:
        return self._store.months(tx)

    def drift(self, tx: Tx, month: int) -> dict[Cell, int]:
        """The tallies to add to the cells of a month, so that the cells equal the sum of the month's facts. Empty if
        the cells are right."""
        found = self._store.facts_of_month(tx, month)
        for cell, tally in self._store.cells_of_month(tx, month).items():
            found[cell] = found.get(cell, 0) - tally
        return {cell: tally for cell, tally in found.items() if tally}

    def mend(self, tx: Tx, tallies: Mapping[Cell, int]) -> None:
        self._store.add(tx, tallies)

    def _facts(self, tx: Tx, numbers: Sequence[int]) -> list[tuple[TicketFacts | None, TicketFacts]]:
        if not numbers:
            return []
        before, logs = self._store.counted(tx, numbers), self._sources.logs(tx, numbers)
        calendar = self.calendar()
        found = []
        for ticket in self._sources.tickets(tx, numbers):
            earlier = before.get(ticket.number)
            chats = earlier.chats if earlier is not None else ()
            known = {chat.chat: Goals(chat.wait_goal_s, chat.first_goal_s) for chat in chats}
            found.append((earlier, facts_of(ticket, logs.get(ticket.number, ()), calendar, known)))
        return found
