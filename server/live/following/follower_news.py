"""The periodic jobs that give followers their notices, queue the letters about them, and delete old notices."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from clock import Clock
from following.notices import Notices
from mail.service import Letters
from server.live.teams import Teams
from storage.leases import Lease
from storage.ports import Storage, Tx

JOB, TIDYING = "follower_news", "old_notices"
LEASE_MS = 60_000
GIVEN = 200
"""Followers who get their notices in one transaction. It takes about 1 ms, and messages wait that long."""
PLANNED = 10
"""Transactions that are planned with one reading."""
PAUSE_MAX_S = 0.004
"""Pause after each of these transactions in seconds, at most."""
MAILED = 10
"""Followers whose letters are queued in one transaction."""
LOOKED_AT = 2_000
"""Notices that are checked for their age in one transaction."""
WAITING_MAX = 200
"""No more letters with news are queued while this number of them waits, so that they never fill the queue."""


class FollowerNews:
    def __init__(self, storage: Storage, clock: Clock, teams: Teams, notices: Notices, letters: Letters) -> None:
        self._storage = storage
        self._clock = clock
        self._teams = teams
        self._notices = notices
        self._letters = letters
        self._lease, self._tidying = Lease(JOB, clock, LEASE_MS), Lease(TIDYING, clock, LEASE_MS)

    async def sweep(self) -> None:
        """Do all that is due. Does nothing while another process has the lease. If the program ends in between, the
        next run continues: each step is one transaction."""
        now = self._clock()
        if not await self._storage.read(lambda tx: self._notices.due(tx, now)):
            return
        while await self._spread():
            pass
        while await self._may_mail() and await self._step(partial(self._notices.mail, limit=MAILED)):
            pass

    async def _spread(self) -> bool:
        """Give the next followers their notices. False if there are none, or if another process has the lease.

        After each transaction, a pause of the same length, at most PAUSE_MAX_S, leaves the database to messages. The
        transactions do not wait for the disk: after a power failure, the followers would get their notices again.
        """
        now, zone, time = self._clock(), self._teams.desk.timezone, asyncio.get_running_loop().time
        plan = await self._storage.read(lambda tx: self._notices.plan(tx, now, GIVEN, PLANNED), "heavy")
        if plan is None or not await self._storage.write(self._lease.claim):
            return False
        for number in range(plan.count):
            began, give = time(), partial(self._notices.give, plan=plan, number=number, zone=zone, now=now)
            if not await self._storage.write(give, durable=False):
                break
            await asyncio.sleep(min(time() - began, PAUSE_MAX_S))
        return True

    async def forget(self) -> None:
        """Delete old notices. Does nothing while another process has the lease."""
        after: int | None = 0
        while after is not None:
            after = await self._storage.write(partial(self._forget, after=after))

    def _forget(self, tx: Tx, after: int) -> int | None:
        return self._notices.forget(tx, after, self._clock(), LOOKED_AT) if self._tidying.claim(tx) else None

    async def _step(self, unit: Callable[..., object]) -> bool:
        now = self._clock()
        return await self._storage.write(lambda tx: self._lease.claim(tx) and bool(unit(tx, now=now)))

    async def _may_mail(self) -> bool:
        return await self._storage.read(lambda tx: self._letters.waiting(tx, "news", WAITING_MAX)) < WAITING_MAX
