"""The weekly mail of reports: who chose it, and the job that queues it on Mondays."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from clock import Clock
from identity.actor import Actor
from identity.adapters.people import People
from mail.letter import NewLetter
from mail.service import Letters
from refusals import Refused
from reports.adapters.weekly import SqlWeekly
from reports.periods import Period, weekly_due
from reports.stopping import StopTokens
from server.live.reports.report_reading import ReportReading
from server.live.teams import Teams
from storage.leases import Lease
from storage.ports import Storage, Tx

JOB = "weekly_reports"
LEASE_MS = 60_000


class WeeklyReports:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        people: People,
        teams: Teams,
        reading: ReportReading,
        letters: Letters,
        wake: Callable[[], None],
        tokens: StopTokens,
    ) -> None:
        """`wake` is called after the commit of each letter."""
        self._storage = storage
        self._clock = clock
        self._people = people
        self._teams = teams
        self._report_reading = reading
        self._letters = letters
        self._wake = wake
        self._tokens = tokens
        self._store = SqlWeekly()
        self._lease = Lease(JOB, clock, LEASE_MS)
        self._queued: Period | None = None
        """The newest week whose letters are all queued."""

    async def chosen(self, actor: Actor) -> bool:
        return await self._storage.read(lambda tx: self._store.chosen(tx, actor.id))

    async def choose(self, actor: Actor, *, wanted: bool) -> None:
        """Start or stop the weekly mail to a supervisor. Raises Refused(forbidden) for anybody else."""
        if not may_have(actor):
            raise Refused("forbidden", "Only supervisors get the weekly mail.")
        if wanted:
            await self._storage.write(lambda tx: self._store.choose(tx, actor.id, self._clock()))
        else:
            await self._storage.write(lambda tx: self._store.decline(tx, actor.id))

    async def stop(self, token: str) -> bool:
        """Stop the weekly mail to the person that a token names. False if the token is not valid."""
        person = self._tokens.person(token)
        if person is not None:
            await self._storage.write(lambda tx: self._store.decline(tx, person))
        return person is not None

    async def sweep(self) -> None:
        """Queue the letters of this Monday. Waits until all changes of the week are counted. Does nothing while another
        process has the lease."""
        now, zone = self._clock(), self._teams.desk.timezone
        due = weekly_due(now, zone)
        if due is None or due[0] == self._queued:
            return
        week, since = due
        counted_to = await self._storage.read(lambda tx: self._report_reading.counted_to(tx, now))
        if counted_to < week.ends_at(zone) or not await self._storage.write(self._lease.claim):
            return
        for person in await self._storage.read(lambda tx: self._store.due(tx, week.after, since)):
            await self._storage.write(partial(self._queue, person=person, week=week, since=since))
        self._queued = week

    def _queue(self, tx: Tx, person: str, week: Period, since: int) -> None:
        supervisor = self._people.staff(tx, person)
        if supervisor is None or supervisor.email is None or not may_have(supervisor):
            return
        if self._store.take(tx, person, week.after, since):
            self._letters.queue(tx, letter_to(supervisor.email, person, week), self._clock())
            tx.after_commit(self._wake)


def may_have(actor: Actor) -> bool:
    """True if this person may have the weekly mail."""
    return actor.kind == "staff" and "supervisor" in actor.roles and not actor.limited


def letter_to(address: str, person: str, week: Period) -> NewLetter:
    return NewLetter(kind="weekly_report", to=address, person=person, context={"week": week.from_})
