"""Writes customers, their tickets and settings into a folder or a zip file, for another desk or another program.

    desk.json            the format, the version of the program, the time, the settings of the widget
    hours.yaml           teams, products, opening hours
    tickets.jsonl        each ticket with its log, its history and its chats
    clients.jsonl, …     one file for each of TABLES, with the names of its columns
    articles/            the help center, as `switchboard articles import` reads it

Passwords, tokens and other secrets are left out, the contents of files, webhooks, destinations of alarms, blocks,
reviews, courses, mails and letters, inboxes, drafts and earlier versions of articles, figures of reports, the audit
log, and chats that are still open. Each page is read in its own transaction,
so memory does not grow with the desk.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import IO, Protocol

import msgspec
from sqlalchemy import inspect, select, tuple_
from sqlmodel import SQLModel

from attachments.adapters.tables import FileRow
from automations.adapters.tables import AutomationRow
from availability.adapters.tables import (
    ComponentIntervalRow,
    ComponentRow,
    IncidentRow,
    IncidentTicketRow,
    IncidentUpdateRow,
    MaintenanceRow,
)
from canned_replies.adapters.tables import CannedReplyRow, CannedReplyTextRow
from clock import Clock, rfc3339
from escalation.adapters.tables import IssueLinkRow
from following.adapters.tables import FollowerRow, FollowRow
from identity.actor import SYSTEM
from identity.adapters.customer_note_tables import CustomerNoteRow
from identity.adapters.customer_store import SqlCustomerStore
from identity.adapters.store import SqlStore as SqlPeople
from identity.adapters.tables import (
    AccountRow,
    ClientDomainRow,
    ClientProductRow,
    ClientRow,
    MembershipRow,
    MergeRow,
    OwnAccountRow,
    UserRow,
)
from identity.audit import line
from server.operations import chat_rows
from server.operations.article_folders import write_folder
from server.settings import Settings
from storage import facts
from storage.ports import Storage, Tx
from ticketing.adapters import whole as whole_tickets
from ticketing.adapters.follower_tables import TicketFollowerRow
from ticketing.adapters.merge_tables import MergeRow as TicketMergeRow
from ticketing.adapters.policy_tables import PolicyRow
from ticketing.adapters.saved_view_tables import SavedViewRow
from ticketing.adapters.tables import HandoverRow
from ticketing.adapters.triage_tables import CustomFieldRow
from ticketing.whole import WholeTicket, whole

FORMAT = 1
TICKETS_AT_ONCE = 500
ROWS_AT_ONCE = 1_000

Cells = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Exported:
    """A table in the export. `without`: the columns that are left out."""

    row: type[SQLModel]
    without: tuple[str, ...] = ()


TABLES: Mapping[str, Exported] = {
    "clients": Exported(ClientRow),
    "client_domains": Exported(ClientDomainRow),
    "client_products": Exported(ClientProductRow),
    "accounts": Exported(AccountRow, ("signed_out_at",)),
    "own_accounts": Exported(OwnAccountRow, ("password_hash",)),
    "staff": Exported(UserRow, ("password_hash",)),
    "memberships": Exported(MembershipRow),
    "canned_replies": Exported(CannedReplyRow),
    "canned_reply_texts": Exported(CannedReplyTextRow),
    "ticket_fields": Exported(CustomFieldRow),
    "ticket_views": Exported(SavedViewRow),
    "files": Exported(FileRow, ("network",)),
    "merged_people": Exported(MergeRow),
    "customer_notes": Exported(CustomerNoteRow),
    "ticket_followers": Exported(TicketFollowerRow),
    "rules": Exported(AutomationRow),
    "service_policies": Exported(PolicyRow),
    "issue_links": Exported(IssueLinkRow),
    "ticket_merges": Exported(TicketMergeRow),
    "handovers": Exported(HandoverRow),
    "followers": Exported(FollowerRow),
    "follows": Exported(FollowRow),
    "components": Exported(ComponentRow),
    "component_intervals": Exported(ComponentIntervalRow),
    "incidents": Exported(IncidentRow),
    "incident_updates": Exported(IncidentUpdateRow),
    "incident_tickets": Exported(IncidentTicketRow),
    "maintenances": Exported(MaintenanceRow),
}


class CannotExport(Exception):
    """The export cannot be written. The text is a sentence for the operator."""


class Target(Protocol):
    """The folder or the zip file that is written."""

    def open(self, name: str) -> IO[bytes]: ...


class _Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, name: str) -> IO[bytes]:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("wb")


class _Zip:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def open(self, name: str) -> IO[bytes]:
        return self._archive.open(name, "w", force_zip64=True)


@contextmanager
def target(path: Path) -> Iterator[Target]:
    """The target at a path: a zip file if its name ends so, otherwise a folder. Raises CannotExport."""
    try:
        if path.suffix.lower() == ".zip":
            with path.open("xb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                path.chmod(0o600)
                yield _Zip(archive)
            return
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(path.iterdir()):
            raise CannotExport(f"{path} is not empty. Choose a new folder.")
        # It may have been there, open for everybody.
        path.chmod(0o700)
        yield _Folder(path)
    except OSError as error:
        raise CannotExport(f"{path}: {error.strerror}. Choose another place.") from None


class DeskExport:
    def __init__(self, storage: Storage, settings: Settings, clock: Clock, tell: Callable[[int], None]) -> None:
        """`tell` is called with the number of tickets that are written so far."""
        self._storage = storage
        self._settings = settings
        self._clock = clock
        self._tell = tell
        self._count = 0

    async def run(self, to: Target) -> int:
        """Write everything. Returns the number of tickets. Raises StorageUnavailable, OSError."""
        now = self._clock()
        entry = line(SYSTEM, "export", "desk", None, {}, now)
        await self._storage.write(lambda tx: SqlPeople().record(tx, entry))
        stored = await self._storage.read(lambda tx: facts.get(tx, "widget_settings"))
        desk = {
            "format": FORMAT,
            "version": version("switchboard-live-desk"),
            "at": rfc3339(now),
            "widget_settings": stored,
        }
        with to.open("desk.json") as file:
            file.write(json.dumps(desk, indent=2).encode())
        await asyncio.to_thread(_copy, self._settings.hours, to, "hours.yaml")
        for name, table in TABLES.items():
            await _write(to, f"{name}.jsonl", self._rows(table))
        await _write(to, "tickets.jsonl", self._tickets())
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder, "articles")
            await write_folder(self._storage, place)
            for page in await asyncio.to_thread(lambda: sorted(place.rglob("*.md"))):
                await asyncio.to_thread(_copy, page, to, f"articles/{page.relative_to(place).as_posix()}")
        return self._count

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
            yield [{name: value for name, value in row.items() if name not in table.without} for row in rows]


async def _write(to: Target, name: str, pages: AsyncIterator[Sequence[object]]) -> None:
    encoder = msgspec.json.Encoder()
    with to.open(name) as file:
        async for page in pages:
            await asyncio.to_thread(file.write, encoder.encode_lines(page))


def _copy(path: Path, to: Target, name: str) -> None:
    with path.open("rb") as source, to.open(name) as file:
        shutil.copyfileobj(source, file)


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
    query = select(*inspect(table.row).local_table.columns).order_by(*keys).limit(ROWS_AT_ONCE)
    if last is not None:
        query = query.where(tuple_(*keys) > tuple_(*last))
    return [dict(row._mapping) for row in tx.session.connection().execute(query)]
