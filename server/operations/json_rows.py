"""Reads the rows of large JSON files, one at a time: JSON lines, or arrays in pages of an API.

A file may be larger than memory."""

from __future__ import annotations

import codecs
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec
from msgspec import Raw

ROW_BYTES_MAX = 64 << 20
_CHUNK = 1 << 20
_HEAD = 1 << 16
_BOM = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_NEXT, _END = re.compile(r"[\s,]*(?=[^\s,\]])"), re.compile(r"[\s,]*\]")
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_json = json.JSONDecoder()
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding a row raises if the row is at fault. Rows that are nested too deeply raise RecursionError."""
_page = msgspec.json.Decoder(dict[str, Raw])
_rows = msgspec.json.Decoder(list[Raw])


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file. `line` is the line on which it begins."""

    file: str
    line: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """A part of a file that cannot be read. `why` says what is wrong, and what to do."""

    file: str
    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Source:
    """A file of an export: on the disk, or in a zip file."""

    path: Path
    name: str
    size: int
    packed: bool = False

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Raises OSError and zipfile.BadZipFile."""
        if not self.packed:
            with self.path.open("rb") as stream:
                yield stream
            return
        with zipfile.ZipFile(self.path) as archive, archive.open(self.name) as stream:
            yield stream


def sources(path: Path) -> list[Source]:
    """The files with rows in a folder, in a zip file, or the file itself. Nothing is unpacked to the disk, and links
    are not followed. Raises OSError and zipfile.BadZipFile."""
    if path.is_dir():
        return [
            Source(file, file.relative_to(path).as_posix(), file.stat().st_size)
            for file in sorted(path.rglob("*"))
            if _has_rows(file.relative_to(path).as_posix()) and not file.is_symlink() and file.is_file()
        ]
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            found = [info for info in archive.infolist() if not info.is_dir() and _has_rows(info.filename)]
        return [Source(path, info.filename, info.file_size, packed=True) for info in found]
    return [Source(path, path.name, path.stat().st_size)]


def _has_rows(name: str) -> bool:
    parts = PurePosixPath(name).parts
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return not hidden and name.lower().endswith((".json", ".jsonl", ".ndjson"))


def rows(stream: IO[bytes], file: str, key: str) -> Iterator[Row | Broken]:
    """The rows of a file: its lines, the elements of its array, or those of the array `key` of each of its pages."""
    head = stream.read(_HEAD)
    if head.startswith(_WIDE):
        yield Broken(file, 1, "The file is in UTF-16. Save it as UTF-8.")
        return
    head = head.removeprefix(_BOM)
    array = re.compile(rb'\s*(?:\[|\{(?:[^\[\]{}]|\{\})*?"' + key.encode() + rb'"\s*:\s*\[)').match(head)
    if array is not None and not _is_line(head):
        yield from _elements(stream, file, head, array.end())
    else:
        yield from _lines(stream, file, head, key)


def _is_line(head: bytes) -> bool:
    """True if the first line is a whole page, or a whole row."""
    line, end, _ = head.partition(b"\n")
    try:
        _page.decode(line)
    except UNREADABLE:
        return False
    return bool(end) or len(head) < _HEAD


def _lines(stream: IO[bytes], file: str, head: bytes, key: str) -> Iterator[Row | Broken]:
    number, rest, marker = 0, head, f'"{key}"'.encode()
    while True:
        line, end, rest = rest.partition(b"\n")
        if not end:
            line, rest = line + stream.readline(ROW_BYTES_MAX), b""
        if not (line or end):
            return
        number += 1
        if len(line) >= ROW_BYTES_MAX:
            yield Broken(file, number, f"The line is longer than {ROW_BYTES_MAX >> 20} MiB. Nothing after it was read.")
            return
        if not line.strip():
            continue
        if marker in line[:_HEAD] and (page := _of_page(line, key)) is not None:
            yield from (Row(file, number, bytes(row)) for row in page)
        else:
            yield Row(file, number, line)


def _of_page(line: bytes, key: str) -> list[Raw] | None:
    try:
        found = _page.decode(line).get(key)
        return _rows.decode(found) if found is not None else None
    except UNREADABLE:
        return None


def _elements(stream: IO[bytes], file: str, head: bytes, place: int) -> Iterator[Row | Broken]:
    """The elements of an array that begins before `place`. Only a part of the file is held in memory."""
    # Bytes that are no UTF-8 come back unchanged, so that the row that has them is refused, and not the file.
    text_of = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
    line, buffer, wanted = 1 + head.count(b"\n", 0, place), text_of(head[place:]), _CHUNK
    while True:
        place = counted = 0
        while (found := _NEXT.match(buffer, place)) is not None:
            try:
                _, end = _json.raw_decode(buffer, found.end())
            except ValueError:
                break
            except RecursionError as error:
                yield Broken(file, line, f"{broken(error)} Nothing after this line was read.")
                return
            line += buffer.count("\n", counted, found.end())
            yield Row(file, line, buffer[found.end() : end].encode(errors="surrogateescape"))
            place, counted, wanted = end, found.end(), _CHUNK
        if _END.match(buffer, place):
            return
        line += buffer.count("\n", counted, place)
        more = stream.read(wanted)
        if not more or len(buffer) - place > ROW_BYTES_MAX:
            why = "The list ends in the middle, or is no valid JSON. Nothing after this line was read."
            yield Broken(file, line, why)
            return
        # A large row is not parsed again for each chunk.
        buffer, wanted = buffer[place:] + text_of(more), wanted * 2


def check_texts(row: Row) -> None:
    """Raises msgspec.ValidationError for a text with the character NUL, which PostgreSQL cannot store."""
    if _NUL.search(row.raw):
        raise msgspec.ValidationError("A text has the character \\u0000")


def broken(error: Exception) -> str:
    """A sentence that says why a row cannot be decoded, and what to do."""
    if isinstance(error, msgspec.ValidationError):
        return f"{error}. Correct this value."
    if isinstance(error, UnicodeDecodeError):
        return "This row is not in UTF-8. Save the file as UTF-8."
    if isinstance(error, RecursionError):
        return "This row is nested too deeply."
    return f"This row is no valid JSON ({error}). It may be cut off."
