"""Prepares the review of each day, once the day is over: which closed chats are to be reviewed, and which of them are
in the sample."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TypeVar

import msgspec
import structlog
from msgspec import Struct
from sqlalchemy import select
from sqlmodel import col

from chat.adapters import archive
from chat.adapters.tables import IS_OVER, ChatRow
from clock import Clock, zones
from reviews.adapters.store import SqlReviews
from reviews.entry import ChatFacts, Entry
from reviews.ports import Day
from reviews.sample import drawn
from reviews.words import CHARACTERS_MAX, disagree
from server.live.teams import Teams
from storage.leases import Lease
from storage.ports import Storage, Tx
from ticketing.adapters.tables import TicketRow

JOB = "review_days"
LEASE_MS = 60_000
DAYS_BACK = 7
"""Days before today that are drawn if they were not drawn before, for example after downtime."""
AT_ONCE = 25
"""Maximum number of chats that one query reads, and of entries that one transaction writes."""
PAUSE_S = 0.01
"""Seconds between two queries or transactions. Messages are stored in this pause."""

_REQUEUED = frozenset({"agent_gone", "no_reply", "declined"})
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
        self._drawn_for: str | None = None
        """The day before which all days are drawn. None before the first sweep that has drawn them."""

    async def sweep(self) -> None:
        """Prepare the review of each of the last DAYS_BACK days that has no review yet. Does nothing while another
        process has the lease."""
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
        chats = await self._storage.read(lambda tx: _closed(tx, *span_of(day, zone)), "heavy")
        entries: dict[int, Entry] = {}
        for some in _pieces(chats):
            # A later chat of the same ticket replaces an earlier one.
            read = await self._storage.read(partial(_entries, chats=some, day=day), "heavy")
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


class ClosedChat(Struct, frozen=True):
    """A closed chat. Times are in ms since the epoch, UTC."""

    id: str
    ticket: int
    agent: str | None
    closed_at: int
    ending: str


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


def _entries(tx: Tx, chats: Sequence[ClosedChat], day: str) -> list[Entry]:
    numbers = [chat.ticket for chat in chats]
    query = select(col(TicketRow.number), col(TicketRow.resolution)).where(col(TicketRow.number).in_(numbers))
    codes: dict[int | None, str | None] = {}
    codes.update((number, code) for number, code in tx.session.execute(query))
    found = []
    for chat in chats:
        code = codes.get(chat.ticket)
        found.append(
            Entry(
                ticket=chat.ticket,
                day=day,
                chat=chat.id,
                agent=chat.agent,
                closed_at=chat.closed_at,
                code=code,
                facts=_facts(tx, chat, code),
            )
        )
    return found


class _From(Struct):
    kind: str = "system"


class _Event(Struct, rename={"from_": "from"}):
    """The fields of an event from which the facts of a chat are counted."""

    type: str
    from_: _From = msgspec.field(default_factory=_From)
    text: str | None = None
    reason: str | None = None


_event = msgspec.json.Decoder(_Event)


def _facts(tx: Tx, chat: ClosedChat, code: str | None) -> ChatFacts:
    events = [_event.decode(raw) for raw in archive.transcript(tx, [chat.id], for_staff=False)]
    messages = [event for event in events if event.type == "message"]
    said = [event.text for event in messages if event.from_.kind == "customer" and event.text is not None]
    return ChatFacts(
        ending=chat.ending,
        agent_messages=sum(event.from_.kind == "staff" for event in messages),
        customer_messages=sum(event.from_.kind == "customer" for event in messages),
        requeues=sum(event.type == "chat.queued" and event.reason in _REQUEUED for event in events),
        words_disagree=disagree(
            code, "\n".join(event.text or "" for event in messages)[:CHARACTERS_MAX], said[-1] if said else None
        ),
    )
