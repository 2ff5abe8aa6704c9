"""Imports the tickets of another desk, in transactions of a few tickets each. A ticket is stored whole or not at all.

The same export can be imported again: tickets that are here already are left as they are. So an import that was
interrupted goes on where it stopped, and a corrected export adds what was missing.
"""

from __future__ import annotations

import asyncio
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, Protocol, TypeVar

from attachments.adapters.records import SqlRecords
from clock import Clock
from server.operations.import_report import Report
from server.operations.import_staging import Staging
from server.operations.json_rows import Broken, Row, Source, rows
from storage.ports import Storage, Tx
from ticketing.adapters.imports import SqlImports
from ticketing.imported import Imported, renumbered

ROWS_AT_ONCE = 200
"""Rows that are read and converted together."""
TICKETS_ALONE = 200
"""Tickets of a transaction while no server runs."""
UNIT_S = 0.015
"""Time of a transaction beside a server on SQLite, in seconds. The import then pauses as long, so that messages are
stored."""
_FIRST_UNIT = 10
_TICKETS_POSTGRES = 100
"""Tickets of a transaction on PostgreSQL, where nobody waits for it: its tickets are new, and have reserved numbers."""
_PAUSE_POSTGRES = 0.25
"""The pause after it, as a part of its time: it uses the processors of the database."""

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that is no ticket. `why` says why, and what to do."""

    why: str


@dataclass(frozen=True, slots=True)
class Result:
    """A converted ticket. `remarks` has what was not taken over as it was."""

    ticket: Imported
    remarks: Sequence[str] = ()


class Format(Protocol[Made]):
    """The format of an export."""

    @property
    def source(self) -> str:
        """The other desk, in the table of imports."""
        ...

    @property
    def desk(self) -> str:
        """The other desk, for people."""
        ...

    def read(self, row: Row) -> Made | Unread: ...

    def ref(self, made: Made) -> str:
        """The number of a ticket at the other desk."""
        ...

    async def converted(self, made: Sequence[Made], now: int) -> Sequence[Result | Unread | None]:
        """The tickets. None for those that the mapping leaves out."""
        ...

    def stored(self, tx: Tx, tickets: Sequence[Imported]) -> None:
        """Store what belongs to new tickets besides the tickets themselves."""
        ...


@dataclass
class _Unit:
    """The effect of a transaction."""

    added: list[Imported] = field(default_factory=list)
    clashing: list[Imported] = field(default_factory=list)
    there: int = 0


class TicketImport(Generic[Made]):
    """`beside_server`: a server may be using the database, so transactions are short."""

    def __init__(
        self,
        storage: Storage,
        format_: Format[Made],
        staging: Staging,
        report: Report,
        clock: Clock,
        *,
        beside_server: bool,
    ) -> None:
        self._storage = storage
        self._format = format_
        self._staging = staging
        self._report = report
        self._clock = clock
        self._beside_server = beside_server
        self._on_postgres = storage.dialect == "postgresql"
        beside = _TICKETS_POSTGRES if self._on_postgres else _FIRST_UNIT
        self._at_once = beside if beside_server else TICKETS_ALONE
        self._imports = SqlImports()
        self._records = SqlRecords()
        self._later = False
        self._reserved = 0

    async def run(self, files: Sequence[Source], key: str) -> None:
        """Import the tickets of these files. Raises StorageUnavailable."""
        before = 0
        for file in files:
            for some, size in self._chunks(file, key):
                await self._import(some)
                self._report.read(before + size)
            before += file.size
        # Numbers that are taken get new ones at the end, so that these take no number of the export.
        self._later = True
        for some in _pieces(self._staging.put_off_rows(), ROWS_AT_ONCE):
            await self._import(some)
        if self._report.renumbered:
            moved = dict(self._report.renumbered)
            await self._storage.write(lambda tx: self._imports.relink(tx, self._format.source, moved))

    def _chunks(self, file: Source, key: str) -> Iterator[tuple[Sequence[Row], int]]:
        some = list[Row]()
        try:
            with file.open() as stream:
                for row in rows(stream, file.name, key):
                    if isinstance(row, Broken):
                        self._refuse(row.file, row.line, row.why)
                        continue
                    some.append(row)
                    if len(some) == ROWS_AT_ONCE:
                        yield some, stream.tell()
                        some = []
        except (OSError, zipfile.BadZipFile, EOFError) as error:
            self._refuse(file.name, 1, f"The file cannot be read to its end: {error}. Export it again.")
        yield some, file.size

    async def _import(self, some: Sequence[Row]) -> None:
        read = list[tuple[Row, Made]]()
        for row in some:
            made = self._format.read(row)
            if isinstance(made, Unread):
                self._refuse(row.file, row.line, made.why)
            else:
                read.append((row, made))
        refs = [self._format.ref(made) for _, made in read]
        known = await self._storage.read(lambda tx: self._imports.known(tx, self._format.source, refs))
        self._report.counts["there already"] += sum(ref in known for ref in refs)
        new = {ref: both for ref, both in zip(refs, read, strict=True) if ref not in known}
        self._twice(refs, read, known)
        if not new:
            return
        now = self._clock()
        results = await self._format.converted([made for _, made in new.values()], now)
        converted = dict[str, Result]()
        for (ref, (row, _)), result in zip(new.items(), results, strict=True):
            if isinstance(result, Unread):
                self._refuse(row.file, row.line, f"ticket {ref}: {result.why}.")
            elif result is None:
                self._report.counts["left out by the mapping"] += 1
            else:
                converted[ref] = result
        await self._store(converted, {ref: row for ref, (row, _) in new.items()}, now)

    def _twice(self, refs: Sequence[str], read: Sequence[tuple[Row, Made]], known: dict[str, int]) -> None:
        last = {ref: place for place, ref in enumerate(refs)}
        for place, (ref, (row, _)) in enumerate(zip(refs, read, strict=True)):
            if ref not in known and last[ref] != place:
                self._refuse(row.file, row.line, f"ticket {ref} comes again in a later row. That row is used.")

    async def _store(self, converted: dict[str, Result], rows_of: dict[str, Row], now: int) -> None:
        left = list(converted.values())
        await self._reserve(max((one.ticket.ticket.number for one in left), default=0))
        while left:
            some, left = left[: self._at_once], left[self._at_once :]
            tickets = [result.ticket for result in some]
            began = time.monotonic()
            unit = await self._storage.write(partial(self._unit, tickets=tickets, now=now), durable=False)
            await self._pause(len(some), time.monotonic() - began)
            self._report.counts["imported"] += len(unit.added)
            self._report.counts["there already"] += unit.there
            self._staging.put_off([rows_of[one.ref] for one in unit.clashing])
            for one in unit.added:
                if one.ref != str(one.ticket.number):
                    self._report.renumbered[int(one.ref)] = one.ticket.number
                for remark in converted[one.ref].remarks:
                    self._report.remark(remark)

    async def _reserve(self, number: int) -> None:
        """Let new tickets get larger numbers, in a short transaction: on PostgreSQL, new tickets wait for it."""
        if self._on_postgres and number > self._reserved:
            await self._storage.write(lambda tx: self._imports.reserve(tx, number), durable=False)
            self._reserved = number

    def _unit(self, tx: Tx, *, tickets: Sequence[Imported], now: int) -> _Unit:
        known = self._imports.known(tx, self._format.source, [one.ref for one in tickets])
        taken = self._imports.created(tx, [one.ticket.number for one in tickets])
        unit = _Unit()
        for one in tickets:
            created = taken.get(one.ticket.number)
            if one.ref in known or (created == one.ticket.created_at and one.ref == str(one.ticket.number)):
                unit.there += 1
            elif created is None and one.ticket.number:
                unit.added.append(one)
            else:
                unit.clashing.append(one)
        if self._later and unit.clashing:
            numbers = self._imports.new_numbers(tx, len(unit.clashing))
            pairs = zip(unit.clashing, numbers, strict=True)
            unit.added += [renumbered(one, number, self._format.desk, now) for one, number in pairs]
            unit.clashing = []
        self._imports.add(tx, self._format.source, unit.added, now)
        for one in unit.added:
            for files, staff_only in ((one.files, False), (one.staff_files, True)):
                if files:
                    holder = f"ticket:{one.ticket.number}"
                    self._records.attach(tx, files, holder, staff_only=staff_only, now=now)
        self._format.stored(tx, unit.added)
        return unit

    async def _pause(self, count: int, took_s: float) -> None:
        if not self._beside_server:
            return
        if self._on_postgres:
            await asyncio.sleep(took_s * _PAUSE_POSTGRES)
            return
        wanted = int(count * UNIT_S / max(took_s, 0.001))
        self._at_once = max(1, min(wanted, 2 * self._at_once, TICKETS_ALONE))
        await asyncio.sleep(took_s)

    def _refuse(self, file: str, line: int, why: str) -> None:
        self._report.counts["not imported"] += 1
        self._report.fault(file, line, why)


T = TypeVar("T")


def _pieces(items: Iterator[T], size: int) -> Iterator[list[T]]:
    some = list[T]()
    for item in items:
        some.append(item)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some
