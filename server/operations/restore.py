"""Restores a backup (`server.operations.backup`) into an empty data folder.

The desk is assembled in a separate folder and checked there, then moved into place.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from attachments.adapters.blobs import FolderBlobs
from mail.adapters.incoming_folder import FolderOfMails, folder_of
from server.operations.backup import (
    DATABASE,
    DUMP,
    FILES,
    FORMAT,
    MAILS,
    MANIFEST,
    SECRET,
    SUMS,
    BackupFault,
    Manifest,
    Progress,
    faults_of,
    name_of,
    name_of_mail,
    sync,
)
from server.operations.lock import CannotServe, only_server
from server.settings import Settings
from storage import copying, dumping
from storage.migrate import revisions

_SMALL = 64 * 1024
"""Largest size of a manifest or a secret, in bytes."""
_PIECE = 1024 * 1024
_MAIL = "mail"
_STAGE = ".restoring"
"""The folder in which a desk is assembled. If the folder exists while nobody holds the lock, it was left by a restore
that was interrupted."""
_MAY_BE_THERE = frozenset({"server.lock", "demo", "erased.jsonl", _STAGE})
_LINE_OF_SUMS = re.compile(r"([0-9a-f]{64})  ([\w./-]{1,200})\n")


@contextmanager
def restoring(settings: Settings, file: Path, progress: Progress) -> Iterator[tuple[Path, Manifest]]:
    """Restore a backup. The data folder of the settings must be empty. If the desk uses PostgreSQL, its database must
    be empty too.

    Yields a separate folder with the checked contents of the backup. The caller may change these contents in the `with`
    block. After the block, the folder becomes the data folder. A PostgreSQL database is filled before the block.

    If the restore fails, raises BackupFault and leaves the data folder as it was. A PostgreSQL database may then stay
    filled.
    """
    data = settings.data
    was_there = data.exists()
    with faults_of(data), _Archive.opened(file) as archive:
        _refuse_other_kind(settings, archive.manifest, file)
        if was_there:
            _refuse_unless_empty(data)
        try:
            with _held(settings):
                _refuse_unless_empty(data)
                with _stage_in(data) as stage:
                    archive.unpack(stage, progress)
                    if settings.embedded:
                        _check_database(stage / DATABASE, file)
                    else:
                        dumping.load(settings.storage_url, stage / DUMP)
                    yield stage, archive.manifest
                    _put_in_place(stage, data)
        except BaseException:
            if not was_there:
                _leave_nothing(data)
            raise


class _Archive:
    """Reads a backup from start to end and verifies the digest of each part."""

    def __init__(self, tar: tarfile.TarFile, file: Path) -> None:
        self._tar = tar
        self._file = file
        self._found: dict[str, str] = {}
        self.manifest = self._read_manifest()

    @classmethod
    @contextmanager
    def opened(cls, file: Path) -> Iterator[_Archive]:
        with file.open("rb") as stream, ExitStack() as stack:
            try:
                tar = stack.enter_context(tarfile.open(fileobj=stream, mode="r:"))
            except tarfile.TarError:
                raise _not_ours(file) from None
            yield cls(tar, file)

    def unpack(self, folder: Path, progress: Progress) -> None:
        whole, blobs = self._file.stat().st_size, FolderBlobs(folder / FILES)
        mails = FolderOfMails(folder_of(folder))
        for part in self._parts():
            if part.name == SUMS:
                self._compare(self._bytes_of(part))
                return
            if part.name == self.manifest.name_of_database or (part.name == SECRET and part.size <= _SMALL):
                self._unpack_one(part, folder / part.name)
            elif part.name.startswith(MAILS):
                self._unpack_mail(part, mails)
            else:
                self._unpack_file(part, blobs)
            progress("backup", self._tar.offset, whole)
        raise self._cut_off()

    def _read_manifest(self) -> Manifest:
        first = self._tar.next()
        if first is None or first.name != MANIFEST or not first.isreg() or first.size > _SMALL:
            raise _not_ours(self._file)
        content = self._bytes_of(first)
        self._found[MANIFEST] = hashlib.sha256(content).hexdigest()
        try:
            given = json.loads(content)
            later = given["format"] > FORMAT
            made_at, revision, database = (str(given.get(name)) for name in ("made_at", "revision", "database"))
            manifest = Manifest(FORMAT, made_at, revision, database, given.get("secret") is True)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise _not_ours(self._file) from None
        if later or manifest.revision not in revisions():
            raise BackupFault(f"{self._file}: made by a newer version of Switchboard. Update Switchboard first.")
        return manifest

    def _parts(self) -> Iterator[tarfile.TarInfo]:
        """All parts of the archive after the manifest."""
        while True:
            try:
                part = self._tar.next()
            except tarfile.TarError:
                raise self._cut_off() from None
            if part is None:
                return
            if not part.isreg() or part.name in self._found:
                raise _not_ours(self._file)
            yield part

    def _unpack_one(self, part: tarfile.TarInfo, target: Path) -> None:
        digest = hashlib.sha256()
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for piece in self._pieces(part):
                digest.update(piece)
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        self._found[part.name] = digest.hexdigest()

    def _unpack_file(self, part: tarfile.TarInfo, blobs: FolderBlobs) -> None:
        id_ = part.name.rpartition("/")[2]
        if part.name != name_of(id_):
            raise _not_ours(self._file)
        content = self._bytes_of(part)
        try:
            blobs.save(id_, content)
        except ValueError:
            raise _not_ours(self._file) from None
        self._found[part.name] = hashlib.sha256(content).hexdigest()

    def _unpack_mail(self, part: tarfile.TarInfo, mails: FolderOfMails) -> None:
        digest = mails.save(self._bytes_of(part))
        if part.name != name_of_mail(digest):
            raise _not_ours(self._file)
        self._found[part.name] = digest

    def _bytes_of(self, part: tarfile.TarInfo) -> bytes:
        return b"".join(self._pieces(part))

    def _pieces(self, part: tarfile.TarInfo) -> Iterator[bytes]:
        content, left = self._tar.extractfile(part), part.size
        while content is not None and left:
            piece = self._read(content, min(left, _PIECE))
            left -= len(piece)
            yield piece

    def _read(self, content: IO[bytes], size: int) -> bytes:
        try:
            piece = content.read(size)
        except tarfile.TarError:
            piece = b""
        if not piece:
            raise self._cut_off()
        return piece

    def _compare(self, sums: bytes) -> None:
        lines = (_LINE_OF_SUMS.fullmatch(line) for line in sums.decode("ascii", "replace").splitlines(keepends=True))
        expected = {line[2]: line[1] for line in lines if line is not None}
        needed = {self.manifest.name_of_database, *([SECRET] if self.manifest.secret else [])}
        names = sorted({*expected, *self._found, *needed})
        wrong = [name for name in names if name not in expected or expected[name] != self._found.get(name)]
        if wrong:
            raise BackupFault(f"{self._file}: damaged: {wrong[0]} differs from what was backed up. Use another backup.")

    def _cut_off(self) -> BackupFault:
        return BackupFault(f"{self._file}: incomplete: its end is missing. Copy it again, or use another backup.")


def _not_ours(file: Path) -> BackupFault:
    return BackupFault(f"{file}: not a backup made by `switchboard backup`.")


# -- the place ---------------------------------------------------------------------------


@contextmanager
def _held(settings: Settings) -> Iterator[None]:
    try:
        with only_server(settings):
            yield
    except CannotServe as reason:
        raise BackupFault(str(reason)) from None


def _refuse_other_kind(settings: Settings, manifest: Manifest, file: Path) -> None:
    if settings.embedded and manifest.database != "sqlite":
        raise BackupFault(f"{file}: a backup from PostgreSQL. Set SWITCHBOARD_DATABASE_URL to an empty database.")
    if not settings.embedded and manifest.database == "sqlite":
        raise BackupFault(f"{file}: a backup from SQLite. Unset SWITCHBOARD_DATABASE_URL.")
    if not settings.embedded and not dumping.is_empty(settings.storage_url):
        raise BackupFault("SWITCHBOARD_DATABASE_URL: already has tables. Restore into an empty database.")


def _refuse_unless_empty(data: Path) -> None:
    there = sorted(path.name for path in data.iterdir() if path.name not in _MAY_BE_THERE)
    if there:
        more = "" if len(there) <= 3 else " and more"
        raise BackupFault(
            f"{data}: not empty ({', '.join(there[:3])}{more}). Restore into an empty folder: "
            "choose another with --data, or move its contents."
        )


@contextmanager
def _stage_in(data: Path) -> Iterator[Path]:
    stage = data / _STAGE
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(mode=0o700)
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _check_database(database: Path, file: Path) -> None:
    broken = copying.damages(database)
    if broken:
        raise BackupFault(f"{file}: its database is damaged ({broken[0]}). Use another backup.")


def _put_in_place(stage: Path, data: Path) -> None:
    # The database comes last: without it there is no desk yet.
    for name in (SECRET, FILES, _MAIL, DATABASE):
        if (stage / name).exists():
            (stage / name).rename(data / name)
    sync(data)


def _leave_nothing(data: Path) -> None:
    (data / "server.lock").unlink(missing_ok=True)
    if data.is_dir() and not any(data.iterdir()):
        data.rmdir()
