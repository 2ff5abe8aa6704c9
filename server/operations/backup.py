"""Backs up a whole desk into one file, while it is in use.

A backup is a plain tar:

    manifest.json     the format, when the backup was made, the version of the tables
    secret            of DATA, if the desk generated its own
    switchboard.db    a snapshot of the database. On PostgreSQL it is switchboard.dump, a file for pg_restore
    files/…           the contents of the uploaded files in that database
    mail/in/…         the bytes of the mails that came in, in that database
    SHA256SUMS        of all of these. It comes last: an archive without it is incomplete

A backup gets its name only when it is complete. `server.operations.restore` reads it.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from attachments.adapters.blobs import FolderBlobs
from mail.adapters.incoming_folder import FolderOfMails, folder_of
from server.settings import Settings
from storage import copying, dumping
from storage.migrate import current
from storage.ports import StorageUnavailable

FORMAT = 1
"""The archive's format. A newer version of the program writes a higher number."""

MANIFEST, SECRET, FILES, MAILS, SUMS = "manifest.json", "secret", "files/", "mail/in/", "SHA256SUMS"
DATABASE, DUMP = "switchboard.db", "switchboard.dump"
"""An archive contains one of these two."""

Progress = Callable[[str, int, int], None]
"""Called with the kind of data being copied, the amount done, and the total."""


class BackupFault(Exception):
    """Backing up or restoring failed. The text is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Manifest:
    format: int
    made_at: str
    """The backup includes everything that was acknowledged before this time."""
    revision: str
    """The version of the tables."""
    database: str
    """`sqlite` or `postgresql`."""
    secret: bool
    """True if the secret is in the backup. Otherwise, the desk got its secret from SWITCHBOARD_SECRET."""

    @property
    def name_of_database(self) -> str:
        return DATABASE if self.database == "sqlite" else DUMP


@dataclass(frozen=True, slots=True)
class Made:
    """A complete backup. `size` is in bytes."""

    size: int
    files: int
    manifest: Manifest


# -- backing up --------------------------------------------------------------------------


def back_up(settings: Settings, file: Path, progress: Progress, *, own_secret: bool) -> Made:
    """Back up the desk of `settings` into the new file `file`.

    `own_secret` is true if the desk uses the secret in its data folder. If the backup fails, raises BackupFault and
    leaves no `file`.
    """
    if os.path.lexists(file):
        raise BackupFault(f"{file}: already exists. A backup never overwrites a file. Choose another name.")
    take = _take_sqlite if settings.embedded else _take_postgres
    with faults_of(file), tempfile.TemporaryDirectory(prefix=f".{file.name}.", dir=file.absolute().parent) as draft:
        made_at, archive = _now(), Path(draft) / "archive"
        taken = take(settings, Path(draft), progress)
        kind = "sqlite" if settings.embedded else "postgresql"
        manifest = Manifest(FORMAT, made_at, taken.revision, kind, secret=own_secret)
        files = _write(settings, manifest, taken, archive, progress)
        size = archive.stat().st_size
        _give_its_name(archive, file)
    return Made(size, files, manifest)


@dataclass(frozen=True, slots=True)
class _Taken:
    """The data of one moment: a snapshot of the database, the ids of the uploaded files in it, and the digests of the
    mails in it."""

    copy: Path
    revision: str
    files: Sequence[str]
    mails: Sequence[str]


def _take_sqlite(settings: Settings, draft: Path, progress: Progress) -> _Taken:
    database, copy = settings.data / DATABASE, draft / DATABASE
    if not database.is_file():
        raise BackupFault(f"{database}: not found, so there is nothing to back up. Choose the data folder with --data.")
    copying.copy_database(database, copy, lambda done, whole: progress("database", done, whole))
    revision = copying.revision_of(copy)
    if revision is None:
        raise BackupFault(f"{database}: has no Switchboard tables, so there is nothing to back up.")
    return _Taken(copy, revision, list(copying.kept_files(copy)), list(copying.kept_mails(copy)))


def _take_postgres(settings: Settings, draft: Path, progress: Progress) -> _Taken:
    url = settings.storage_url
    revision = current(url)
    if revision is None:
        raise BackupFault("The database has no Switchboard tables, so there is nothing to back up.")
    progress("database", 0, 1)
    dumping.dump(url, draft / DUMP)
    # Read after the dump: it has all files of the dump, except those removed since.
    return _Taken(draft / DUMP, revision, dumping.kept_files(url), dumping.kept_mails(url))


def _write(settings: Settings, manifest: Manifest, taken: _Taken, archive: Path, progress: Progress) -> int:
    """Write the archive, readable by its owner only. Returns how many uploaded files are in it."""
    blobs, files = FolderBlobs(settings.data / FILES), 0
    with os.fdopen(os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
            writer = _Writer(tar)
            writer.add_bytes(MANIFEST, json.dumps(asdict(manifest), indent=1).encode())
            if manifest.secret:
                writer.add_bytes(SECRET, (settings.data / SECRET).read_bytes())
            with taken.copy.open("rb") as content:
                writer.add(manifest.name_of_database, content)
            for number, id_ in enumerate(taken.files, 1):
                # Removed since the snapshot: gone for good, from backups too.
                if (kept := blobs.open(id_)) is not None:
                    with kept:
                        writer.add(name_of(id_), kept)
                    files += 1
                progress("files", number, len(taken.files))
            _add_mails(writer, FolderOfMails(folder_of(settings.data)), taken.mails, progress)
            writer.add_sums()
        out.flush()
        os.fsync(out.fileno())
    return files


def _add_mails(writer: _Writer, mails: FolderOfMails, digests: Sequence[str], progress: Progress) -> None:
    for number, digest in enumerate(digests, 1):
        # Deleted since the snapshot: gone for good, from backups too.
        with suppress(FileNotFoundError), mails.path(digest).open("rb") as kept:
            writer.add(name_of_mail(digest), kept)
        progress("mails", number, len(digests))


class _Writer:
    """Adds files to a tar, and records the digest of each."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._sums: list[str] = []
        self._at = datetime.now(UTC).timestamp()

    def add(self, name: str, content: IO[bytes]) -> None:
        self._put(name, os.fstat(content.fileno()).st_size, content)

    def add_bytes(self, name: str, content: bytes) -> None:
        self._put(name, len(content), io.BytesIO(content))

    def add_sums(self) -> None:
        self.add_bytes(SUMS, "".join(self._sums).encode())

    def _put(self, name: str, size: int, content: IO[bytes]) -> None:
        about = tarfile.TarInfo(name)
        about.mode, about.size, about.mtime = 0o600, size, int(self._at)
        read = _Digested(content)
        self._tar.addfile(about, read)
        self._sums.append(f"{read.digest.hexdigest()}  {name}\n")


class _Digested(io.RawIOBase):
    """Computes the digest of a stream while it is read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self.digest.update(piece)
        return piece


def _give_its_name(archive: Path, file: Path) -> None:
    try:
        os.link(archive, file)
    except FileExistsError:
        raise BackupFault(f"{file}: already exists. A backup never overwrites a file. Choose another name.") from None
    except OSError as error:
        # Not every file system has hard links.
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS):
            raise
        archive.rename(file)
    sync(file.absolute().parent)


# -- shared with restore ----------------------------------------------------------------------


@contextmanager
def faults_of(written: Path) -> Iterator[None]:
    """Raises BackupFault in place of errors of the disk and the database. `written` is the file or folder that is being
    created."""
    try:
        yield
    except OSError as error:
        draft = f".{written.name}." in str(error.filename)
        where = written if draft or error.filename is None else error.filename
        if error.errno == errno.ENOSPC:
            raise BackupFault(f"{where}: the disk is full. Free up space, or use another disk.") from None
        raise BackupFault(f"{where}: {error.strerror or error}.") from None
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            raise BackupFault(f"{written}: the disk is full. Free up space, or use another disk.") from None
        raise BackupFault(f"The database cannot be read: {error}.") from None
    except (StorageUnavailable, dumping.DumpFailed) as error:
        raise BackupFault(f"Cannot use the database: {error}") from None


def name_of(id_: str) -> str:
    """The name of an uploaded file inside a backup."""
    return f"{FILES}{id_[-2:]}/{id_}"


def name_of_mail(digest: str) -> str:
    """The name of a mail inside a backup."""
    return f"{MAILS}{digest[:2]}/{digest}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def sync(folder: Path) -> None:
    """Flush the list of a folder's files to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
