"""Imports an export of another desk of this program: clients, customers, custom fields, what staff set up, and tickets
with chats."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath
from typing import Annotated, TypeVar

import msgspec
from sqlalchemy import select
from sqlmodel import col
from uuid_utils import uuid7

from clock import Clock
from escalation.adapters.store import SqlStore as IssueLinks
from escalation.issue import STATUS_MAX, Link, NoIssue, State, issue_of
from escalation.service import LINKS_MAX
from identity.accounts import OWN_KID
from identity.adapters.customer_store import SqlCustomerStore
from identity.adapters.tables import AccountRow, OwnAccountRow
from identity.customers import Customers
from refusals import Refused
from routing.desk import Desk as Hours
from server.operations import chat_rows
from server.operations.import_report import Report
from server.operations.import_staging import Staging
from server.operations.json_rows import UNREADABLE, Row, Source, broken, check_texts
from server.operations.own_files import OwnFile, OwnFiles
from server.operations.own_rows import decoded, not_imported
from server.operations.own_settings import Known, OwnSettings
from server.operations.ticket_import import Result, Unread
from server.settings import Settings
from storage.ports import Storage, Tx
from storage.upsert import insert_into
from texts.addresses import normal_email
from ticketing.adapters.field_store import SqlCustomFields
from ticketing.adapters.policy_store import SqlPolicies
from ticketing.custom_fields import CustomField, values_kept
from ticketing.field_keeping import FieldKeeping
from ticketing.imported import NUMBER_MAX, Imported
from ticketing.policies import Policies
from ticketing.targets import Policy
from ticketing.whole import WholeTicket, faults_of, imported
from zendesk.import_map import unseen

_ticket = msgspec.json.Decoder(WholeTicket)
_field = msgspec.json.Decoder(CustomField)
_policy = msgspec.json.Decoder(Policy)
_AT_ONCE = 200
T = TypeVar("T")


class _Client(msgspec.Struct, frozen=True):
    id: str
    name: str
    account_team: str | None = None
    vip: bool = False


class _Domain(msgspec.Struct, frozen=True):
    client: str
    domain: str


class _Account(msgspec.Struct, frozen=True):
    id: str
    kid: str
    sub: str
    created_at: int
    last_seen_at: int
    email: str | None = None
    name: str | None = None
    client: str | None = None
    coordinator: bool = False
    email_verified: bool = False
    domain: str | None = None


class _OwnAccount(msgspec.Struct, frozen=True):
    account: str
    email: str
    created_at: int
    locale: str | None = None
    timezone: str | None = None


class _Kept(msgspec.Struct, frozen=True):
    """A row of a table that keeps its things as JSON."""

    body: str


class _Link(msgspec.Struct, frozen=True):
    """A link of a ticket to an issue."""

    id: str
    ticket: Annotated[int, msgspec.Meta(ge=1, le=NUMBER_MAX)]
    url: str
    added_by: str
    added_at: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    state: State = "unknown"
    status: Annotated[str, msgspec.Meta(max_length=STATUS_MAX)] | None = None
    changed_at: Annotated[int, msgspec.Meta(ge=0, le=2**53)] | None = None


_link = msgspec.json.Decoder(_Link)


class _Staff(msgspec.Struct, frozen=True):
    id: str
    email: str


class OwnExport:
    """Implements `ticket_import.Format`. `staff`: ids of the staff here, by address. `sees`: true if a member of staff
    may see the tickets of a team."""

    source = "switchboard"
    desk = "the other desk"

    def __init__(
        self,
        storage: Storage,
        settings: Settings,
        hours: Hours,
        staff: Mapping[str, str],
        sees: Callable[[str, str], bool],
        staging: Staging,
        report: Report,
        clock: Clock,
        files: OwnFiles,
    ) -> None:
        self._storage = storage
        self._kept_files = files
        self._settings = OwnSettings(storage, settings, hours, files, report, clock)
        self._teams = teams = hours.teams
        self._field_keeping = FieldKeeping(SqlCustomFields(), lambda: teams)
        self._policies = Policies(SqlPolicies(), lambda: teams, lambda: str(uuid7()))
        self._staff = staff
        self._sees = sees
        self._ids = set(staff.values())
        self._addresses: dict[str, str] = {}
        self._uploaders: dict[str, str] = {}
        """Ids of staff here by their ids there."""
        self._staging = staging
        self._report = report
        self._clock = clock
        self._clients: dict[str, str] = {}
        """Ids here by name. `_by_id` has them by the ids there."""
        self._by_id: dict[str, str] = {}
        self._owners: dict[str, str] = {}
        """Accounts here by the ids of accounts there whose addresses they have."""
        self._chats: dict[str, list[chat_rows.WholeChat]] = {}
        self._links: dict[str, list[Link]] = {}
        self._files: dict[str, dict[str, Sequence[OwnFile]]] = {}
        self._fields: Sequence[CustomField] = ()

    async def prepare(self, files: Sequence[Source]) -> None:
        """Import what tickets need, and what staff set up. Raises StorageUnavailable."""
        named = {PurePosixPath(file.name).stem: file for file in files}
        if "staff" in named:
            self._addresses = {one.id: one.email.lower() for one in self._decoded(named["staff"], _Staff)}
            here = ((id_, self._staff.get(address)) for id_, address in self._addresses.items())
            self._uploaders = {there: id_ for there, id_ in here if id_ is not None}
        if "clients" in named:
            domains: dict[str, list[str]] = {}
            if "client_domains" in named:
                for one in self._decoded(named["client_domains"], _Domain):
                    domains.setdefault(one.client, []).append(one.domain)
            for client in self._decoded(named["clients"], _Client):
                await self._client(client, domains.get(client.id, []))
        if "accounts" in named:
            await self._in_pieces(named["accounts"], _Account, self._add_accounts)
        if "own_accounts" in named:
            await self._in_pieces(named["own_accounts"], _OwnAccount, self._add_own_accounts)
        if "ticket_fields" in named:
            await self._each(named["ticket_fields"], lambda body, tx: self._field_keeping.take(tx, _field.decode(body)))
        if "service_policies" in named:
            await self._each(named["service_policies"], lambda body, tx: self._policies.take(tx, _policy.decode(body)))
        if "issue_links" in named:
            self._staging.add_comments(self._checked_links(named["issue_links"]))
        if "files" in named:
            self._kept_files.stage((file, row.raw) for row, file in decoded(self._report, named["files"], OwnFile))
        await self._settings.take(named, Known(self._uploaders, self._by_id))
        if "desk" in named:
            for remark in not_imported([name for name, file in named.items() if file.size]):
                self._report.remark(remark)
        self._fields = await self._storage.read(SqlCustomFields().custom_fields)

    def _decoded(self, file: Source, type_: type[T]) -> Iterator[T]:
        return (one for _, one in decoded(self._report, file, type_))

    async def _client(self, wanted: _Client, domains: Sequence[str]) -> None:
        def unit(tx: Tx) -> str:
            store = SqlCustomerStore()
            found = store.client_by_name(tx, wanted.name)
            if found is None:
                free = [domain for domain in domains if store.client_of_domain(tx, domain) is None]
                found = Customers(store).add_client(
                    tx,
                    id=str(uuid7()),
                    name=wanted.name,
                    domains=free,
                    account_team=wanted.account_team,
                    vip=wanted.vip,
                    now=self._clock(),
                )
            return found.id

        try:
            self._clients[wanted.name] = self._by_id[wanted.id] = await self._storage.write(unit)
        except Refused as refused:
            self._report.remark(f"client {wanted.name}: {refused.message}")

    async def _in_pieces(self, file: Source, type_: type[T], add: Callable[[Sequence[T], Tx], None]) -> None:
        some = list[T]()
        for one in self._decoded(file, type_):
            some.append(one)
            if len(some) == _AT_ONCE:
                await self._storage.write(partial(add, some), durable=False)
                some = []
        await self._storage.write(partial(add, some), durable=False)

    def _add_accounts(self, some: Sequence[_Account], tx: Tx) -> None:
        """Add the customers' accounts that are not here."""
        values = [{**msgspec.structs.asdict(each), "client": self._by_id.get(each.client or "")} for each in some]
        if values:
            tx.session.connection().execute(insert_into(tx, AccountRow).on_conflict_do_nothing(), values)

    async def _each(self, file: Source, take: Callable[[str, Tx], object]) -> None:
        """Add what is kept as JSON, and is not here. A thing that is here stays as it is. Bad rows are named."""
        for row, one in decoded(self._report, file, _Kept):
            try:
                await self._storage.write(partial(take, one.body), durable=False)
            except Refused as refused:
                self._report.fault(row.file, row.line, refused.message)
            except UNREADABLE as error:
                self._report.fault(row.file, row.line, broken(error))

    def _checked_links(self, file: Source) -> Iterator[tuple[int, bytes]]:
        """The links to issues, by ticket."""
        for row, one in decoded(self._report, file, _Link):
            try:
                issue_of(one.url)
            except NoIssue as error:
                self._report.fault(row.file, row.line, f"url: {error}")
                continue
            yield one.ticket, row.raw

    def _add_own_accounts(self, some: Sequence[_OwnAccount], tx: Tx) -> None:
        """Add the addresses of accounts that customers made themselves. They have no passwords: their owners choose new
        ones. An address that has an account here keeps it, and this account gets the tickets."""
        accounts = _accounts_here(tx, [one.account for one in some], kid=OWN_KID)
        values = [
            {**msgspec.structs.asdict(one), "email": normal_email(one.email), "password_hash": ""}
            for one in some
            if one.account in accounts
        ]
        if not values:
            return
        connection = tx.session.connection()
        connection.execute(insert_into(tx, OwnAccountRow).on_conflict_do_nothing(), values)
        addresses = {str(value["email"]): str(value["account"]) for value in values}
        query = select(col(OwnAccountRow.email), col(OwnAccountRow.account))
        found = connection.execute(query.where(col(OwnAccountRow.email).in_(addresses)))
        others = {addresses[email]: account for email, account in found if addresses[email] != account}
        tx.after_commit(partial(self._owners.update, others))

    # -- tickets ------------------------------------------------------------------------------

    def read(self, row: Row) -> WholeTicket | Unread:
        try:
            check_texts(row)
            return _ticket.decode(row.raw)
        except UNREADABLE as error:
            return Unread(broken(error))

    def ref(self, made: WholeTicket) -> str:
        return str(made.number)

    async def converted(self, made: Sequence[WholeTicket], now: int) -> Sequence[Result | Unread | None]:
        for name in {line.client for line in made if line.client is not None} - self._clients.keys():
            await self._client(_Client("", name), ())
        named = {line.requester.id for line in made if line.requester is not None and line.requester.id is not None}
        named |= {each.account for line in made for each in line.participants if each.account is not None}
        accounts = await self._storage.read(partial(_accounts_here, ids=sorted(named))) | self._owners
        links = self._staging.comments([line.number for line in made])
        for number, raws in links.items():
            self._links[str(number)] = [self._link(raw) for raw in raws[:LINKS_MAX]]
        found = [self._one(line, accounts) for line in made]
        await self._keep_files([result.ticket.ref for result in found if isinstance(result, Result)])
        return found

    async def _keep_files(self, refs: Sequence[str]) -> None:
        # A ticket whose number is taken is converted again at the end. Contents have no record before, so a server may
        # have removed them meanwhile.
        of = {
            holder: ref
            for ref in refs
            for holder in (f"ticket:{ref}", *(f"chat:{chat.row['id']}" for chat in self._chats[ref]))
        }
        for ref in refs:
            self._files.pop(ref, None)
        for holder, files in (await self._kept_files.kept(of)).items():
            self._files.setdefault(of[holder], {})[holder] = files

    def _link(self, raw: bytes) -> Link:
        one = _link.decode(raw)
        by = one.added_by if one.added_by in self._ids else self._staff.get(self._addresses.get(one.added_by, ""), "")
        return Link(one.id, 0, issue_of(one.url), by, one.added_at, one.state, one.status, None, one.changed_at)

    def _one(self, line: WholeTicket, accounts: Mapping[str, str]) -> Result | Unread:
        fault = faults_of(line, self._teams)
        if fault is not None:
            return Unread(fault)
        client = self._clients.get(line.client) if line.client is not None else None
        assignee, remarks = self._assignee(line)
        for key in values_kept(self._fields, line.custom_fields)[1]:
            remarks.append(f"the field {key[:40]!r} cannot have this value here: left out")
        try:
            ticket = imported(line, client, assignee, accounts, self._fields)
            self._chats[ticket.ref] = chat_rows.chats_in(line.chats)
        except (ValueError, RecursionError) as error:
            return Unread(f"{error}. Correct this value")
        return Result(ticket, remarks)

    def _assignee(self, line: WholeTicket) -> tuple[str | None, list[str]]:
        if line.assignee is None:
            return None, []
        id_ = line.assignee.id
        known = id_ if id_ in self._ids else self._staff.get(self._addresses.get(id_, ""))
        name = self._addresses.get(id_, line.assignee.name)
        if known is None:
            return None, [f"assignee {name} is not staff here: left without an assignee"]
        if line.status != "solved" and not self._sees(known, line.team):
            return None, [unseen(line.number, line.team)]
        return known, []

    def stored(self, tx: Tx, tickets: Sequence[Imported]) -> None:
        """Store the chats of new tickets, and their links to issues. A chat that is here stays with its ticket."""
        refs = [one.ref for one in tickets]
        chats = {
            str(chat.row["id"]): (one.ticket.number, chat) for one in tickets for chat in self._chats.get(one.ref, ())
        }
        here = chat_rows.present(tx, chats.keys())
        chat_rows.add(tx, [found for id_, found in chats.items() if id_ not in here])
        for one in tickets:
            files = dict(self._files.get(one.ref, {}))
            own = {f"ticket:{one.ticket.number}": files.pop(f"ticket:{one.ref}", ())}
            of_chats = {holder: some for holder, some in files.items() if holder.removeprefix("chat:") not in here}
            self._kept_files.add(tx, own | of_chats, self._uploaders)
        store = IssueLinks()
        for one in tickets:
            links = self._links.get(one.ref, ())
            present = {link.issue.key for link in store.links(tx, one.ticket.number)} if links else set()
            for link in links:
                if link.issue.key not in present:
                    present.add(link.issue.key)
                    store.keep_link(tx, replace(link, id=str(uuid7()), ticket=one.ticket.number))
        # Not before the commit: the transaction may run again.
        tx.after_commit(partial(self._forget, refs))

    def _forget(self, refs: Sequence[str]) -> None:
        for ref in refs:
            self._chats.pop(ref, None)
            self._links.pop(ref, None)
            self._files.pop(ref, None)


def _accounts_here(tx: Tx, ids: Sequence[str], kid: str | None = None) -> dict[str, str]:
    query = select(col(AccountRow.id)).where(col(AccountRow.id).in_(ids))
    if kid is not None:
        query = query.where(col(AccountRow.kid) == kid)
    return {id_: id_ for id_ in tx.session.connection().execute(query).scalars()} if ids else {}
