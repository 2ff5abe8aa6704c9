"""What office documents may not have inside: macros of two kinds, and what is loaded from another computer. Pure.

Of an archive only small parts are unpacked, each up to a limit, all together up to another.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from xml.parsers import expat

CONTENTS_MAX = 2**20
"""Bytes of the list of parts, unpacked."""
RELATIONS_MAX = 4 * 2**20
"""Bytes of all parts that say what belongs together, unpacked."""
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LOADED = ("attachedtemplate", "oleobject", "frame", "subdocument", "package")
"""Relations whose target is opened with the document. Links, which are clicked, and figures of other workbooks are
not."""
_DRIVE = re.compile(r"[a-z]:(?:/|$)")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:")
_MACRO_SHEET = re.compile(
    rb"\x09\x08(?:\x10\x00\x00\x06|\x08\x00\x00\x05)\x40\x00"  # BOF of a sheet of Excel 4 macros
    rb"|\x85\x00.\x00.{4}[\x00-\x02]\x01",  # its line in the list of sheets
    re.DOTALL,
)


class TooMuch(Exception):
    """More than an ordinary document has."""


def part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """One part, unpacked. Raises TooMuch where it is longer than `most`, BadZipFile where it is packed in a way that no
    office program uses: some of those take any amount of memory."""
    if info.compress_type not in _PLAIN:
        raise zipfile.BadZipFile
    with archive.open(info) as opened:
        content = opened.read(most + 1)
    if len(content) > most:
        raise TooMuch
    return content


def has_macros(names: set[str], contents: bytes) -> bool:
    """By the names of the parts, in small letters, and the list of their types. VBA, Excel 4, and Basic."""
    # In UTF-16 each letter has a NUL.
    types = contents.replace(b"\0", b"").lower()
    return (
        b"macroenabled" in types
        or b"macrosheet" in types
        or any(name.endswith("vbaproject.bin") or name.startswith(("basic/", "scripts/")) for name in names)
        or any("/macrosheets/" in name for name in names)
    )


def has_excel4_macros(content: bytes) -> bool:
    """Does a workbook from before 2007 hold macro sheets? By the records of its stream, wherever they lie."""
    return _MACRO_SHEET.search(content) is not None


def loads_from_elsewhere(archive: zipfile.ZipFile) -> bool:
    """Does opening the document fetch a template or an object from another computer? Raises TooMuch."""
    left = RELATIONS_MAX
    for info in archive.infolist():
        if not info.filename.lower().endswith(".rels"):
            continue
        content = part(archive, info, left)
        left -= len(content)
        if any(kind.rpartition("/")[2].lower() in _LOADED and is_remote(target) for kind, target in _external(content)):
            return True
    return False


def is_remote(target: str) -> bool:
    """Is it on another computer? Templates often name a file of who wrote the document, which is nowhere else."""
    path = target.strip().lower().replace("\\", "/")
    if path.startswith("file:"):
        return _DRIVE.match(path[5:].lstrip("/")) is None
    return not _DRIVE.match(path) and (path.startswith("//") or _SCHEME.match(path) is not None)


def _external(relations: bytes) -> Iterator[tuple[str, str]]:
    """Type and target of each relation that leads out of the document. Raises ValueError for what is no XML, or has
    entities of its own."""
    found: list[tuple[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "Relationship" and attributes.get("TargetMode", "").lower() == "external":
            found.append((attributes.get("Type", ""), attributes.get("Target", "")))

    def declared(*_: object) -> None:
        raise ValueError("entities")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = declared
    try:
        parser.Parse(relations, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from None
    return iter(found)
