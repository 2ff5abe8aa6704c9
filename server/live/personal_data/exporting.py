"""Writes everything that the desk has of a customer into one archive, as the customer could see it.

    profile.json      names, addresses, accounts, browsers, follows, training
    chats/ID.json     each chat
    tickets/N.json    each ticket of the customer, with replies
    files/ID-NAME     files of these chats and tickets
    letters.json      the letters that went to the addresses
    audit.json        what the audit log has about the customer
    README.txt        what the other files are

Notes for staff and texts of other people's tickets are left out.
"""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Raw
from sqlalchemy import or_
from sqlmodel import SQLModel, col, select

from attachments.adapters.blobs import FolderBlobs
from attachments.adapters.tables import FileRow
from chat.adapters import archive, visited_pages
from chat.adapters.tables import ChatRow
from clock import Clock, rfc3339
from following.adapters.tables import FollowRow
from identity.actor import SYSTEM, Actor
from identity.adapters.store import SqlStore as SqlPeople
from identity.adapters.tables import AccountRow, AuditRow, OwnAccountRow, VisitorRow
from identity.audit import line
from identity.permissions import may
from learning.adapters.tables import PlaylistRow, ProgressRow, RegistrationRow, VideoPlaceRow
from mail.adapters.tables import LetterRow
from refusals import Refused
from server.live.personal_data.person import Person
from server.live.personal_data.rows import steps
from storage.ports import Storage, Tx
from ticketing.adapters.store import SqlStore
from ticketing.adapters.tables import TicketRow
from ticketing.events import on_the_wire

README = """Everything that the desk has about you, as JSON in UTF-8. Times are in UTC.

profile.json     names, addresses, accounts, browsers, what you follow, your training
chats/           your chats
tickets/         your requests, with their replies
files/           the files in them
letters.json     the letters that were sent to you
audit.json       what the record of the desk has about you
"""
LINES_MAX = 10_000
"""Maximum number of letters, and of audit lines."""
_EVENTS = 500
_LEFT_OUT = frozenset({"password_hash", "token", "context", "claimed_by", "claimed_until"})

T = TypeVar("T")


class Exporting:
    def __init__(self, storage: Storage, clock: Clock, blobs: FolderBlobs) -> None:
        self._storage = storage
        self._clock = clock
        self._blobs = blobs

    async def export(self, by: Actor, person: Person, file: Path) -> None:
        """Write the archive of a customer, and an audit line. The archive has the customer's conversations, so `by`
        must be an admin and a supervisor of all teams. Raises Refused(`forbidden`) otherwise."""
        if by != SYSTEM and not (may(by, "export", "personal_data") and by.supervises_all):
            raise Refused("forbidden", "An export has conversations. It needs an admin who supervises all teams too.")
        await self.write(person, file)
        detail = {"chats": len(person.chats), "tickets": len(person.tickets)}
        about = next(iter(sorted(person.accounts) or sorted(person.visitors)), None)
        exported = line(by, "export", "person", about, detail, self._clock())
        await self._storage.write(partial(SqlPeople().record, line=exported))

    async def write(self, person: Person, file: Path) -> None:
        """Write the archive. Reads each chat and each ticket in a transaction of its own, so memory does not grow with
        their number. Raises OSError and StorageUnavailable."""
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
            await asyncio.to_thread(out.writestr, "README.txt", README)
            for name, look in (("profile", _profile), ("letters", _letters), ("audit", _audit)):
                await self._put(out, f"{name}.json", partial(look, person=person))
            for chat in person.chats:
                await self._put(out, f"chats/{chat}.json", partial(_chat, id_=chat))
            for number in person.tickets:
                await self._put(out, f"tickets/{number}.json", partial(_ticket, number=number))
            holders = [f"chat:{chat}" for chat in person.chats] + [f"ticket:{number}" for number in person.tickets]
            for row in await self._read(lambda tx: _files(tx, person, holders)):
                await asyncio.to_thread(self._add_file, out, row)

    async def _put(self, out: zipfile.ZipFile, name: str, look: Callable[[Tx], object]) -> None:
        found = await self._read(look)
        await asyncio.to_thread(out.writestr, name, msgspec.json.format(msgspec.json.encode(found), indent=1))

    async def _read(self, look: Callable[[Tx], T]) -> T:
        return await self._storage.read(look, "export")

    def _add_file(self, out: zipfile.ZipFile, row: FileRow) -> None:
        content = self._blobs.open(row.id)
        if content is None:
            return
        with content, out.open(f"files/{row.id}-{row.name.replace('/', '_')}", "w") as into:
            while piece := content.read(1 << 20):
                into.write(piece)


def _profile(tx: Tx, person: Person) -> object:
    def rows(table: type[SQLModel], column: object, keys: Sequence[object]) -> list[object]:
        found = (tx.session.exec(select(table).where(col(column).in_(some))) for some in steps(keys))
        return [_plain(row) for rows in found for row in rows]

    ids, accounts = sorted(person.ids), sorted(person.accounts)
    return {
        "addresses": sorted(person.addresses),
        "accounts": rows(AccountRow, AccountRow.id, accounts),
        "own_accounts": rows(OwnAccountRow, OwnAccountRow.account, accounts),
        "browsers": rows(VisitorRow, VisitorRow.id, sorted(person.visitors)),
        "follows": rows(FollowRow, FollowRow.follower, sorted(person.followers)),
        "registrations": rows(RegistrationRow, RegistrationRow.normal, sorted(person.addresses)),
        "playlists": rows(PlaylistRow, PlaylistRow.owner, ids),
        "learning_progress": rows(ProgressRow, ProgressRow.person, ids),
        "places_in_videos": rows(VideoPlaceRow, VideoPlaceRow.person, ids),
        "takes_part_in_tickets": list(person.taking_part),
    }


def _chat(tx: Tx, id_: str) -> object:
    row = tx.session.get(ChatRow, id_)
    if row is None:
        return None
    names = ("id", "team", "product", "name", "email", "page", "locale", "timezone", "user_agent", "ticket")
    facts = {name: getattr(row, name) for name in names}
    pages = [{"page": visit.page, "at": rfc3339(visit.at)} for visit in visited_pages.of(tx, row)]
    events = archive.transcript(tx, [id_], for_staff=False)
    return {**facts, "started_at": rfc3339(row.started_at), "pages": pages, "events": events}


def _ticket(tx: Tx, number: int) -> object:
    row = tx.session.get(TicketRow, number)
    if row is None:
        return None
    told = "number status resolution team product subject channel requester_name requester_email"
    names = (*told.split(), "workaround", "finding", "rating", "rating_comment")
    facts = {name: getattr(row, name) for name in names}
    times = {name: rfc3339(at) for name in ("created_at", "solved_at", "closed_at") if (at := getattr(row, name))}
    store, events, last = SqlStore(), list[Raw](), 0
    shown = {field.key for field in store.custom_fields(tx) if field.for_customers}
    custom = {key: value for key, value in msgspec.json.decode(row.custom_fields or "{}").items() if key in shown}
    while stored := store.events_from(tx, number, last + 1, _EVENTS):
        events += on_the_wire(number, stored, for_staff=False)
        last = stored[-1].seq
    return {**facts, **times, "custom_fields": custom, "events": events}


def _files(tx: Tx, person: Person, holders: Sequence[str]) -> list[FileRow]:
    found = dict[str, FileRow]()
    for column, keys in ((FileRow.holder, holders), (FileRow.uploader, sorted(person.authors))):
        for some in steps(keys):
            query = select(FileRow).where(col(column).in_(some), col(FileRow.removed_at).is_(None))
            found |= {row.id: row for row in tx.session.exec(query.where(col(FileRow.staff_only).is_(False)))}
    return [found[id_] for id_ in sorted(found)]


def _letters(tx: Tx, person: Person) -> object:
    found = dict[int | None, LetterRow]()
    for some in steps(person.tickets):
        rows = tx.session.exec(select(LetterRow).where(col(LetterRow.ticket).in_(some)))
        found |= {row.id: row for row in rows if row.person in person.ids}
    for some in steps(person.letters):
        found |= {row.id: row for row in tx.session.exec(select(LetterRow).where(col(LetterRow.id).in_(some)))}
    newest = sorted(found.values(), key=lambda row: row.id or 0, reverse=True)[:LINES_MAX]
    return [
        {
            "kind": row.kind,
            "ticket": row.ticket,
            "to": row.to_address,
            "at": rfc3339(row.created_at),
            "state": row.state,
        }
        for row in newest
    ]


def _audit(tx: Tx, person: Person) -> object:
    ids = sorted(person.ids)
    theirs = or_(col(AuditRow.actor).in_(ids), col(AuditRow.thing_id).in_(ids))
    rows = tx.session.exec(select(AuditRow).where(theirs).order_by(col(AuditRow.id).desc()).limit(LINES_MAX))
    return [
        {
            "at": rfc3339(row.at),
            "by": row.actor_kind,
            "verb": row.verb,
            "thing": row.thing,
            "detail": Raw(row.detail.encode()),
            "network": row.network if row.actor in person.ids else None,
        }
        for row in rows
    ]


def _plain(row: SQLModel) -> dict[str, object]:
    """The columns of a row, with moments in RFC 3339."""
    found = {name: value for name, value in row.model_dump().items() if name not in _LEFT_OUT}
    return {
        name: rfc3339(value) if isinstance(value, int) and (name == "at" or name.endswith(("_at", "since"))) else value
        for name, value in found.items()
    }
