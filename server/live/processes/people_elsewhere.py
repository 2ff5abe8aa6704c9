"""The people who are connected to the other processes of the desk.

Each process tells the others who is connected to it. It has a lease, and stores who is connected to it. When a process
ends without saying so, its lease ends, and its connections no longer count.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial

import structlog

from chat.adapters import connected
from chat.adapters.connected import Connected
from clock import Clock, EvenClock
from routing.adapters import store
from server.live.presence.attendance import Attendance
from server.live.presence.connected import ConnectedPeople
from server.live.presence.presence import Presence
from server.live.wakes import Wakes
from storage.leases import claim, release
from storage.ports import Storage, StorageUnavailable, Tx

LEASE_MS = 15_000
RETRY_S = 1.0

log = structlog.get_logger(__name__)


class PeopleElsewhere:
    def __init__(
        self,
        storage: Storage,
        clock: EvenClock,
        shared: Clock,
        wakes: Wakes,
        people: ConnectedPeople,
        presence: Presence,
        attendance: Attendance,
        leads: Callable[[], bool],
        processes_read: Callable[[Collection[str]], None] = lambda living: None,
    ) -> None:
        """`shared` is the clock of the leases. `processes_read(living)` is called after each full read, with the other
        processes that run."""
        self._storage = storage
        self._clock = clock
        self._shared = shared
        self._wakes = wakes
        self._people = people
        self._presence = presence
        self._attendance = attendance
        self._leads = leads
        self._processes_read = processes_read
        self._process = wakes.process
        self._renewed_at = clock.steady()
        self._here: dict[str, bool] = {}
        """The people who are connected to this process, by id. True for staff."""
        self._unwritten: dict[str, None] = {}
        self._woken = asyncio.Event()
        self._writing = False
        self._known: frozenset[str] = frozenset()
        """The other processes, by the last read."""
        self._active_at: dict[str, int] = {}
        presence.watch(self._moved)

    @property
    def idle(self) -> bool:
        """True if everybody who came and went is stored."""
        return not self._woken.is_set() and not self._writing

    @property
    def others(self) -> int:
        """The number of other processes, by the last read."""
        return len(self._known)

    # -- told to the others ---------------------------------------------------------------

    def join(self, tx: Tx) -> bool:
        """Inside a transaction: take the lease of this process. Returns True if no other process of the desk runs."""
        now = self._shared()
        claim(tx, self._lease, self._process, now, LEASE_MS)
        return not connected.living(tx, now, besides=self._process)

    async def leave(self) -> None:
        """Tell the others that nobody is connected to this process any more. Raises StorageUnavailable."""

        def unit(tx: Tx) -> None:
            connected.ended(tx, [self._process])
            release(tx, self._lease, self._process)
            for id_ in gone:
                tx.after_commit(partial(self._wakes.person, id_))

        gone = list(self._here)
        await self._storage.write(unit)

    def _moved(self, ids: Collection[str], staff: bool, here: bool) -> None:
        for id_ in ids:
            if here:
                self._here[id_] = staff
            else:
                self._here.pop(id_, None)
            self._unwritten[id_] = None
        self._woken.set()

    async def run(self) -> None:
        """Store who came and went, whenever somebody did. Never returns."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            self._writing = True
            ids, self._unwritten = self._unwritten, {}
            now, here = self._shared(), self._here
            came = [Connected(id_, here[id_], now if here[id_] else 0) for id_ in ids if id_ in here]
            try:
                await self._storage.write(partial(self._write, came=came, went=ids.keys() - here.keys()))
            except StorageUnavailable:
                self._unwritten = ids | self._unwritten
                await asyncio.sleep(RETRY_S)
                self._woken.set()
            except Exception:
                log.exception("connections_not_stored")
            finally:
                self._writing = False

    def _write(self, tx: Tx, came: Sequence[Connected], went: Collection[str]) -> None:
        connected.came(tx, self._process, came)
        connected.went(tx, self._process, went)
        for id_ in (*(one.id for one in came), *went):
            tx.after_commit(partial(self._wakes.person, id_))

    # -- learned from the others -----------------------------------------------------------

    async def beat(self) -> None:
        """Renew the lease of this process, and notice processes that have ended. Call it several times per lease.
        Raises StorageUnavailable."""
        began, active = self._clock.steady(), self._newly_active()
        living = await self._storage.write(partial(self._renew, active=active))
        if began - self._renewed_at >= LEASE_MS:
            # The others have removed the connections of this process meanwhile.
            self._unwritten |= dict.fromkeys(self._here)
            self._woken.set()
        self._renewed_at = began
        if living != self._known:
            await self.read()
        else:
            rows = await self._storage.read(partial(connected.of_processes, processes=living, staff_only=True))
            self._learn_activity(rows)
        if self._leads():
            here = frozenset({*self._here, *self._people.elsewhere})
            await self._storage.write(partial(self._remove_ended, here=here))

    async def read(self, ids: Collection[str] | None = None) -> None:
        """Learn where these people are connected, or where everybody is. Raises StorageUnavailable."""

        def query(tx: Tx) -> tuple[frozenset[str], list[Connected]]:
            living = frozenset(connected.living(tx, self._shared(), besides=self._process))
            return living, connected.of_processes(tx, living, ids)

        living, rows = await self._storage.read(query)
        now = {row.id: row.staff for row in rows}
        before = self._people.elsewhere
        for id_ in now.keys() - before.keys():
            first = not self._people.is_here(id_)
            before[id_] = now[id_]
            self._presence.came_elsewhere(id_, staff=now[id_], first=first)
        for id_ in (before.keys() if ids is None else before.keys() & set(ids)) - now.keys():
            staff = before.pop(id_)
            self._presence.went_elsewhere(id_, staff=staff, last=not self._people.is_here(id_))
        self._learn_activity(rows)
        self._known = living
        if ids is None:
            self._processes_read(living)

    def _renew(self, tx: Tx, active: Iterable[Connected]) -> frozenset[str]:
        now = self._shared()
        claim(tx, self._lease, self._process, now, LEASE_MS)
        connected.came(tx, self._process, active)
        return frozenset(connected.living(tx, now, besides=self._process))

    def _newly_active(self) -> list[Connected]:
        """The staff here who were active since the last call."""
        found = []
        for id_, staff in self._here.items():
            active_at = self._attendance.seen(id_).active_at if staff else 0
            if staff and self._active_at.get(id_) != active_at:
                self._active_at[id_] = active_at
                found.append(Connected(id_, True, self._shared() - (self._clock.steady() - active_at)))
        return found

    def _learn_activity(self, rows: Iterable[Connected]) -> None:
        for row in rows:
            if row.staff:
                self._attendance.was_active(row.id, self._shared() - row.active_at)

    def _remove_ended(self, tx: Tx, here: Collection[str]) -> None:
        """Remove the connections of ended processes. `here` are the people who are connected to the desk."""
        now = self._clock()
        ended = connected.known_processes(tx) - connected.living(tx, self._shared(), besides="")
        if not ended:
            return
        lost = {row.id for row in connected.of_processes(tx, ended, staff_only=True)}
        connected.ended(tx, ended)
        for staff in sorted(lost.difference(here)):
            store.came_or_went(tx, staff, now, connected=False)

    @property
    def _lease(self) -> str:
        return connected.LEASE + self._process
