"""Connects attachments with chats and tickets: checks who may read a file, and attaches files to chats and tickets."""

from __future__ import annotations

from collections.abc import Sequence

import ticketing.errors
from attachments.adapters.blobs import FolderBlobs
from attachments.adapters.disk_reserve import DiskReserve
from attachments.adapters.files import Files
from attachments.adapters.pictures.pool import Pictures, processes
from attachments.adapters.records import SqlRecords
from attachments.adapters.uploads import Uploads
from attachments.addresses import Addresses
from attachments.quotas import Quotas
from attachments.service import Attachments
from chat import conversation
from chat.adapters import archive
from chat.frames.people import File
from clock import Clock
from identity.actor import Actor
from server.live.metrics import Metrics
from server.live.readers import may_read_article, may_read_reply
from server.settings import Settings
from storage.ports import Storage, Tx
from ticketing.events import FileView
from ticketing.service import Tickets


class ReadersOfHolders:
    """Implements `attachments.ports.Readers`: a person may read a file if they may read its chat, ticket,
    article or canned reply."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    def may_read(self, tx: Tx, holder: str, actor: Actor) -> bool:
        kind, _, key = holder.partition(":")
        if kind == "ticket":
            return self._may_read_ticket(tx, int(key), actor)
        if kind == "article":
            return may_read_article(tx, int(key), actor)
        if kind == "reply":
            return may_read_reply(tx, key, actor)
        chat = archive.chat_row(tx, key)
        if chat is None:
            return False
        if conversation.party(archive.chat_of(chat), actor) is not None:
            return True
        return chat.ticket is not None and self._may_read_ticket(tx, chat.ticket, actor)

    def _may_read_ticket(self, tx: Tx, number: int, actor: Actor) -> bool:
        try:
            self._tickets.theirs(tx, actor, number)
        except ticketing.errors.NotFound:
            return False
        return True


class FilesOfChats:
    """Implements `chat.ports.Files`."""

    def __init__(self, attachments: Attachments) -> None:
        self._attachments = attachments

    def claim(self, tx: Tx, ids: Sequence[str], actor: Actor, holder: str, *, staff_only: bool, now: int) -> list[File]:
        files = self._attachments.claim(tx, ids, actor, holder, staff_only=staff_only, now=now)
        return [File(file.id, file.name, file.type, file.size, file.url) for file in files]


class FilesOfTickets:
    """Implements `ticketing.ports.Files`."""

    def __init__(self, attachments: Attachments, files: Files) -> None:
        self._attachments = attachments
        self._files = files

    def claim(
        self, tx: Tx, ids: Sequence[str], actor: Actor, number: int, *, staff_only: bool, now: int
    ) -> list[FileView]:
        files = self._attachments.claim(tx, ids, actor, f"ticket:{number}", staff_only=staff_only, now=now)
        return [FileView(file.id, file.name, file.type, file.size, file.url) for file in files]

    def remove(self, tx: Tx, ids: Sequence[str]) -> None:
        self._files.remove(tx, ids)


def files_of(
    settings: Settings, storage: Storage, clock: Clock, tickets: Tickets, metrics: Metrics
) -> tuple[Attachments, FilesOfChats, Files, Uploads]:
    """Create the attachment services of a desk, over the `files` folder of its data."""
    limited = not settings.rate_limits.off
    folder = settings.data / "files"
    records, blobs = SqlRecords(), FolderBlobs(folder)
    attachments = Attachments(records, ReadersOfHolders(tickets), Quotas() if limited else None)
    reserve = DiskReserve(folder, settings.upload_reserve)
    metrics.disk_free.set_function(reserve.free_or_nan)
    files = Files(attachments, records, blobs, storage, Addresses(settings.secret_bytes()), clock)
    uploads = Uploads(attachments, blobs, storage, Pictures(processes()), reserve, clock, limited=limited)
    return attachments, FilesOfChats(attachments), files, uploads
