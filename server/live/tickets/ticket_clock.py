"""A sweep that runs the waiting clocks of tickets and ends their snoozes.

If several processes share a database, only one at a time runs the clocks.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import structlog

from clock import Clock
from routing.desk import Desk
from storage.leases import Lease
from storage.ports import Storage, StorageUnavailable, Tx
from ticketing.due_steps import DueSteps
from ticketing.listing import Place
from ticketing.targets import Policy

JOB = "ticket_clock"
LEASE_MS = 30_000
AT_ONCE = 25
"""Number of tickets in the first transaction, and the minimum. With fewer tickets, most of the time would go into the
fixed cost of a transaction."""
AT_ONCE_MAX = 50
UNIT_S = 0.008
"""The CPU time that a transaction should take on SQLite, because messages wait while it runs. The number of its tickets
is chosen by this time."""
PAUSE_S = 0.002
"""Seconds between two transactions. Messages that arrived during the first transaction are handled in this pause."""
CLOSED_AT_ONCE = 200
TARGETS_AT_ONCE = 10
"""Few, because up to three targets of each ticket count weeks of opened hours."""
RESTED_S = 30.0
"""Maximum number of seconds for which letters wait for the end of a sweep."""
RETRY_MS = 600_000
"""Time in ms after which a ticket whose step failed is looked at again."""

log = structlog.get_logger(__name__)


class TicketClock:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        steps: DueSteps,
        desk: Callable[[], Desk],
        pause: Callable[[], Awaitable[None]] = lambda: asyncio.sleep(PAUSE_S),
    ) -> None:
        """`pause` is awaited after each transaction."""
        self._storage = storage
        self._clock = clock
        self._steps = steps
        self._desk = desk
        self._pause = pause
        self._recomputed: Desk | None = None
        """The hours file by which all dates were last computed."""
        self._policies: Sequence[Policy] | None = None
        """The policies by which all targets were last computed."""
        self._lease = Lease(JOB, clock, LEASE_MS)
        self._at_once = AT_ONCE
        self._rests = asyncio.Event()
        self._rests.set()

    async def sweep(self) -> None:
        self._rests.clear()
        try:
            await self._sweep()
        finally:
            self._rests.set()

    async def rested(self) -> None:
        """Return once no sweep is under way in this process, but after RESTED_S seconds at the latest.

        The letter worker waits for this before it claims letters. A sweep of many tickets uses processor time that
        messages need. Letters that are sent at the same time would use even more of it, and would delay the sweep too.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(RESTED_S):
                await self._rests.wait()

    async def _sweep(self) -> None:
        if self._recomputed is not (desk := self._desk()) and await self._recompute(desk):
            self._recomputed = desk
            self._policies = None
        if await self._storage.read(lambda tx: self._steps.due(tx, self._clock(), 1)):
            while await self._run():
                pass
        await self._wake()
        await self._close()
        # Last, because after a change of the policies it may look at all unsolved tickets.
        await self._recompute_targets()

    async def _recompute_targets(self) -> None:
        """Compute all targets anew after the policies or the hours have changed, and at the start. Stops if another
        process runs the waiting clocks: the next sweep begins again."""
        policies = await self._storage.read(self._steps.policies)
        if policies == self._policies or (not policies and self._policies is None):
            return
        after: Place | None = None
        while True:
            is_ours, after = await self._storage.write(partial(self._retargeting, after=after))
            if not is_ours:
                return
            if after is None:
                break
            await self._pause()
        self._policies = policies

    def _retargeting(self, tx: Tx, after: Place | None) -> tuple[bool, Place | None]:
        if not self._lease.claim(tx):
            return False, None
        return True, self._steps.recompute_targets(tx, after, self._clock(), TARGETS_AT_ONCE)

    async def _recompute(self, desk: Desk) -> bool:
        """Compute all dates anew. False if another process runs the waiting clocks."""
        for team in desk.teams:
            after: int | None = 0
            while after is not None:
                is_ours, after = await self._storage.write(partial(self._recomputing, team=team, after=after))
                if not is_ours:
                    return False
        return True

    def _recomputing(self, tx: Tx, team: str, after: int) -> tuple[bool, int | None]:
        if not self._lease.claim(tx):
            return False, None
        return True, self._steps.recompute(tx, team, after, self._clock(), AT_ONCE)

    async def _run(self) -> bool:
        """Run the next steps that are due. Returns False if no step is due, or if another process runs the waiting
        clocks."""
        try:
            done, took_s = await self._storage.write(self._next)
        except StorageUnavailable:
            raise
        except Exception:
            log.exception("waiting_clock_failed")
            return await self._one_by_one()
        self._at_once = next_size(self._at_once, took_s)
        if done:
            await self._pause()
        return bool(done)

    def _next(self, tx: Tx) -> tuple[int, float]:
        if not self._lease.claim(tx):
            return 0, 0.0
        if tx.dialect == "postgresql":
            # The event loop works on other things while the server answers, so the size has no limit in CPU time.
            return self._steps.run(tx, self._clock(), AT_ONCE_MAX), 0.0
        began = time.thread_time()
        return self._steps.run(tx, self._clock(), self._at_once), time.thread_time() - began

    async def _one_by_one(self) -> bool:
        """Run the next due steps, each in its own transaction. Postpone the steps that fail. Returns False if no step
        was due."""
        now = self._clock()
        numbers = await self._storage.read(lambda tx: self._steps.due(tx, now, AT_ONCE))
        for number in numbers:
            await self._alone(number, now)
        return bool(numbers)

    async def _alone(self, number: int, now: int) -> None:
        try:
            await self._storage.write(lambda tx: self._steps.step(tx, number, now))
        except StorageUnavailable:
            raise
        except Exception as error:
            log.error("ticket_step_failed", ticket=number, error=type(error).__name__, exc_info=True)
            await self._storage.write(lambda tx: self._steps.postpone(tx, number, now + RETRY_MS))

    async def _wake(self) -> None:
        """End all snoozes that are over. Stops if another process runs the waiting clocks."""
        while await self._storage.read(lambda tx: self._steps.snoozed(tx, self._clock(), 1)):
            woken = await self._storage.write(
                lambda tx: self._steps.wake(tx, self._clock(), AT_ONCE) if self._lease.claim(tx) else 0
            )
            if not woken:
                return
            await self._pause()

    async def _close(self) -> None:
        """Close for good all tickets that can no longer be reopened. Stops if another process runs the waiting
        clocks."""
        while await self._storage.read(lambda tx: self._steps.to_close(tx, self._clock(), 1)):
            closed = await self._storage.write(
                lambda tx: self._steps.close(tx, self._clock(), CLOSED_AT_ONCE) if self._lease.claim(tx) else 0
            )
            if not closed:
                return


def next_size(size: int, took_s: float) -> int:
    """The number of tickets for the next transaction. The previous one had `size` tickets and took `took_s` seconds."""
    if took_s > UNIT_S:
        return max(AT_ONCE, size * 3 // 4)
    return min(AT_ONCE_MAX, size * 3 // 2 + 1) if took_s < UNIT_S / 2 else size
