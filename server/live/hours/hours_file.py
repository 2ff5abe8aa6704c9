"""Notices a changed hours file and applies it completely or not at all."""

from __future__ import annotations

import asyncio
from codecs import BOM_UTF8
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from chat.adapters import clocks
from refusals import Refused
from routing.adapters import hours_file
from routing.adapters.hours_edits import Edit
from routing.desk import Desk
from routing.errors import DeskFaults, FileChanged
from server.live.clocks.answered_chats import AnsweredChats
from server.live.hours.hours_faults import removed_teams
from server.live.teams import Teams
from storage.ports import Storage, Tx

_Found = bytes | tuple[str, ...]
"""The contents of the file, or the faults because of which it cannot be read."""

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
        self._turns = asyncio.Lock()
        """Held during a change of the file, so that only one change is made at a time."""
        self.faults: tuple[str, ...] = ()
        """Faults in the file's current contents. The last good version stays in force."""

    async def sweep(self) -> None:
        """Apply a change once two sweeps in a row have found the same contents, because an editor may write the file in
        several steps."""
        async with self._turns:
            await self._sweep()

    @property
    def version(self) -> str | None:
        """The version of the file that this process has acted on last. None if it had a fault."""
        return hours_file.etag_of(self._acted_on) if isinstance(self._acted_on, bytes) else None

    async def contents(self) -> bytes:
        """The bytes of the file on disk. Raises DeskFaults if it cannot be read."""
        return await asyncio.to_thread(hours_file.contents, self._path)

    async def edit(self, version: str | None, edit: Edit, record: Callable[[Tx, Desk, Desk], None]) -> str:
        """Change the text of the file with `edit`, write it and apply it. Returns the new version of the file.

        `version` is the version of the file that the caller has read. If it is None, any version is changed. `record`
        is called in the transaction that applies the change, with the desk before and after it.

        Raises FileChanged if the file has another version. Raises Refused(conflict) if the file has a fault or cannot
        be written, Refused(invalid) if it would have a fault after the change, and the errors of `edit`.
        """
        async with self._turns:
            before, found, fresh, desk = await self._edited(version, edit)
            if fresh == found:
                return hours_file.etag_of(found)
            await self._write(fresh)
            try:
                await self._swap(desk, lambda tx: record(tx, before, desk))
            except BaseException:
                if self._teams.desk is not desk:
                    await self._write(found)
                raise
            self._seen, self.faults = fresh, ()
            log.info("hours_file_written", file=str(self._path))
            try:
                await self._changed()
            except Exception:
                # The change is in force. The next sweep applies it again, and with it what failed here.
                log.exception("hours_change_incomplete", file=str(self._path))
            else:
                self._acted_on = fresh
            return hours_file.etag_of(fresh)

    async def edited(self, version: str | None, edit: Edit) -> tuple[Desk, Desk]:
        """The desk before and after a change that is only tried: the file stays as it is. Raises what `edit` raises."""
        before, _, _, desk = await self._edited(version, edit)
        return before, desk

    async def _edited(self, version: str | None, edit: Edit) -> tuple[Desk, bytes, bytes, Desk]:
        try:
            found = await self.contents()
            before = await asyncio.to_thread(hours_file.desk_of, found, self._path)
        except DeskFaults as bad:
            raise Refused(
                "conflict", f"The hours file on disk has a fault: {bad.faults[0]}. Correct it first."
            ) from None
        if version is not None and version != hours_file.etag_of(found):
            raise FileChanged
        mark = BOM_UTF8 if found.startswith(BOM_UTF8) else b""
        fresh = mark + (await asyncio.to_thread(edit, hours_file.text_of(found, self._path))).encode()
        desk, faults = await self._read(fresh)
        if desk is None:
            raise Refused("invalid", f"The hours file would have a fault: {faults[0]}")
        return before, found, fresh, desk

    async def _write(self, contents: bytes) -> None:
        try:
            await asyncio.to_thread(hours_file.replace, self._path, contents)
        except OSError as error:
            raise Refused("conflict", f"The hours file can't be written: {error.strerror}.") from None

    async def _sweep(self) -> None:
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
        """The desk in these contents, or None and all faults of the contents."""
        if isinstance(found, tuple):
            return None, found
        try:
            fresh = await asyncio.to_thread(hours_file.desk_of, found, self._path)
        except DeskFaults as bad:
            return None, bad.faults
        faults = await self._storage.read(lambda tx: removed_teams(tx, fresh, found, self._path))
        return (None if faults else fresh), faults

    async def _swap(self, fresh: Desk, record: Callable[[Tx], None] = lambda tx: None) -> None:
        if fresh.timezone != self._teams.desk.timezone:
            # Stored figures keep the days of the zone in which they were counted.
            log.warning("hours_timezone_changed", zone=fresh.timezone, then="switchboard reports recount")
        longer = {key: 1000 * team.silent_s[-1] - self._teams.silent_ms(key) for key, team in fresh.teams.items()}

        def unit(tx: Tx) -> None:
            # The database stores when each silence ends. Its beginning follows from the hours file in force.
            clocks.prolong_silences(tx, {key: by for key, by in longer.items() if by})
            record(tx)
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
