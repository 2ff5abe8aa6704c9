"""Refuses office documents with macros, or with content loaded from another computer.

Only small parts of a document's archive are unpacked. The size is limited for each part and for all parts together.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from xml.parsers import expat

CONTENTS_MAX = 2**20
"""Maximum unpacked bytes of the list of parts."""
RELATIONS_MAX = 4 * 2**20
"""Maximum unpacked bytes of all relationship parts together."""
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LOADED = ("attachedtemplate", "oleobject", "frame", "subdocument", "package")
"""Types of relationships whose target loads when the document opens. Hyperlinks and links to other workbooks do not
load."""
_DRIVE = re.compile(r"[a-z]:(?:/|$)")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:")
_MACRO_SHEET = re.compile(
    rb"\x09\x08(?:\x10\x00\x00\x06|\x08\x00\x00\x05)\x40\x00"  # BOF of an Excel 4 macro sheet
    rb"|\x85\x00.\x00.{4}[\x00-\x02]\x01",  # its entry in the list of sheets
    re.DOTALL,
)


class TooMuch(Exception):
    """The document exceeds a limit that ordinary documents do not reach."""


def part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """The unpacked content of one part. Raises TooMuch if it is longer than `most`. Raises BadZipFile for compression
    methods that office programs do not use, because some of these need unlimited memory."""
    if info.compress_type not in _PLAIN:
        raise zipfile.BadZipFile
    with archive.open(info) as opened:
        content = opened.read(most + 1)
    if len(content) > most:
        raise TooMuch
    return content


def has_macros(names: set[str], contents: bytes) -> bool:
    """True if a document has VBA, Excel 4 or Basic macros. `names` are the names of its parts, in lower case.
    `contents` is the part that lists the content types."""
    # In UTF-16 a NUL accompanies each letter.
    types = contents.replace(b"\0", b"").lower()
    return (
        b"macroenabled" in types
        or b"macrosheet" in types
        or any(name.endswith("vbaproject.bin") or name.startswith(("basic/", "scripts/")) for name in names)
        or any("/macrosheets/" in name for name in names)
    )


def has_excel4_macros(content: bytes) -> bool:
    """True if a workbook from before 2007 has Excel 4 macros. `content` is the whole file. It is searched for the
    records of a macro sheet."""
    return _MACRO_SHEET.search(content) is not None


def loads_from_elsewhere(archive: zipfile.ZipFile) -> bool:
    """True if opening the document fetches a template or an object from another computer. Raises TooMuch."""
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
    """True if `target`, a path or URL in a document, is on another computer. A local path is harmless: templates often
    name a local file of their author."""
    path = target.strip().lower().replace("\\", "/")
    if path.startswith("file:"):
        return _DRIVE.match(path[5:].lstrip("/")) is None
    return not _DRIVE.match(path) and (path.startswith("//") or _SCHEME.match(path) is not None)


def _external(relations: bytes) -> Iterator[tuple[str, str]]:
    """The type and target of each relationship to something outside the document. Raises ValueError for invalid XML,
    and for a document type declaration."""
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
