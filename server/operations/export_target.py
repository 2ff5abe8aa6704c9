"""The folder or zip file into which an export is written, with the digests of its files."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

SUMS = "SHA256SUMS"


class CannotExport(Exception):
    """The export cannot be written. The text is a sentence for the operator."""


class Place(Protocol):
    def open(self, name: str) -> IO[bytes]: ...


class Written:
    """A file that is written. `digest` is that of what was written so far."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()

    def write(self, content: bytes) -> int:
        self._digest.update(content)
        return self._file.write(content)

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()


class Target:
    """Where an export is written. `sums` gets a line for each file, in the form of `sha256sum`."""

    def __init__(self, place: Place, sums: IO[bytes]) -> None:
        self._place = place
        self._sums = sums

    @contextmanager
    def open(self, name: str) -> Iterator[Written]:
        """One file at a time. Raises OSError."""
        with self._place.open(name) as file:
            written = Written(file)
            yield written
        self._sums.write(f"{written.digest}  {name}\n".encode())


class _Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, name: str) -> IO[bytes]:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("wb")


class _Zip:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def open(self, name: str) -> IO[bytes]:
        return self._archive.open(name, "w", force_zip64=True)


@contextmanager
def target(path: Path) -> Iterator[Target]:
    """The target at a path: a zip file if its name ends so, otherwise a folder. Raises CannotExport."""
    try:
        # The list of digests grows with the desk, so it is not kept in memory.
        with tempfile.TemporaryFile() as sums, _place(path) as place:
            yield Target(place, sums)
            sums.seek(0)
            with place.open(SUMS) as file:
                shutil.copyfileobj(sums, file)
    except OSError as error:
        raise CannotExport(f"{path}: {error.strerror}. Choose another place.") from None


@contextmanager
def _place(path: Path) -> Iterator[Place]:
    if path.suffix.lower() == ".zip":
        with path.open("xb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            path.chmod(0o600)
            yield _Zip(archive)
        return
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(path.iterdir()):
        raise CannotExport(f"{path} is not empty. Choose a new folder.")
    # It may have been there, open for everybody.
    path.chmod(0o700)
    yield _Folder(path)


def copy(path: Path, to: Target, name: str) -> None:
    """Raises OSError."""
    with path.open("rb") as source, to.open(name) as file:
        shutil.copyfileobj(source, file)
