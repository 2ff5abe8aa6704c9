"""Notices a changed hours file and applies it completely or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from chat.adapters import clocks
from routing.adapters import hours_file
from routing.desk import Desk
from routing.errors import DeskFaults
from server.live.answered_chats import AnsweredChats
from server.live.hours_faults import removed_teams
from server.live.teams import Teams
from storage.ports import Storage, Tx

_Found = bytes | tuple[str, ...]
"""The contents of the file, or the reason why it cannot be read."""

log = structlog.get_logger(__name__)


class HoursFile:
    def __init__(
        self,
        path: Path,
        contents: bytes,
        storage: Storage,
        teams: Teams,
        answered_chats: AnsweredChats,
        changed: Callable[[], Awaitable[None]],
    ) -> None:
        """`contents` has the bytes of the current hours file.

        `changed` is called after a new version of the file has come into force.
        """
        self._path = path
        self._storage = storage
        self._teams = teams
        self._answered_chats = answered_chats
        self._changed = changed
        self._acted_on: _Found = contents
        self._seen: _Found = contents
        self.faults: tuple[str, ...] = ()
        """Faults in the file's current contents. The last good version stays in force."""

    async def sweep(self) -> None:
        """Apply a change once two sweeps in a row find the same contents: an editor may write in several steps."""
        found = await asyncio.to_thread(_find, self._path)
        if found == self._acted_on or found != self._seen:
            self._seen = found
            return
        fresh, faults = await self._read(found)
        if fresh is None:
            log.error("hours_file_bad", file=str(self._path), faults=list(faults), instead="the hours before")
        else:
            await self._swap(fresh)
            self.faults = ()
            await self._changed()
            log.info("hours_file_read", file=str(self._path), teams=list(fresh.teams))
        self._acted_on, self.faults = found, faults

    async def _read(self, found: _Found) -> tuple[Desk | None, tuple[str, ...]]:
        """The parsed file, or None and all its faults."""
        if isinstance(found, tuple):
            return None, found
        try:
            fresh = await asyncio.to_thread(hours_file.desk_of, found, self._path)
        except DeskFaults as bad:
            return None, bad.faults
        faults = await self._storage.read(lambda tx: removed_teams(tx, fresh, found, self._path))
        return (None if faults else fresh), faults

    async def _swap(self, fresh: Desk) -> None:
        longer = {key: 1000 * team.silent_s[-1] - self._teams.silent_ms(key) for key, team in fresh.teams.items()}

        def unit(tx: Tx) -> None:
            # The database stores when each silence ends. Its beginning follows from the hours file in force.
            clocks.prolong_silences(tx, {key: by for key, by in longer.items() if by})
            tx.after_commit(take_up)

        def take_up() -> None:
            self._teams.desk = fresh

        async with self._answered_chats.paused():
            await self._storage.write(unit)


def _find(path: Path) -> _Found:
    try:
        return hours_file.contents(path)
    except DeskFaults as bad:
        return bad.faults
