"""Prepares the review of each day, once the day is over: which closed chats are to be reviewed, and which of them are
in the sample."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy import select
from sqlmodel import col

from chat.adapters.tables import IS_OVER, ChatRow
from clock import Clock, zones
from reviews.adapters.store import SqlReviews
from reviews.entry import Entry
from reviews.ports import Day
from reviews.sample import drawn
from server.live.reviews.review_facts import ClosedChat, entries_of
from server.live.teams import Teams
from storage.leases import Lease
from storage.ports import Storage, Tx

JOB = "review_days"
LEASE_MS = 60_000
DAYS_BACK = 7
"""Days before today that are drawn if they were not drawn before, for example after downtime."""
AT_ONCE = 25
"""Maximum number of chats that one query reads, and of entries that one transaction writes."""
PAUSE_S = 0.01
"""Seconds between two queries or transactions. Messages are stored in this pause."""
CORRECTED_WITHIN_MS = 90 * 86_400_000
"""The rule `corrected_before` looks for corrections of this time before the day."""

T = TypeVar("T")

log = structlog.get_logger(__name__)


class ReviewDays:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        teams: Teams,
        new_seed: Callable[[], str] = lambda: secrets.token_hex(8),
        tell: Callable[[Day], None] | None = None,
    ) -> None:
        """`tell` is called with each day that was drawn and has chats. By default, the day is logged."""
        self._storage = storage
        self._clock = clock
        self._teams = teams
        self._new_seed = new_seed
        self._tell = _logged if tell is None else tell
        self._store = SqlReviews()
        self._lease = Lease(JOB, clock, LEASE_MS)
        self._one_at_a_time = asyncio.Lock()
        """The lease keeps other processes away, and not a second sweep of this one."""
        self._drawn_for: str | None = None
        """The day before which all days are drawn. None before the first sweep that has drawn them."""

    async def sweep(self) -> None:
        """Prepare the review of each of the last DAYS_BACK days that has no review yet. Does nothing while another
        process has the lease."""
        async with self._one_at_a_time:
            await self._sweep()

    async def _sweep(self) -> None:
        zone = self._teams.desk.timezone
        today = day_of(self._clock(), zone)
        if self._drawn_for == today or not await self._storage.write(self._lease.claim):
            return
        days = [_before(today, back) for back in range(DAYS_BACK, 0, -1)]
        done = await self._storage.read(lambda tx: self._store.days_drawn(tx, days))
        for day in days:
            if day not in done and not await self._draw(day, zone):
                return
        self._drawn_for = today

    async def _draw(self, day: str, zone: str) -> bool:
        """Draws the sample of a day. Stops and returns False if another process has taken the lease.

        Reviewers get the entries once the day itself is stored, after the last entry."""
        begins, ends = span_of(day, zone)
        chats = await self._storage.read(lambda tx: _closed(tx, begins, ends), "heavy")
        since = begins - CORRECTED_WITHIN_MS
        corrected = await self._storage.read(lambda tx: self._store.corrected_codes(tx, since), "heavy")
        entries: dict[int, Entry] = {}
        for some in _pieces(chats):
            # A later chat of the same ticket replaces an earlier one.
            read = await self._storage.read(partial(entries_of, chats=some, day=day, corrected=corrected), "heavy")
            entries.update((entry.ticket, entry) for entry in read)
            if not await self._write(_nothing):
                return False
        settings = await self._storage.read(self._store.settings)
        seed, share = self._new_seed(), settings.share
        lot = drawn(list(entries.values()), seed, share)
        # A draw with another seed that did not end may have left entries.
        if not await self._write(partial(self._store.clear_day, day=day)):
            return False
        for piece in _pieces(lot):
            if not await self._write(partial(self._store.put_entries, entries=piece)):
                return False
        sampled = sum(entry.sampled for entry in lot)
        known = Day(day, seed, share, self._clock(), len(lot), sampled)
        if not await self._write(partial(self._store.add_day, day=known)):
            return False
        if lot:
            self._tell(known)
        return True

    async def _write(self, work: Callable[[Tx], None]) -> bool:
        """Renews the lease and does `work`, in one transaction. Returns False, and does nothing, if another process has
        the lease."""

        def write(tx: Tx) -> bool:
            if not self._lease.claim(tx):
                return False
            work(tx)
            return True

        done = await self._storage.write(write)
        await asyncio.sleep(PAUSE_S)
        return done


def _logged(day: Day) -> None:
    log.info("review_day_drawn", day=day.day, seed=day.seed, share=day.share, tickets=day.tickets, sampled=day.sampled)


def _nothing(_: Tx) -> None:
    pass


def day_of(moment: int, zone: str) -> str:
    """The day like `2026-11-23` on which this moment falls in this time zone."""
    return zones.local(moment, zone).date().isoformat()


def day_before(moment: int, zone: str) -> str:
    """The day before the one on which this moment falls in this time zone."""
    return _before(day_of(moment, zone), 1)


def span_of(day: str, zone: str) -> tuple[int, int]:
    """The start and the end of a day like `2026-11-23` in this time zone, in ms since the epoch, UTC.

    Raises ValueError if `day` is not a date, OverflowError if it is out of range.
    """
    begins = datetime.combine(date.fromisoformat(day), time())
    return zones.moment_of(begins, zone), zones.moment_of(begins + timedelta(days=1), zone)


def _before(day: str, days: int) -> str:
    return (date.fromisoformat(day) - timedelta(days=days)).isoformat()


def _pieces(whole: Sequence[T]) -> list[Sequence[T]]:
    return [whole[at : at + AT_ONCE] for at in range(0, len(whole), AT_ONCE)]


def _closed(tx: Tx, begins: int, ends: int) -> list[ClosedChat]:
    """The chats that were closed in this span and have a ticket, oldest first."""
    query = (
        select(
            col(ChatRow.id), col(ChatRow.ticket), col(ChatRow.agent), col(ChatRow.closed_at), col(ChatRow.closed_reason)
        )
        .where(IS_OVER, col(ChatRow.closed_at) >= begins, col(ChatRow.closed_at) < ends)
        .order_by(col(ChatRow.closed_at), col(ChatRow.id))
    )
    return [
        ClosedChat(id, ticket, agent, closed_at or 0, ending or "closed")
        for id, ticket, agent, closed_at, ending in tx.session.execute(query)
        if ticket is not None
    ]
