"""The uploaded files in an export of another desk of this program, for the tickets and chats that an import stores.

Contents are inspected like uploads, but pictures are not drawn again: the other desk has done so, and the digest of the
content is that of its record.
"""

from __future__ import annotations

import asyncio
import hashlib
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec
from sqlmodel import col, select

from attachments.adapters.blobs import FolderBlobs
from attachments.adapters.tables import FileRow
from attachments.file_types import FILMS
from attachments.inspection import SIZE_MAX, inspect, inspect_for_article
from refusals import Refused
from server.live.personal_data.rows import steps
from server.operations.export_contents import FILES
from server.operations.import_report import Report
from server.operations.import_staging import Staging
from storage.ports import Storage, Tx
from storage.upsert import insert_into

_Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
_HELD = ("ticket:", "chat:", "reply:")
OTHER = "this desk has another file with its id, or has removed it"


class OwnFile(msgspec.Struct, frozen=True):
    """The record of a file at the other desk."""

    id: str
    uploader: str
    name: str
    type: str
    size: _Count
    sha256: str
    created_at: _Count
    holder: str | None = None
    staff_only: bool = False
    used_at: _Count | None = None
    removed_at: _Count | None = None


_file = msgspec.json.Decoder(OwnFile)


class OwnFiles:
    def __init__(
        self, contents: Contents, storage: Storage, staging: Staging, blobs: FolderBlobs, report: Report
    ) -> None:
        self._contents = contents
        self._storage = storage
        self._staging = staging
        self._blobs = blobs
        self._report = report
        self._remarked = set[str]()
        """Ids of the files that were left out. Some are looked at twice."""

    def stage(self, files: Iterator[tuple[OwnFile, bytes]]) -> None:
        """Keep the records of the files that tickets, chats and canned replies have."""
        held = ((file.holder or "", raw) for file, raw in files if file.removed_at is None)
        self._staging.add_files((holder, raw) for holder, raw in held if holder.startswith(_HELD))

    async def kept(self, holders: Collection[str]) -> Mapping[str, Sequence[OwnFile]]:
        """The files of these tickets, chats and canned replies. Their contents are stored here. Raises OSError."""
        found = {holder: [_file.decode(raw) for raw in raws] for holder, raws in self._staging.files(holders).items()}
        if not found:
            return {}
        ids = [file.id for files in found.values() for file in files]
        here = await self._storage.read(partial(_digests, ids=ids))
        return await asyncio.to_thread(self._kept, found, here)

    def _kept(self, found: Mapping[str, Sequence[OwnFile]], here: Mapping[str, str]) -> dict[str, list[OwnFile]]:
        kept: dict[str, list[OwnFile]] = {}
        for holder, files in found.items():
            for file in files:
                # Another file of this desk, or one that was removed here, is left as it is.
                is_other = here.get(file.id, file.sha256) != file.sha256
                why = OTHER if is_other else self._store(file, self._contents.read(file.id))
                if why is None:
                    kept.setdefault(holder, []).append(file)
                elif file.id not in self._remarked:
                    self._remarked.add(file.id)
                    self._report.remark(f"a file was left out: {why}")
        return kept

    def _store(self, file: OwnFile, content: bytes | None) -> str | None:
        """Store a content. Returns why it cannot be taken, or None."""
        if content is None:
            return "its content is not in the export"
        if len(content) != file.size or hashlib.sha256(content).hexdigest() != file.sha256:
            return "its content is damaged"
        try:
            # Videos come from a Zendesk import.
            inspected = (inspect_for_article if file.type in FILMS else inspect)(content, file.name)
            if (inspected.name, inspected.type) != (file.name, file.type):
                return "its content is not of its type"
            stored = self._blobs.open(file.id)
            if stored is None:
                self._blobs.save(file.id, content)
                return None
        except (Refused, ValueError) as error:
            return str(error)
        with stored:
            return None if stored.read() == content else OTHER

    def add(self, tx: Tx, files: Mapping[str, Sequence[OwnFile]], uploaders: Mapping[str, str]) -> None:
        """Store the records of kept files, by their holders here. `uploaders`: ids of staff here by those there."""
        rows = [
            {
                **msgspec.structs.asdict(file),
                "holder": holder,
                "uploader": uploaders.get(file.uploader, file.uploader),
            }
            for holder, some in files.items()
            for file in some
        ]
        if rows:
            insert = insert_into(tx, FileRow).on_conflict_do_nothing(index_elements=["id"])
            tx.session.connection().execute(insert, rows)


def _digests(tx: Tx, ids: Sequence[str]) -> dict[str, str]:
    """The digests of the files that have a record here, by their ids."""
    found = dict[str, str]()
    for some in steps(ids):
        found |= dict(tx.session.exec(select(FileRow.id, FileRow.sha256).where(col(FileRow.id).in_(some))).all())
    return found


class Contents:
    """The contents in an export. See `opened`."""

    def __init__(self, folder: Path, archive: zipfile.ZipFile | None) -> None:
        self._folder = folder
        self._archive = archive

    def read(self, id_: str) -> bytes | None:
        """The first bytes of a content, one more than a file may have. None if there is none."""
        name = f"{FILES}/{id_}"
        if "/" in id_ or id_ in ("", ".", ".."):
            return None
        try:
            if self._archive is not None:
                with self._archive.open(name) as file:
                    return file.read(SIZE_MAX + 1)
            path = self._folder / name
            if path.is_symlink():
                return None
            with path.open("rb") as file:
                return file.read(SIZE_MAX + 1)
        except (OSError, KeyError, EOFError, zipfile.BadZipFile):
            return None


@contextmanager
def opened(path: Path) -> Iterator[Contents]:
    """The contents in an export: a folder or a zip file. It stays open, because opening a zip file reads the names of
    all of them."""
    if path.suffix.lower() == ".zip" and path.is_file():
        with zipfile.ZipFile(path) as archive:
            yield Contents(path, archive)
    else:
        yield Contents(path, None)
