"""Reads an export of another program: a folder or a zip file. Nothing is unpacked to the disk."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Protocol

FILES_MAX = 50_000
FILE_BYTES_MAX = 64 << 20
ALL_BYTES_MAX = 2 << 30
_SMALL = 1 << 20
_RATIO_MAX = 200
"""A larger file of a zip file may expand to this many times its size. JSON expands to about twenty times."""


class BadPackage(ValueError):
    """A package that is not read. The message says why."""


class Package(Protocol):
    def sizes(self) -> Mapping[str, int]:
        """The sizes of the files in bytes, by their paths in the package, with `/` between the parts."""
        ...

    def read(self, name: str) -> bytes:
        """The content of a file of `sizes`. Raises BadPackage."""
        ...


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """The package in a folder or a zip file. Raises BadPackage."""
    if path.is_dir():
        yield _Folder(path)
        return
    if not path.is_file():
        raise BadPackage(f"{path} is neither a folder nor a zip file.")
    try:
        with zipfile.ZipFile(path) as archive:
            yield _Zip(archive)
    except zipfile.BadZipFile as error:
        raise BadPackage(
            f"{path} is not a zip file that can be read: {error}. It may be cut off. Pack it again."
        ) from None


class _Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sizes = dict[str, int]()
        for path in sorted(folder.rglob("*")):
            # A link could lead to a file that was never part of the export.
            if path.is_symlink() or not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
                continue
            self._sizes[path.relative_to(folder).as_posix()] = path.stat().st_size
        _check_total(self._sizes)

    def sizes(self) -> Mapping[str, int]:
        return self._sizes

    def read(self, name: str) -> bytes:
        if self._sizes[name] > FILE_BYTES_MAX:
            raise BadPackage(_too_large(name))
        return (self._folder / name).read_bytes()


class _Zip:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._found = dict[str, zipfile.ZipInfo]()
        for info in archive.infolist():
            if info.is_dir():
                continue
            _check_entry(info)
            if info.filename in self._found:
                raise BadPackage(f"{info.filename} is in the zip file twice. Remove one of them.")
            self._found[info.filename] = info
        _check_total(self.sizes())

    def sizes(self) -> Mapping[str, int]:
        return {name: info.file_size for name, info in self._found.items()}

    def read(self, name: str) -> bytes:
        try:
            with self._archive.open(self._found[name]) as file:
                content = file.read(FILE_BYTES_MAX + 1)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
            raise BadPackage(f"{name} in the zip file cannot be read: {error}. Pack the folder again.") from None
        if len(content) > FILE_BYTES_MAX:
            raise BadPackage(_too_large(name))
        return content


def _check_entry(info: zipfile.ZipInfo) -> None:
    name = info.filename
    parts = PurePosixPath(name).parts
    if name.startswith("/") or "\\" in name or ".." in parts or "\0" in name or (parts and ":" in parts[0]):
        raise BadPackage(
            f"{name!r} in the zip file leads out of it. Nothing was read. Pack the folder again, without such names."
        )
    if stat.S_ISLNK(info.external_attr >> 16):
        raise BadPackage(f"{name} in the zip file is a symbolic link. Replace it by its file.")
    if info.flag_bits & 1:
        raise BadPackage(f"{name} in the zip file has a password. Make the zip file without one.")
    if info.file_size > FILE_BYTES_MAX:
        raise BadPackage(_too_large(name))
    if info.file_size > max(_SMALL, _RATIO_MAX * info.compress_size):
        times = info.file_size // max(info.compress_size, 1)
        raise BadPackage(
            f"{name} in the zip file expands to {times:,} times its size. Leave it out, or pack the folder again."
        )


def _check_total(sizes: Mapping[str, int]) -> None:
    if len(sizes) > FILES_MAX or sum(sizes.values()) > ALL_BYTES_MAX:
        raise BadPackage(
            f"The export has more than {FILES_MAX:,} files, or more than {ALL_BYTES_MAX >> 30} GiB. Import it in parts."
        )


def _too_large(name: str) -> str:
    return f"{name} is larger than {FILE_BYTES_MAX >> 20} MiB. Leave it out, or make it smaller."
