"""The bytes of incoming mail, as files in a folder. Every method blocks, so call it in a thread."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

_DIGEST = re.compile(r"[0-9a-f]{64}")
_NEW = ".new"
"""Suffix of a file that is still being written."""


def folder_of(data: Path) -> Path:
    """The folder of incoming mail in a data folder."""
    return data / "mail" / "in"


class FolderOfMails:
    """Implements `mail.incoming_ports.RawMails`. The name of a file is the SHA-256 of its bytes, so the same mail is
    stored once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

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

    def remove(self, digest: str) -> None:
        self._path(digest).unlink(missing_ok=True)

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


def _sync(folder: Path) -> None:
    """Write the entries of the folder to the disk. Otherwise a power failure can lose the name of a new file."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
