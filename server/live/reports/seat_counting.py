"""Counts the seats of agents for the reports, for each day after its end.

A day is counted again when a change touches it: a ticket with a chat that was held on that day, or a state of an agent
that was stored later, because the clock was set back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from functools import partial

from clock import Clock
from reports.adapters import agents, seats
from reports.adapters.seats import Place
from reports.cells import month_of
from reports.facts import TicketFacts
from reports.periods import day_of
from reports.seats import Seats, days_touched
from storage.leases import Lease
from storage.ports import Storage, Tx

AT_ONCE = 100
"""Hours of agents in one transaction. Each has a row of the day and a row of the month."""


class SeatCounting:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        zone: Callable[[], str],
        lease: Lease,
        pause: Callable[[], Awaitable[None]],
    ) -> None:
        """`zone` is the time zone of the hours file. `pause` is awaited after each transaction."""
        self._storage = storage
        self._clock = clock
        self._zone = zone
        self._lease = lease
        self._pause = pause
        self._counted: int | None = None
        """The last day that is counted, if this process knows it."""
        self._states: int | None = None
        """The number of the last state of an agent whose day is checked, if this process knows it."""

    def changed(self, tx: Tx, changes: Iterable[tuple[TicketFacts | None, TicketFacts]]) -> None:
        """Request that the days which these tickets touch are counted again. Call it in the transaction that stores the
        tickets."""
        seats.request(tx, days_touched(changes, self._zone()))

    async def sweep(self) -> None:
        """Count the days that are over, and the days again that were touched. Call it when all changes are counted.
        Does nothing while another process has the lease."""
        if not await self._count_again():
            return
        last = day_of(self._clock(), self._zone()) - 1
        if self._counted == last:
            return
        while (day := await self._storage.read(self._next, "export")) is not None and day <= last:
            if not await self._store([*await self._changes(day), partial(self._set_mark, day=day)]):
                return
        self._counted = last

    async def recount(self) -> int | None:
        """Count all counted days again. Returns the number of days and months that differed, and corrects them. None if
        another process has the lease."""
        if not await self._count_again():
            return None
        first, last = await self._storage.read(self._span, "export")
        differed = 0
        for day in range(first, last + 1):
            changes = await self._changes(day)
            if not await self._store(changes):
                return None
            differed += bool(changes)
        for month in range(month_of(first), month_of(last) + 1) if first <= last else ():
            found = await self._storage.read(partial(seats.month_changes, month=month), "export")
            if not await self._store([partial(seats.put_month, month=month, seats=part) for part in _parts(found)]):
                return None
            differed += bool(found)
        return differed

    async def _count_again(self) -> bool:
        """Count the days again that were touched since they were counted. False if another process has the lease."""
        if not await self._check_states():
            return False
        for day in sorted(await self._storage.read(seats.requested, "export")):
            if not await self._store([*await self._changes(day), partial(seats.fulfilled, day=day)]):
                return False
        return True

    async def _check_states(self) -> bool:
        """Request that days are counted again in which a state was stored after they were counted."""
        found = await self._storage.read(self._later_states, "export")
        if found is None:
            return True
        newest, earliest = found
        first, counted = day_of(earliest, self._zone()), await self._storage.read(seats.mark, "export")
        if counted is not None and first <= counted:
            touched = partial(seats.request, days=range(first, counted + 1))
            if not await self._store([touched, partial(seats.set_states_seen, number=newest)]):
                return False
        self._states = newest
        return True

    def _later_states(self, tx: Tx) -> tuple[int, int] | None:
        if self._states is None:
            seen = seats.states_seen(tx)
            self._states = agents.last(tx) if seen is None else seen
        return agents.stored_after(tx, self._states)

    async def _changes(self, day: int) -> list[Callable[[Tx], None]]:
        """The units that correct a day. Empty if it is right."""
        found = await self._storage.read(partial(seats.changes, day=day, zone=self._zone()), "export")
        return [partial(seats.put, day=day, seats=part) for part in _parts(found)]

    async def _store(self, units: Iterable[Callable[[Tx], None]]) -> bool:
        """Each unit has its own transaction. False if another process has the lease."""
        for unit in units:
            if not await self._storage.write(partial(self._keep, unit=unit)):
                return False
            await self._pause()
        return True

    def _keep(self, tx: Tx, unit: Callable[[Tx], None]) -> bool:
        if not self._lease.claim(tx):
            return False
        unit(tx)
        return True

    def _set_mark(self, tx: Tx, day: int) -> None:
        seats.set_mark(tx, day)
        if self._states is not None:
            seats.set_states_seen(tx, self._states)

    def _next(self, tx: Tx) -> int | None:
        """The next day to count. None if there are no states of agents."""
        counted = seats.mark(tx)
        return self._first(tx) if counted is None else counted + 1

    def _span(self, tx: Tx) -> tuple[int, int]:
        """The first and the last counted day. The last one is earlier if there are none."""
        counted, first = seats.mark(tx), self._first(tx)
        return (1, 0) if counted is None or first is None else (first, counted)

    def _first(self, tx: Tx) -> int | None:
        at = agents.first_at(tx)
        return None if at is None else day_of(at, self._zone())


def _parts(found: Mapping[Place, Seats]) -> Iterator[dict[Place, Seats]]:
    places = list(found.items())
    for first in range(0, len(places), AT_ONCE):
        yield dict(places[first : first + AT_ONCE])
