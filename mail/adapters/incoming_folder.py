"""The bytes of incoming mail, as files in a folder. Every method blocks, so call it in a thread."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from secrets import token_hex

_DIGEST = re.compile(r"[0-9a-f]{64}")
_NEW = ".new"
"""Suffix of a file that is still being written."""


def folder_of(data: Path) -> Path:
    """The folder for the bytes of incoming mail. `data`: the desk's data folder."""
    return data / "mail" / "in"


class Hold:
    """A lock on a shelf against other threads and processes. The lock ends with `close`, or when the process ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def close(self) -> None:
        os.close(self._descriptor)


class FolderOfMails:
    """Implements `mail.incoming_ports.RawMails`. The name of a file is the SHA-256 of its bytes, so the same mail is
    stored once. Files whose names begin with the same two digits are on one *shelf*, a folder.

    A mail is stored in two steps: first the file, then its record. Whoever stores a mail must `hold` its shelf during
    both steps. Whoever removes files must be `alone` on the shelf. So no file is removed between the two steps.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hold(self, digest: str) -> Hold:
        """Lock the shelf of this digest, so that nobody removes files from it. Waits while the shelf is locked with
        `alone`."""
        shelf = self._path(digest).parent
        shelf.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _locked(shelf, fcntl.LOCK_SH)

    def alone(self, shelf: str) -> Hold | None:
        """Lock the shelf, so that nobody stores mails on it. Returns None at once if the shelf is locked already, with
        `hold` or `alone`."""
        folder = self._folder / shelf
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            return _locked(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None

    def on(self, shelf: str) -> set[str]:
        """The digests of the mails on a shelf. The caller must have locked the shelf with `alone`."""
        return {name for name in os.listdir(self._folder / shelf) if _DIGEST.fullmatch(name)}

    def keep_only(self, shelf: str, digests: Collection[str]) -> int:
        """Remove all files of a shelf except the files of the mails `digests`. Returns the number of removed files.

        Unfinished files are removed too. The caller must have locked the shelf with `alone`.
        """
        gone = [path for path in (self._folder / shelf).iterdir() if path.name not in digests]
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)

    def digest(self, raw: bytes) -> str:
        return hashlib.sha256(raw).hexdigest()

    def save(self, raw: bytes) -> str:
        digest = self.digest(raw)
        path = self._path(digest)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Another thread or process may be storing the same mail.
        new = path.with_name(f"{path.name}.{token_hex(8)}{_NEW}")
        try:
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
        for folder in (path.parent, self._folder):
            _sync(folder)
        return digest

    def read(self, digest: str) -> bytes | None:
        try:
            return self._path(digest).read_bytes()
        except FileNotFoundError:
            return None

    def digests(self) -> Iterator[str]:
        """The digests of all stored mails."""
        for path in self._folder.glob("??/*"):
            if _DIGEST.fullmatch(path.name):
                yield path.name

    def path(self, digest: str) -> Path:
        return self._path(digest)

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"{digest[:80]!r} is not a digest")
        return self._folder / digest[:2] / digest


def _locked(folder: Path, how: int) -> Hold:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, how)
    except BaseException:
        os.close(descriptor)
        raise
    return Hold(descriptor)


def _sync(folder: Path) -> None:
    """Write the entries of the folder to the disk. Otherwise a power failure can lose the name of a new file."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
