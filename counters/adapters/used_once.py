"""Things that were used, in the database or in memory: `counters.ports.UsedOnce`."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial

from sqlalchemy import delete
from sqlmodel import col, select

from clock import Clock
from counters.adapters.digests import digest
from counters.adapters.tables import CountRow, UsedOnceRow
from storage.ports import Storage, Tx
from storage.upsert import insert_into

USED_MAX = 10_000
"""Maximum number of used things in memory. Beyond it, the oldest are forgotten."""
AT_ONCE = 2_000
"""Maximum number of rows that one transaction deletes."""


class MemoryUsedOnce:
    """In the memory of this process. A restart forgets everything."""

    def __init__(self, clock: Clock, most: int = USED_MAX) -> None:
        self._clock = clock
        self._most = most
        self._used: OrderedDict[str, tuple[str, int]] = OrderedDict()

    async def first(self, what: str, holder: str, until: int) -> bool:
        known = self._used.get(what)
        if known is not None and known[1] > self._clock():
            return known[0] == holder
        self._used.pop(what, None)
        self._used[what] = holder, until
        while len(self._used) > self._most:
            self._used.popitem(last=False)
        return True


class StoredUsedOnce:
    """In the database, so that every process knows it, and a restart forgets nothing."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def first(self, what: str, holder: str, until: int) -> bool:
        key, by = digest(what), digest(holder)
        known = await self._storage.read(lambda tx: _holder(tx, key, self._clock()))
        if known is None:
            known = await self._storage.write(lambda tx: _use(tx, key, by, until, self._clock()))
        return known is None or known == by

    async def forget(self) -> None:
        """Delete what has expired, and expired counts. Raises StorageUnavailable."""
        for table in (UsedOnceRow, CountRow):
            while await self._storage.write(partial(_expire, table=table, now=self._clock())) == AT_ONCE:
                pass


def _holder(tx: Tx, what: str, now: int) -> str | None:
    alive = select(UsedOnceRow.holder).where(UsedOnceRow.what == what, UsedOnceRow.until > now)
    return tx.session.exec(alive).first()


def _use(tx: Tx, what: str, holder: str, until: int, now: int) -> str | None:
    new = insert_into(tx, UsedOnceRow).values(what=what, holder=holder, until=until)
    changed = {"holder": new.excluded.holder, "until": new.excluded.until}
    # A simultaneous use by another process is committed first, or waits for this one.
    tx.session.execute(
        new.on_conflict_do_update(index_elements=["what"], set_=changed, where=col(UsedOnceRow.until) <= now)
    )
    return _holder(tx, what, now)


def _expire(tx: Tx, table: type[UsedOnceRow] | type[CountRow], now: int) -> int:
    key = col(UsedOnceRow.what) if table is UsedOnceRow else col(CountRow.key)
    old = select(key).where(col(table.until) <= now).limit(AT_ONCE)
    return len(tx.session.execute(delete(table).where(key.in_(old)).returning(key)).all())
