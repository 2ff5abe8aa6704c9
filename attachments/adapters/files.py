"""Uploaded files: attached to one message each, and read by those who may read that message."""

from __future__ import annotations

import asyncio
import hmac
import math
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import structlog

import ticketing.errors
from attachments.adapters import rows as files
from attachments.adapters.blobs import FolderBlobs
from attachments.adapters.disk_reserve import DiskReserve
from attachments.adapters.pictures.pool import Pictures, processes
from attachments.adapters.tables import FileRow
from attachments.adapters.uploads import DAY_MS, Uploads, file_of, remove_contents
from attachments.file_types import SIZE_MAX, TYPES
from chat import conversation
from chat.adapters import archive
from chat.errors import invalid
from chat.frames import FILES_MAX, File
from identity.actor import Actor
from refusals import Refused
from storage.ports import StorageUnavailable, Tx

if TYPE_CHECKING:
    from server.live.desk import Desk

T = TypeVar("T")

USABLE_MS = DAY_MS
"""A file that hangs on nothing so long after its upload is thrown away."""
SIGNED_MS = 5 * 60_000
"""How long an address is good for."""
LIMITS = {"count": FILES_MAX, "size": SIZE_MAX, "types": list(TYPES)}
"""What clients are told."""
_BATCH = 200
_PURPOSE = b"switchboard file address\0"
_READER, _SIGNED, _MAC = 8, 14, 16
"""Bytes in a key: of the reader's digest; of that behind the 6 of its expiry; of the HMAC over both and the id."""

log = structlog.get_logger(__name__)


class NotFound(Refused):
    """There is no such file, or none that this person may know of: nobody can tell which."""

    def __init__(self) -> None:
        super().__init__("not_found", "There is no such file among yours.")


class Files:
    """`chat.ports.Files`, and what the HTTP interface asks. Moments in ms since the epoch, UTC."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._blobs = FolderBlobs(desk.settings.data / "files")
        self.reserve = DiskReserve(desk.settings.data / "files", desk.settings.upload_reserve)
        limited = not desk.settings.rate_limits.off
        pictures = Pictures(processes())
        self.uploads = Uploads(desk.storage, self._blobs, pictures, self.reserve, desk.clock, limited=limited)
        desk.metrics.disk_free.set_function(self._free)
        self._orphans: set[str] = set()

    def close(self) -> None:
        """Take in nothing new."""
        self.uploads.close()

    def _free(self) -> float:
        try:
            return self.reserve.free()
        except OSError:
            return math.nan

    # -- what they hang on --------------------------------------------------------------

    def claim(self, tx: Tx, ids: Sequence[str], actor: Actor, holder: str, *, staff_only: bool, now: int) -> list[File]:
        """Hang these files on what `holder` names (`chat:ID`, `ticket:NUMBER`), each for the only time.
        Raises Refused(invalid) for what is not theirs, was used before, or waited for too long."""
        if len(set(ids)) < len(ids):
            raise invalid("files", "A file stands there twice.")
        if len(ids) > FILES_MAX:
            raise Refused(
                "too_large", f"files: {FILES_MAX} are the most.", fields={"files": f"{FILES_MAX} are the most."}
            )
        rows = files.locked(tx, ids)
        for id_ in ids:
            row = rows.get(id_)
            if row is None or not _is_theirs(row, actor):
                raise invalid("files", f"There is no file {id_[:64]!r} of yours. Upload it, then name the id you got.")
            if row.holder is not None:
                raise invalid("files", f"{row.name} was sent before. Upload it again to send it once more.")
            if row.created_at <= now - USABLE_MS:
                raise invalid("files", f"{row.name} was uploaded more than a day ago. Upload it again.")
        for row in rows.values():
            row.holder, row.staff_only, row.used_at = holder, staff_only, now
            tx.session.add(row)
        tx.session.flush()
        return [file_of(rows[id_]) for id_ in ids]

    def remove(self, tx: Tx, ids: Collection[str]) -> None:
        """These are no more: their rows with this transaction, their contents once it has committed."""
        gone = list(ids)
        files.discard(tx, gone, self._desk.clock())
        tx.after_commit(lambda: self._drop(gone))

    def _drop(self, ids: Sequence[str]) -> None:
        # What a crash leaves, the sweep finds.
        asyncio.get_running_loop().run_in_executor(None, remove_contents, self._blobs, ids)

    # -- how they are read --------------------------------------------------------------

    def readable(self, tx: Tx, id_: str, actor: Actor) -> FileRow:
        """A file that this person may read. Raises NotFound for any other."""
        row = files.find(tx, id_)
        if row is None or not self._may_read(tx, row, actor):
            raise NotFound
        return row

    def _may_read(self, tx: Tx, row: FileRow, actor: Actor) -> bool:
        if row.holder is None:
            return _is_theirs(row, actor)
        if row.staff_only and actor.kind != "staff":
            return False
        kind, _, key = row.holder.partition(":")
        if kind == "ticket":
            return self._may_read_ticket(tx, int(key), actor)
        chat = archive.chat_row(tx, key)
        if chat is None:
            return False
        if conversation.party(archive.chat_of(chat), actor) is not None:
            return True
        return chat.ticket is not None and self._may_read_ticket(tx, chat.ticket, actor)

    def _may_read_ticket(self, tx: Tx, number: int, actor: Actor) -> bool:
        try:
            self._desk.tickets.theirs(tx, actor, number)
        except ticketing.errors.NotFound:
            return False
        return True

    def address(self, id_: str, actor: Actor) -> tuple[str, int]:
        """An address for this reader alone to give to their browser, and until when it is good."""
        expires_at = self._desk.clock() + SIGNED_MS
        reader = hmac.digest(self._desk.secret, _PURPOSE + b"reader\0" + actor.customer.encode(), "sha256")[:_READER]
        signed = expires_at.to_bytes(6, "big") + reader
        key = urlsafe_b64encode(signed + self._mac(id_, signed)).decode().rstrip("=")
        return f"/api/files/{id_}/content?key={key}", expires_at

    async def open(self, id_: str, key: str) -> tuple[FileRow, BinaryIO]:
        """A file by a signed address, to be read and closed. Raises Refused: `forbidden` for an address that
        nobody signed, or that is too old; NotFound where the file is gone. Raises StorageUnavailable."""
        self._check_key(id_, key)
        row = await self._desk.storage.read(lambda tx: files.find(tx, id_))
        content = await self._on_a_thread(partial(self._blobs.open, id_)) if row is not None else None
        if row is None or content is None:
            raise NotFound
        return row, content

    def _check_key(self, id_: str, key: str) -> None:
        try:
            raw = urlsafe_b64decode(key + "=" * (-len(key) % 4))
        except ValueError:
            raw = b""
        signed, mac = raw[:_SIGNED], raw[_SIGNED:]
        if len(mac) != _MAC or not hmac.compare_digest(mac, self._mac(id_, signed)):
            raise Refused("forbidden", "This address was not signed here. Ask for the file at /api/files/ID.")
        if int.from_bytes(signed[:6], "big") < self._desk.clock():
            raise Refused("forbidden", "This address is too old. Ask for the file at /api/files/ID again.")

    def _mac(self, id_: str, signed: bytes) -> bytes:
        return hmac.digest(self._desk.secret, _PURPOSE + id_.encode() + b"\0" + signed, "sha256")[:_MAC]

    # -- how they go --------------------------------------------------------------------

    async def expire(self) -> None:
        """What hangs on nothing after a day is thrown away; what was removed is forgotten once no quota counts it."""
        before = self._desk.clock() - USABLE_MS

        def throw_away(tx: Tx) -> int:
            ids = files.unused(tx, before, _BATCH)
            self.remove(tx, ids)
            return len(ids)

        while await self._desk.storage.write(throw_away) == _BATCH:
            pass
        while gone := await self._desk.storage.read(lambda tx: files.removed(tx, before, _BATCH)):
            await self._on_a_thread(partial(remove_contents, self._blobs, gone))
            await self._desk.storage.write(partial(files.forget, ids=gone))

    async def sweep(self) -> None:
        """Contents that no row knows, at this look and at the one before: a crash left them."""
        ids = await self._on_a_thread(lambda: list(self._blobs.ids()))
        unknown: set[str] = set()
        for start in range(0, len(ids), _BATCH):
            batch = set(ids[start : start + _BATCH])
            unknown |= batch - await self._desk.storage.read(partial(files.there, ids=batch))
        gone = unknown & self._orphans
        self._orphans = unknown - gone
        if gone:
            log.warning("orphaned_files_removed", count=len(gone))
            await self._on_a_thread(partial(remove_contents, self._blobs, sorted(gone)))

    async def _on_a_thread(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(None, work)
        except OSError as error:
            log.error("files_unavailable", error=error.strerror)
            raise StorageUnavailable(f"The folder of files cannot be used: {error.strerror}.") from error


def _is_theirs(row: FileRow, actor: Actor) -> bool:
    return row.uploader == actor.id if actor.kind == "staff" else actor.is_customer(row.uploader)
