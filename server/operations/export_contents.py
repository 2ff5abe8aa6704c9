"""Writes the contents of files, and the mails that came in, into an export. Each is checked against its digest."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from sqlmodel import col, select

from attachments.adapters.blobs import FolderBlobs
from attachments.adapters.tables import FileRow
from mail.adapters.incoming_bytes import SqlNeedsOfBytes
from mail.adapters.incoming_folder import FolderOfMails, folder_of
from server.operations.export_target import Target
from server.settings import Settings
from storage.ports import Storage, Tx

AT_ONCE = 500
FILES, MAILS = "files", "mails"


@dataclass(frozen=True, slots=True)
class Missing:
    """A content that is not in the export as it should be. `why` is a sentence for the operator."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class _Content:
    name: str
    digest: str
    open: Callable[[], BinaryIO | None]


class ContentExport:
    def __init__(self, storage: Storage, settings: Settings) -> None:
        self._storage = storage
        self._files = FolderBlobs(settings.data / "files")
        self._mails = FolderOfMails(folder_of(settings.data))
        self._missing = list[Missing]()

    async def run(self, to: Target) -> Sequence[Missing]:
        """Write all contents. Returns those that are missing or damaged. Raises StorageUnavailable, OSError."""
        last = ""
        while files := await self._storage.read(partial(_files_after, last=last), "export"):
            last = files[-1][0]
            for id_, digest in files:
                await self._copy(_Content(f"{FILES}/{id_}", digest, partial(self._files.open, id_)), to)
        for shelf in (f"{number:02x}" for number in range(256)):
            for digest in sorted(await self._storage.read(partial(SqlNeedsOfBytes().needed, shelf=shelf), "export")):
                opened = partial(_opened, self._mails.path(digest))
                await self._copy(_Content(f"{MAILS}/{digest}.eml", digest, opened), to)
        return self._missing

    async def _copy(self, content: _Content, to: Target) -> None:
        why = await asyncio.to_thread(_copied, content, to)
        if why is not None:
            self._missing.append(Missing(content.name, why))


def _copied(content: _Content, to: Target) -> str | None:
    source = content.open()
    if source is None:
        return "The content is gone. It may have been removed during the export. Otherwise look in a backup."
    with closing(source), to.open(content.name) as file:
        shutil.copyfileobj(source, file)
    return None if file.digest == content.digest else "The content is damaged. Look for it in a backup."


def _opened(path: Path) -> BinaryIO | None:
    try:
        return path.open("rb")
    except FileNotFoundError:
        return None


def _files_after(tx: Tx, *, last: str) -> list[tuple[str, str]]:
    query = select(FileRow.id, FileRow.sha256).where(col(FileRow.id) > last, col(FileRow.removed_at).is_(None))
    return list(tx.session.exec(query.order_by(col(FileRow.id)).limit(AT_ONCE)))
