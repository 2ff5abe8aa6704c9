"""Writes a whole desk into a folder or a zip file, for another desk or another program.

    desk.json            the format, the version of the program, the time, settings, and what is left out, with reasons
    hours.yaml           teams, products, opening hours
    open_chats.jsonl     the chats that are not over
    tickets.jsonl        each ticket with its log, its history and its chats
    clients.jsonl, …     one file for each of TABLES, with the names of its columns
    articles/            the help center, as `switchboard articles import` reads it
    files/ID, mails/…    the contents of uploaded files, the mails that came in
    SHA256SUMS           the digests of all of these. It comes last: an export without it is incomplete

Each page is read in its own transaction, so memory does not grow with the desk.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

import msgspec
from sqlalchemy import inspect, select, tuple_

from clock import Clock, rfc3339
from identity.actor import SYSTEM
from identity.adapters.customer_store import SqlCustomerStore
from identity.adapters.store import SqlStore as SqlPeople
from identity.audit import line
from server.operations import chat_rows
from server.operations.article_folders import write_folder
from server.operations.export_contents import ContentExport, Missing
from server.operations.export_target import Target, copy
from server.operations.exported_tables import TABLES, Exported, left_out
from server.settings import Settings
from storage import facts
from storage.ports import Storage, Tx
from ticketing.adapters import whole as whole_tickets
from ticketing.whole import WholeTicket, whole

FORMAT = 1
TICKETS_AT_ONCE = 500
CHATS_AT_ONCE = 100

Cells = Mapping[str, object]


_SETTINGS = ("widget_settings", "retention")


@dataclass(frozen=True, slots=True)
class Written:
    """`missing`: contents that are not in the export as they should be."""

    tickets: int
    missing: Sequence[Missing]


class DeskExport:
    def __init__(
        self,
        storage: Storage,
        settings: Settings,
        clock: Clock,
        tell: Callable[[int], None],
        *,
        contents: bool = True,
    ) -> None:
        """`tell` is called with the number of tickets that are written so far. `contents`: write the contents of files
        and the mails too."""
        self._storage = storage
        self._settings = settings
        self._clock = clock
        self._tell = tell
        self._contents = contents
        self._count = 0

    async def run(self, to: Target) -> Written:
        """Write everything. Raises StorageUnavailable, OSError."""
        now = self._clock()
        entry = line(SYSTEM, "export", "desk", None, {"contents": self._contents}, now)
        await self._storage.write(lambda tx: SqlPeople().record(tx, entry))
        with to.open("desk.json") as file:
            file.write(json.dumps(await self._desk(now), indent=2).encode())
        await asyncio.to_thread(copy, self._settings.hours, to, "hours.yaml")
        # A chat that ends meanwhile is in both of these files, not in neither.
        await _write(to, "open_chats.jsonl", self._open_chats())
        await _write(to, "tickets.jsonl", self._tickets())
        for name, table in TABLES.items():
            await _write(to, f"{name}.jsonl", self._rows(table))
        await self._articles(to)
        missing: Sequence[Missing] = ()
        if self._contents:
            missing = await ContentExport(self._storage, self._settings).run(to)
        return Written(self._count, missing)

    async def _desk(self, now: int) -> Cells:
        stored = await self._storage.read(lambda tx: {key: facts.get(tx, key) for key in _SETTINGS})
        left = left_out() | ({} if self._contents else {"contents": "of files and mails, left out with --no-contents"})
        return {
            "format": FORMAT,
            "version": version("switchboard-live-desk"),
            "at": rfc3339(now),
            **stored,
            "left_out": left,
        }

    async def _articles(self, to: Target) -> None:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder, "articles")
            await write_folder(self._storage, place)
            for page in await asyncio.to_thread(lambda: sorted(place.rglob("*.md"))):
                await asyncio.to_thread(copy, page, to, f"articles/{page.relative_to(place).as_posix()}")

    async def _open_chats(self) -> AsyncIterator[Sequence[object]]:
        last = ""
        while chats := await self._storage.read(partial(_open_after, last=last), "export"):
            last = str(chats[-1].row["id"])
            yield chats

    async def _tickets(self) -> AsyncIterator[Sequence[object]]:
        last = 0
        while lines := await self._storage.read(partial(_tickets_after, number=last), "export"):
            last = lines[-1].number
            yield lines
            self._count += len(lines)
            self._tell(self._count)

    async def _rows(self, table: Exported) -> AsyncIterator[Sequence[object]]:
        keys = [column.name for column in inspect(table.row).primary_key]
        last: Sequence[object] | None = None
        while rows := await self._storage.read(partial(_rows_after, table=table, last=last), "export"):
            last = [rows[-1][key] for key in keys]
            yield [table.cells(row) for row in rows]


async def _write(to: Target, name: str, pages: AsyncIterator[Sequence[object]]) -> None:
    encoder = msgspec.json.Encoder()
    with to.open(name) as file:
        async for page in pages:
            await asyncio.to_thread(file.write, encoder.encode_lines(page))


def _open_after(tx: Tx, *, last: str) -> list[chat_rows.WholeChat]:
    return chat_rows.chats_under_way(tx, last, CHATS_AT_ONCE)


def _tickets_after(tx: Tx, *, number: int) -> list[WholeTicket]:
    stored = whole_tickets.after(tx, number, TICKETS_AT_ONCE)
    chats = chat_rows.chats_of(tx, [ticket.number for ticket in stored.tickets])
    people = SqlPeople()
    staff = people.names(tx, {ticket.assignee for ticket in stored.tickets if ticket.assignee is not None})
    clients = SqlCustomerStore().client_names(
        tx, {ticket.client for ticket in stored.tickets if ticket.client is not None}
    )
    return [
        whole(
            ticket,
            stored.events.get(ticket.number, ()),
            stored.history.get(ticket.number, ()),
            chats.get(ticket.number, ()),
            staff,
            clients,
        )
        for ticket in stored.tickets
    ]


def _rows_after(tx: Tx, *, table: Exported, last: Sequence[object] | None) -> list[Cells]:
    """The next rows in the order of the primary key."""
    keys = inspect(table.row).primary_key
    query = select(*inspect(table.row).local_table.columns).order_by(*keys).limit(table.at_once)
    if last is not None:
        query = query.where(tuple_(*keys) > tuple_(*last))
    return [dict(row._mapping) for row in tx.session.connection().execute(query)]
