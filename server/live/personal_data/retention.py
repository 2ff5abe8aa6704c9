"""The retention of each kind of data: its days, and the job that removes what is older."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from functools import partial
from typing import Literal

import structlog
from msgspec import Struct, json
from sqlalchemy import exists, text, tuple_
from sqlmodel import col, select

from clock import Clock
from identity.actor import SYSTEM, Actor
from identity.adapters.store import SqlStore
from identity.audit import line
from identity.errors import Outdated, invalid
from identity.permissions import may
from refusals import Refused
from server.live.personal_data.erasing import Erasing
from server.live.personal_data.kinds import (
    DAYS_MAX,
    DAYS_MIN,
    KINDS,
    RECORD_KINDS,
    TICKET_KINDS,
    Kept,
    Kind,
    TicketKind,
)
from server.live.personal_data.old_records import OldRecords
from storage import facts
from storage.ports import Storage, StorageUnavailable, Tx
from storage.upsert import insert_into
from ticketing.adapters.tables import EmptiedTicketRow, TicketRow

_DAY_MS = 86_400_000
_KEY, _SWEPT_KEY = "retention", "retention_swept"
_AT_A_TIME = 50
_PAUSE_S = 0.01
"""Pause between two tickets, so that messages go first."""
_Things = Literal["tickets", "records"]
_Place = tuple[int, int]
"""When a ticket was closed for good, and its number."""
_CLOSED = text("closed_at IS NOT NULL")
log = structlog.get_logger(__name__)


class _Stored(Struct, frozen=True):
    version: int
    days: dict[str, int | None]


class _Swept(Struct, frozen=True):
    """When all of a kind that was older than these days was removed."""

    at: int
    days: int


class Retention:
    """`counted(kind, things, number)` is called with the number of tickets or records that a run has emptied."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        erasing: Erasing,
        records: OldRecords,
        counted: Callable[[Kind, _Things, int], None] = lambda *_: None,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._erasing = erasing
        self._records = records
        self._counted = counted
        self._untold = Counter[Kind]()
        """What was removed and is not in the audit log yet, because a run was interrupted."""

    async def current(self, by: Actor) -> Kept:
        """The days of each kind. Raises Refused(forbidden) if `by` may not read settings, and StorageUnavailable."""
        if not may(by, "read", "settings"):
            raise Refused("forbidden", "Only admins see how long the desk keeps what it stores.")
        return await self._storage.read(stored)

    async def change(self, by: Actor, wanted: Mapping[Kind, int | None], versions: Collection[int] | None) -> Kept:
        """Change the days of the kinds in `wanted`. None keeps them for ever.

        `versions` are the versions that the caller accepts, None for any. Raises Refused: `forbidden` if `by` is not an
        admin, `invalid` for bad days. Raises Outdated if the days have another version.
        """
        if not may(by, "change", "settings"):
            raise Refused("forbidden", "Only admins change how long the desk keeps what it stores.")
        for kind, days in wanted.items():
            if days is not None and not DAYS_MIN <= days <= DAYS_MAX:
                raise invalid(kind, f"Choose {DAYS_MIN} to {DAYS_MAX:,} days, or keep them for ever.")
        now = self._clock()

        def unit(tx: Tx) -> Kept:
            before = _kept(facts.locked(tx, _KEY))
            if versions is not None and before.version not in versions:
                raise Outdated("Somebody changed the retention while you looked. Nothing was saved.")
            changed = {kind: days for kind, days in wanted.items() if before.days[kind] != days}
            if not changed:
                return before
            after = Kept({**before.days, **changed}, before.version + 1)
            # A newer version may have stored days of kinds that this one does not know.
            days: dict[str, int | None] = _days(facts.get(tx, _KEY))
            days.update({str(kind): value for kind, value in after.days.items()})
            facts.put(tx, _KEY, json.encode({"version": after.version, "days": days}).decode())
            detail: dict[str, object] = {f"was_{kind}": before.days[kind] for kind in changed}
            detail |= {str(kind): value for kind, value in changed.items()}
            SqlStore().record(tx, line(by, "change", "retention", None, detail, now))
            return after

        return await self._storage.write(unit)

    async def sweep(self) -> None:
        """Remove what is older than its days. Tickets are emptied one by one, in transactions of their own. A kind of
        which all was removed rests for a day, unless its days change. Raises StorageUnavailable."""
        due = await self._storage.read(partial(_due, now=self._clock()))
        for kind in TICKET_KINDS:
            if (days := due.get(kind)) is not None:
                await self._end(kind, "tickets", days, self._empty(kind, self._clock() - days * _DAY_MS))
        for record in RECORD_KINDS:
            if (days := due.get(record)) is not None:
                await self._end(record, "records", days, self._records.end(record, self._clock() - days * _DAY_MS))

    async def _end(self, kind: Kind, things: _Things, days: int, removed: AsyncIterator[int | None]) -> None:
        """`removed`: the number of things that were removed together, None if they could not be removed."""
        began, complete = self._clock(), True
        try:
            async for count in removed:
                self._untold[kind] += count or 0
                complete = complete and count is not None
        except StorageUnavailable:
            raise
        except Exception:
            # The other kinds are still ended. The next run tries this one again.
            log.exception("retention_failed", kind=kind)
            complete = False
        finally:
            await self._tell(kind, things, days)
        if complete:
            await self._storage.write(partial(_rest, kind=kind, swept=_Swept(began, days)))

    async def _tell(self, kind: Kind, things: _Things, days: int) -> None:
        count = self._untold[kind]
        if not count:
            return
        ended = line(SYSTEM, "empty", things, None, {"kind": kind, things: count, "days": days}, self._clock())
        await self._storage.write(partial(SqlStore().record, line=ended))
        del self._untold[kind]
        log.info("retention_ended", kind=kind, days=days, **{things: count})
        self._counted(kind, things, count)

    async def _empty(self, kind: TicketKind, before: int) -> AsyncIterator[int | None]:
        after: _Place = (0, 0)
        while found := await self._storage.read(partial(_over, kind=kind, before=before, after=after), "export"):
            after = found[-1]
            for _, number in found:
                try:
                    await self._empty_one(kind, number)
                except StorageUnavailable:
                    raise
                except Exception:
                    # The other tickets are still emptied. The next run tries this one again.
                    log.exception("ticket_not_emptied", ticket=number, kind=kind)
                    yield None
                else:
                    yield 1
                await asyncio.sleep(_PAUSE_S)

    async def _empty_one(self, kind: TicketKind, number: int) -> None:
        if kind == "conversations":
            await self._erasing.empty_ticket(number, (), None)
        else:
            await self._erasing.remove_files(number)
        await self._storage.write(partial(_mark, kind=kind, number=number, now=self._clock()))


def _over(tx: Tx, kind: TicketKind, before: int, after: _Place) -> list[_Place]:
    """Tickets that were closed for good at `before` or earlier and are not emptied yet, from a place on, oldest
    first."""
    done = exists().where(col(EmptiedTicketRow.ticket) == col(TicketRow.number), col(EmptiedTicketRow.kind) == kind)
    place = (col(TicketRow.closed_at), col(TicketRow.number))
    closed = select(*place).where(_CLOSED, place[0] <= before, tuple_(*place) > tuple_(*after), ~done)
    found = tx.session.exec(closed.order_by(*place).limit(_AT_A_TIME))
    return [(closed_at or 0, number or 0) for closed_at, number in found]


def _due(tx: Tx, now: int) -> dict[Kind, int]:
    """The days of the kinds that are to be removed: not within the last day, or for other days."""
    swept = _swept(tx)
    return {
        kind: days
        for kind, days in stored(tx).days.items()
        if days is not None
        and ((last := swept.get(kind)) is None or last.days != days or not last.at <= now < last.at + _DAY_MS)
    }


def _swept(tx: Tx) -> dict[str, _Swept]:
    text = facts.get(tx, _SWEPT_KEY)
    return json.decode(text, type=dict[str, _Swept]) if text is not None else {}


def _rest(tx: Tx, kind: Kind, swept: _Swept) -> None:
    facts.put(tx, _SWEPT_KEY, json.encode({**_swept(tx), kind: swept}).decode())


def _mark(tx: Tx, kind: TicketKind, number: int, now: int) -> None:
    # Without texts, a ticket has no files either.
    for each in TICKET_KINDS if kind == "conversations" else (kind,):
        insert = insert_into(tx, EmptiedTicketRow).values(ticket=number, kind=each, at=now)
        tx.session.connection().execute(insert.on_conflict_do_nothing(index_elements=["ticket", "kind"]))


def stored(tx: Tx) -> Kept:
    """The days as they are set."""
    return _kept(facts.get(tx, _KEY))


def _days(text: str | None) -> dict[str, int | None]:
    return json.decode(text, type=_Stored).days if text is not None else {}


def _kept(text: str | None) -> Kept:
    if text is None:
        return Kept(dict.fromkeys(KINDS), 0)
    found = json.decode(text, type=_Stored)
    return Kept({kind: found.days.get(kind) for kind in KINDS}, found.version)
