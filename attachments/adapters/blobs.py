"""The contents of files, beside the database. A row of `files` says what each is and whose.

Everything here blocks: it is called on threads.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_PART = ".part"
"""What the name of a content that is still being written ends with."""


class Blobs(Protocol):
    """Where contents are kept, each under an id that the program made (a UUID in small letters).

    Raises OSError where the place cannot be written or read, ValueError for what is no id.
    """

    def save(self, id: str, content: bytes) -> None:
        """Keep a content. Once this returns it outlives a loss of power."""
        ...

    def open(self, id: str) -> BinaryIO | None:
        """The content, to be read from its start and closed; None where there is none."""
        ...

    def remove(self, id: str) -> None:
        """Keep it no more, if it is there."""
        ...

    def ids(self) -> Iterator[str]:
        """The ids of all that is kept, of what was left half written too."""
        ...


class FolderBlobs:
    """`Blobs` in a folder that only this user may open. No name that a person gave ever becomes a path."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, id: str, content: bytes) -> None:
        path = self._path(id)
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

    def open(self, id: str) -> BinaryIO | None:
        try:
            return self._path(id).open("rb")
        except FileNotFoundError:
            return None

    def remove(self, id: str) -> None:
        path = self._path(id)
        path.unlink(missing_ok=True)
        path.with_name(path.name + _PART).unlink(missing_ok=True)

    def ids(self) -> Iterator[str]:
        for path in self._folder.glob("??/*"):
            id_ = path.name.removesuffix(_PART)
            if _ID.fullmatch(id_):
                yield id_

    def _path(self, id: str) -> Path:
        if not _ID.fullmatch(id):
            raise ValueError(f"{id[:80]!r} is no id of a file")
        # Ids begin with the time: their ends spread evenly over the folders.
        return self._folder / id[-2:] / id

    def _make_folders(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(self._folder)


def _sync_folder(folder: Path) -> None:
    """A name is lost with the power until its folder is written as well."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
