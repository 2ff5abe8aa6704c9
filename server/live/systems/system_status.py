"""The state of the systems: kept in memory for the banner and the foot of pages, read for the page, and changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TypeVar

from availability.adapters.store import SqlAvailability
from availability.board import Board
from availability.incident import Reported
from availability.planning import Planning
from availability.ports import Announcing, Finding
from availability.reading import Overview, Reading
from availability.reporting import Reporting
from clock import Clock
from identity.actor import Actor
from identity.adapters.store import SqlStore as IdentityStore
from identity.audit import line
from storage.ports import Storage, StorageUnavailable, Tx

T = TypeVar("T")

FRESH_MS = 2_000
"""The page is computed at most this often, however many people open it."""


class SystemStatus:
    def __init__(self, storage: Storage, clock: Clock, announcing: Announcing[Tx], finding: Finding[Tx]) -> None:
        self._storage = storage
        self._clock = clock
        store, audit = SqlAvailability(), AuditLog()
        self.reader = Reading(store)
        self.reporting = Reporting(store, announcing, finding, audit)
        self.planning = Planning(store, announcing, audit)
        self.board = Board(0, [], {}, [], [])
        """The last state that was read. At most some seconds old."""
        self._overviews: dict[str, Overview] = {}

    async def follow(self) -> None:
        """Read the state. Other processes may have changed it, and maintenance begins and ends by itself."""
        now = self._clock()
        self.board = await self._storage.read(lambda tx: self.reader.board(tx, now))

    async def overview(self, zone: str) -> Overview:
        """The state with ninety days of history. `zone` decides where days begin."""
        now, known = self._clock(), self._overviews.get(zone)
        if known is not None and 0 <= now - known.board.at < FRESH_MS:
            return known
        found = await self._storage.read(lambda tx: self.reader.overview(tx, now, zone))
        self._overviews = {zone: found}
        self.board = found.board
        return found

    async def recent(self, limit: int) -> list[Reported]:
        """The newest incidents."""
        return await self.read(lambda tx: self.reader.recent(tx, limit))

    async def read(self, work: Callable[[Tx], T]) -> T:
        return await self._storage.read(work)

    async def change(self, work: Callable[[Tx], T]) -> T:
        """Run a change as a transaction. Pages show it at once."""
        result = await self._storage.write(work)
        self._overviews = {}
        # The change is stored. If it cannot be read right now, the periodic job picks it up.
        with suppress(StorageUnavailable):
            await self.follow()
        return result


class AuditLog:
    """Implements `availability.ports.Audit`."""

    def record(
        self, tx: Tx, actor: Actor, verb: str, thing: str, thing_id: str, detail: Mapping[str, object], now: int
    ) -> None:
        IdentityStore().record(tx, line(actor, verb, thing, thing_id, detail, now))
