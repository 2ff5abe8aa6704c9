"""Counts changed tickets for the reports, soon after each change. At the first start it counts all tickets, in chunks.

If several processes share a database, only one at a time counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from clock import Clock
from reports.adapters.sources import SqlSources
from reports.adapters.store import SqlReports
from reports.cells import Cell
from reports.service import Batch, Counting
from reports.sources import Calendar, Goals
from routing.desk import Desk
from routing.hours import Hours
from routing.opened import open_between
from server.live.reports.seat_counting import SeatCounting
from server.live.teams import Teams
from storage.leases import Lease
from storage.ports import Storage, Tx

JOB = "report_counting"
LEASE_MS = 30_000
AT_ONCE = 20
"""Maximum number of tickets in one transaction. Messages wait while it runs."""
PAUSE_S = 0.002
"""Seconds between two transactions. Messages are handled in this pause."""
READ_S = 60.0


class CountedElsewhere(Exception):
    """Another process counts."""


@dataclass(frozen=True, slots=True)
class Recounted:
    """The result of a recount: the number of tickets, and how many tickets and how many cells had to be corrected."""

    tickets: int
    tickets_differed: int
    cells_differed: int
    days_differed: int = 0
    """The number of days and months whose seats had to be corrected."""


class ReportCounting:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        counting: Counting,
        pause: Callable[[], Awaitable[None]] = lambda: asyncio.sleep(PAUSE_S),
    ) -> None:
        """`pause` is awaited after each transaction."""
        self._storage = storage
        self._clock = clock
        self._counting = counting
        self._pause = pause
        self._lease = Lease(JOB, clock, LEASE_MS)
        self._seats = SeatCounting(storage, clock, lambda: counting.calendar().zone, self._lease, pause)

    async def sweep(self) -> None:
        """Count the tickets that changed. Does nothing while another process counts."""
        while (batch := await self._storage.read(self._changed, "export")).tickets or batch.requests:
            if not await self._storage.write(partial(self._keep, batch=batch, mark=batch.upto)):
                return
            await self._pause()
        await self._seats.sweep()

    async def recount(self) -> Recounted:
        """Count all tickets again, and correct what differs. Raises CountedElsewhere if another process counts."""
        tickets = differed = number = 0
        while (batch := await self._read_numbered(number)).tickets:
            tickets, differed, number = tickets + len(batch.tickets), differed + batch.miscounted, batch.upto
            await self._write(partial(self._keep, batch=batch, mark=None))
        cells, days = await self._recount_cells(), await self._seats.recount()
        if days is None:
            raise CountedElsewhere
        return Recounted(tickets, differed, cells, days)

    async def release(self) -> None:
        """Give up the lease, so that another process can count at once."""
        await self._storage.write(self._lease.release)

    async def _recount_cells(self) -> int:
        differed = 0
        for month in await self._storage.read(self._counting.months, "export", READ_S):
            drift = await self._storage.read(partial(self._counting.drift, month=month), "export", READ_S)
            if drift:
                differed += len(drift)
                await self._write(partial(self._mend, drift=drift))
        return differed

    def _changed(self, tx: Tx) -> Batch:
        return self._counting.changed(tx, self._clock(), AT_ONCE)

    async def _read_numbered(self, after: int) -> Batch:
        return await self._storage.read(lambda tx: self._counting.numbered(tx, after, AT_ONCE), "export")

    async def _write(self, unit: Callable[[Tx], bool]) -> None:
        if not await self._storage.write(unit):
            raise CountedElsewhere
        await self._pause()

    def _keep(self, tx: Tx, batch: Batch, mark: int | None) -> bool:
        if not self._lease.claim(tx):
            return False
        self._counting.store(tx, batch, mark)
        self._seats.changed(tx, batch.differing)
        return True

    def _mend(self, tx: Tx, drift: Mapping[Cell, int]) -> bool:
        if not self._lease.claim(tx):
            return False
        self._counting.mend(tx, drift)
        return True


class Calendars:
    """The parts of the hours file that reports use. The hours are copies: the hours of the desk keep only days around
    the present in memory, but reports read the past."""

    def __init__(self, teams: Teams) -> None:
        self._teams = teams
        self._known: tuple[Desk, Calendar] | None = None

    def current(self) -> Calendar:
        desk = self._teams.desk
        if self._known is None or self._known[0] is not desk:
            self._known = desk, self._made(desk)
        return self._known[1]

    def _made(self, desk: Desk) -> Calendar:
        hours = {key: Hours(one, desk.timezone, desk.days_off) for key, one in desk.schedules.items()}

        def open_ms(team: str, start: int, end: int) -> int:
            known = hours.get(self._teams.of(team).schedule)
            return 0 if known is None else open_between(known, start, end)

        return Calendar(desk.timezone, lambda team: goals_of(self._teams, team), open_ms)


def goals_of(teams: Teams, team: str) -> Goals:
    known = teams.of(team)
    return Goals(known.wait_target_s, known.first_reply_s)


def counting_of(storage: Storage, clock: Clock, teams: Teams) -> ReportCounting:
    return ReportCounting(storage, clock, Counting(SqlSources(), SqlReports(), Calendars(teams).current))
