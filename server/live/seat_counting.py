"""Counts the seats of agents for the reports, for each day after its end.

A day is counted again on the two following days, because a chat may end after the day does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from clock import Clock
from reports.adapters import agents, seats
from reports.adapters.seats import Place
from reports.periods import day_of
from reports.seats import Seats
from storage.leases import Lease
from storage.ports import Storage, Tx

AGAIN_DAYS = 2
"""A day is counted again this many times. Longer chats are not looked for."""


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

    async def sweep(self) -> None:
        """Count the days that are over. Call it when all changes are counted. Does nothing while another process has
        the lease."""
        last = day_of(self._clock(), self._zone()) - 1
        if self._counted == last:
            return
        while (day := await self._storage.read(self._next, "export")) is not None and day <= last:
            for one in range(day - AGAIN_DAYS if day == last else day, day + 1):
                found = await self._storage.read(partial(seats.derived, day=one, zone=self._zone()), "export")
                if not await self._storage.write(partial(self._keep, day=one, found=found, mark=day)):
                    return
                await self._pause()
        self._counted = last

    async def recount(self) -> int | None:
        """Count all counted days again. Returns the number of days that differed, and corrects them. None if another
        process has the lease."""
        first, last = await self._storage.read(self._span, "export")
        differed = 0
        for day in range(first, last + 1):
            found = await self._storage.read(partial(seats.derived, day=day, zone=self._zone()), "export")
            if found != await self._storage.read(partial(seats.stored, day=day), "export"):
                differed += 1
                if not await self._storage.write(partial(self._keep, day=day, found=found, mark=last)):
                    return None
                await self._pause()
        return differed

    def _keep(self, tx: Tx, day: int, found: dict[Place, Seats], mark: int) -> bool:
        if not self._lease.claim(tx):
            return False
        seats.replace(tx, day, found)
        seats.set_mark(tx, mark)
        return True

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
