"""Implements `attachments.ports.Blobs` in a folder. Every method blocks, so call it on a thread."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_PART = ".part"
"""Suffix of a file that is still being written."""


class FolderBlobs:
    """Files in a folder that only the server's user may open. Paths are made from ids, never from names that people
    chose."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, id_: str, content: bytes) -> None:
        path = self._path(id_)
        self._make_folders(path.parent)
        part = path.with_name(path.name + _PART)
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)

    def open(self, id_: str) -> BinaryIO | None:
        try:
            return self._path(id_).open("rb")
        except FileNotFoundError:
            return None

    def remove(self, id_: str) -> None:
        path = self._path(id_)
        path.unlink(missing_ok=True)
        path.with_name(path.name + _PART).unlink(missing_ok=True)

    def ids(self) -> Iterator[str]:
        for path in self._folder.glob("??/*"):
            id_ = path.name.removesuffix(_PART)
            if _ID.fullmatch(id_):
                yield id_

    def _path(self, id_: str) -> Path:
        if not _ID.fullmatch(id_):
            raise ValueError(f"{id_[:80]!r} is not the id of a file")
        # Ids begin with the time. Only their last characters spread the files evenly over the folders.
        return self._folder / id_[-2:] / id_

    def _make_folders(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(self._folder)


def _sync_folder(folder: Path) -> None:
    """Flush the folder itself. Without this, a power failure can lose the name of a file that was just written."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
