"""Imports a Zendesk export: organizations, users, and tickets with their comments and attachments."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TypeVar

import msgspec
from uuid_utils import uuid7

from clock import Clock
from identity.actor import SYSTEM
from identity.adapters.customer_store import SqlCustomerStore
from identity.adapters.store import SqlStore
from identity.audit import line
from identity.clients import checked_domain
from identity.customers import Customers
from mail.incoming.html_text import text_of
from refusals import Refused
from server.operations.import_report import Report
from server.operations.import_staging import Staging
from server.operations.json_rows import UNREADABLE, Broken, Row, Source, broken, rows
from server.operations.kept_files import KeptFiles
from server.operations.ticket_import import Result, Unread
from server.operations.zendesk_files import kind_of, not_imported
from storage.ports import Storage, Tx
from texts.visible import as_line
from ticketing.adapters.field_store import SqlCustomFields
from ticketing.custom_fields import CustomField
from ticketing.events import FileView
from ticketing.imported import Imported
from zendesk.adapters.store import SqlNumbers
from zendesk.exported import (
    ExportedComment,
    ExportedFile,
    ExportedGroup,
    ExportedOrganization,
    ExportedTicket,
    ExportedTicketField,
    ExportedUser,
    people_in,
)
from zendesk.field_import import Plan, planned
from zendesk.fields import FIXED
from zendesk.import_map import ImportMap
from zendesk.imported_people import STAFF, Desk, Facts, Unusable, address_of, name_of
from zendesk.importing import imported
from zendesk.numbers import Key, number_of, option_id

_AT_ONCE = 200
FILE_BYTES_MAX = 20 << 20
VALUE_MAX = 200
"""Programs find options by values of at most this many characters."""

_tickets, _users = msgspec.json.Decoder(ExportedTicket), msgspec.json.Decoder(ExportedUser)
_comments, _groups = msgspec.json.Decoder(ExportedComment), msgspec.json.Decoder(ExportedGroup)
_fields = msgspec.json.Decoder(ExportedTicketField)
_organizations = msgspec.json.Decoder(ExportedOrganization)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment in the export."""

    path: Path
    name: str
    packed: bool

    def content(self) -> bytes:
        if not self.packed:
            with self.path.open("rb") as stream:
                return stream.read(FILE_BYTES_MAX + 1)
        with zipfile.ZipFile(self.path) as archive, archive.open(self.name) as stream:
            return stream.read(FILE_BYTES_MAX + 1)


class ZendeskExport:
    """Implements `ticket_import.Format`. `host` is the host of the other desk, if the export names it."""

    desk = "Zendesk"

    def __init__(
        self,
        storage: Storage,
        desk: Desk,
        staging: Staging,
        report: Report,
        clock: Clock,
        kept: KeptFiles,
        attached: Mapping[int, Attached],
    ) -> None:
        self._storage = storage
        self._desk = desk
        self._staging = staging
        self._report = report
        self._clock = clock
        self._stored: dict[str, dict[int | None, FileView | None]] = {}
        """Files of tickets that are not stored yet, by the refs of these tickets."""
        self._kept = kept
        self._attached = attached
        self._clients: dict[int, str] = {}
        self._groups: dict[int, str] = {}
        self.source = "zendesk"

    # -- what tickets refer to ----------------------------------------------------------------

    async def prepare(self, files: Sequence[Source]) -> None:
        """Read the custom fields, users, organizations, groups and comments. Raises StorageUnavailable."""
        for remark in not_imported(file.name for file in files):
            self._report.remark(remark)
        definitions = list[ExportedTicketField]()
        for file in files:
            kind = kind_of(file.name)
            if kind == "fields":
                definitions += [one for _, one in self._decoded(file, "ticket_fields", _fields)]
            elif kind == "groups":
                groups = (group for _, group in self._decoded(file, "groups", _groups))
                self._groups |= {group.id: group.name for group in groups if group.id is not None and group.name}
            elif kind == "users":
                decoded = self._decoded(file, "users", _users)
                self._staging.add_users((user.id, row.raw) for row, user in decoded if user.id is not None)
            elif kind == "comments":
                self._staging.add_comments(self._of_tickets(file))
            elif kind == "organizations":
                for row, organization in self._decoded(file, "organizations", _organizations):
                    await self._organization(row, organization)
        await self._define(definitions)
        await self._people()

    async def _define(self, definitions: Sequence[ExportedTicketField]) -> None:
        """Add the custom fields of the export that are not here."""
        map_, now = self._desk.map_, self._clock()

        def unit(tx: Tx) -> tuple[Plan, Sequence[CustomField]]:
            store, numbers = SqlCustomFields(), SqlNumbers()
            store.lock_fields(tx)
            here = store.custom_fields(tx)
            known = {one.id: key.id for one in definitions if (key := numbers.key(tx, "ticket_field", one.id))}
            added = {one.id for one in definitions if numbers.key(tx, "added_field", one.id) is not None}
            plan = planned(definitions, here, known, map_, added)
            before = {one.key for one in here}
            for one in plan.put:
                store.put_field(tx, one)
                verb, detail = ("change", {"fields": ["options"]}) if one.key in before else ("add", {"kind": one.kind})
                SqlStore().record(tx, line(SYSTEM, verb, "ticket_field", one.key, detail, now))
            plan.remarks += map(_now_said, numbers.follow(tx, _numbers_of(plan, before, map_)))
            return plan, store.custom_fields(tx)

        plan, here = await self._storage.write(unit)
        for remark in plan.remarks:
            self._report.remark(remark)
        self._desk = replace(self._desk, fields=plan.taken, here=here)

    def _decoded(self, file: Source, key: str, decoder: msgspec.json.Decoder[T]) -> Iterator[tuple[Row, T]]:
        with file.open() as stream:
            for row in rows(stream, file.name, key):
                if isinstance(row, Broken):
                    self._report.fault(row.file, row.line, row.why)
                    continue
                try:
                    yield row, decoder.decode(row.raw)
                except UNREADABLE as error:
                    self._report.fault(row.file, row.line, broken(error))

    def _of_tickets(self, file: Source) -> Iterator[tuple[int, bytes]]:
        """Comments with the number of their ticket, which may be in the name of the file."""
        numbers = [
            part for part in PurePosixPath(file.name).with_suffix("").parts if part.isdecimal() and len(part) <= 18
        ]
        for row, comment in self._decoded(file, "comments", _comments):
            ticket = comment.ticket_id or (int(numbers[-1]) if numbers else None)
            if ticket is None:
                why = "This comment has no ticket_id, and its file has no number of a ticket in its name."
                self._report.fault(row.file, row.line, why)
            else:
                yield ticket, row.raw

    async def _organization(self, row: Row, organization: ExportedOrganization) -> None:
        organization = msgspec.structs.replace(organization, name=as_line(organization.name))
        try:
            self._clients[organization.id] = await self._storage.write(partial(self._client, wanted=organization))
        except Refused as refused:
            self._report.fault(row.file, row.line, f"organization {organization.id}: {refused.message}")

    def _client(self, tx: Tx, *, wanted: ExportedOrganization) -> str:
        """The client with the name of the organization. It is added if there is none."""
        store, now = SqlCustomerStore(), self._clock()
        found = store.client_by_name(tx, wanted.name)
        if found is None:
            domains = [name for name in wanted.domain_names or () if _is_free(tx, store, name)]
            found = Customers(store).add_client(
                tx, id=str(uuid7()), name=wanted.name, domains=domains, account_team=None, vip=False, now=now
            )
            detail = {"domains": sorted(found.domains), "vip": False, "products": []}
            SqlStore().record(tx, line(SYSTEM, "add", "client", found.id, detail, now))
        SqlNumbers().keep_free(tx, [(Key("organization", found.id), wanted.id, None)])
        return found.id

    async def _people(self) -> None:
        """Make the customers known by address, with their numbers at Zendesk."""
        for raws in self._staging.all_users():
            users = [_users.decode(raw) for raw in raws]
            wanted = [
                (Key("user", f"mailto:{address.lower()}"), user.id, name_of(user))
                for user in users
                if user.id and user.role not in STAFF and (address := address_of(user)) is not None
            ]
            await self._storage.write(partial(_keep, wanted=wanted), durable=False)

    # -- tickets ------------------------------------------------------------------------------

    def read(self, row: Row) -> ExportedTicket | Unread:
        try:
            return _tickets.decode(row.raw)
        except UNREADABLE as error:
            return Unread(broken(error))

    def ref(self, made: ExportedTicket) -> str:
        return str(made.id)

    async def converted(self, made: Sequence[ExportedTicket], now: int) -> Sequence[Result | Unread | None]:
        theirs = self._staging.comments([ticket.id for ticket in made])
        comments = [
            [*(ticket.comments or ()), *(_comments.decode(raw) for raw in theirs.get(ticket.id, ()))] for ticket in made
        ]
        named = {id_ for ticket, some in zip(made, comments, strict=True) for id_ in people_in(ticket, some)}
        users = {id_: _users.decode(raw) for id_, raw in self._staging.users(named).items()}
        facts = Facts(users, self._clients, self._groups, text_of)
        return [await self._one(ticket, some, facts, now) for ticket, some in zip(made, comments, strict=True)]

    async def _one(
        self, ticket: ExportedTicket, comments: Sequence[ExportedComment], facts: Facts, now: int
    ) -> Result | Unread | None:
        files = [file for comment in comments for file in comment.attachments or ()]
        if files:
            # A ticket whose number is taken is converted again at the end.
            stored = self._stored.get(str(ticket.id))
            if stored is None:
                stored = {file.id: await self._file(file) for file in files if file.id in self._attached}
                self._stored[str(ticket.id)] = stored
            facts = replace(facts, file_of=lambda file: stored.get(file.id))
        if ticket.organization is not None and ticket.organization.id not in self._clients:
            await self._organization(Row("tickets", 0, b""), ticket.organization)
        try:
            found = imported(ticket, comments, self._desk, facts, now)
        except Unusable as error:
            return Unread(str(error))
        return Result(*found) if found is not None else None

    async def _file(self, file: ExportedFile) -> FileView | None:
        attached = self._attached[file.id or 0]
        name = file.file_name or PurePosixPath(attached.name).name
        try:
            kept = await self._kept.keep(str(uuid7()), name, attached.content())
        except (Refused, OSError, zipfile.BadZipFile) as error:
            self._report.remark(f"attachment {attached.name} was not taken: {error}")
            return None
        return FileView(kept.id, kept.name, kept.type, kept.size, kept.url)

    def stored(self, tx: Tx, tickets: Sequence[Imported]) -> None:
        """Nothing belongs to these tickets besides themselves and their files."""
        tx.after_commit(partial(self._forget, [one.ref for one in tickets]))

    def _forget(self, refs: Sequence[str]) -> None:
        for ref in refs:
            self._stored.pop(ref, None)


def attachments_in(path: Path) -> dict[int, Attached]:
    """The attachments of an export, by their ids: `attachments/ID/NAME`, or `attachments/ID.png`."""
    if path.is_dir():
        names = [
            file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file() and not file.is_symlink()
        ]
        found = [(name, Attached(path / name, name, packed=False)) for name in names]
    elif path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            found = [(info.filename, Attached(path, info.filename, packed=True)) for info in archive.infolist()]
    else:
        found = []
    numbered = dict[int, Attached]()
    for name, attached in found:
        parts = PurePosixPath(name).parts
        if "attachment" not in name.lower() or len(parts) < 2:
            continue
        number = re.match(r"\d+", parts[-1]) if not parts[-2].isdecimal() else re.match(r"\d+", parts[-2])
        if number is not None:
            numbered[int(number[0])] = attached
    return numbered


def _numbers_of(plan: Plan, here: Collection[str], map_: ImportMap) -> list[tuple[Key, int, str | None]]:
    """What stays known of the fields of an export. `here` are the keys of the fields that were here before."""
    found, options = list[tuple[Key, int, str | None]](), dict[tuple[int, str], str]()
    for name, mapped in (("resolution", map_.resolution), ("product", map_.product)):
        if mapped is not None and mapped.field not in FIXED:
            found.append((Key("property_field", name), mapped.field, None))
            options |= {(mapped.field, value): ours for value, ours in mapped.values.items()}
    for number, to in plan.taken.items():
        if to.ours is None:
            continue
        found.append((Key("ticket_field", to.ours.key), number, None))
        if to.ours.key not in here:
            found.append((Key("added_field", to.ours.key), number, None))
        options |= {(number, value): option for value, option in to.options.items()}
    for (number, value), option in options.items():
        if len(value) <= VALUE_MAX:
            key = Key("field_option", option_id(number, value))
            found.append((key, number_of(key), option))
    return found


def _now_said(changed: tuple[Key, int]) -> str:
    """The remark about a number that means something else since this import."""
    key, number = changed
    if key.kind == "field_option":
        field, _, value = key.id.partition(":")
        return f"the value {value[:60]!r} of the field {field} means another option than before, as this import says"
    return f"the number {number} is the field {key.id!r} for programs now. Earlier tickets keep their values"


def _is_free(tx: Tx, store: SqlCustomerStore, domain: str) -> bool:
    """True for a domain that says where somebody works, and that no client has."""
    try:
        return store.client_of_domain(tx, checked_domain(domain)) is None
    except Refused:
        return False


def _keep(tx: Tx, wanted: Sequence[tuple[Key, int, str | None]]) -> None:
    SqlNumbers().keep_free(tx, wanted)
