"""Recognizes office documents with macros, with a password, or with content loaded from another computer.

Only the parts of a document's archive that say so are unpacked. Their size is limited, for each part or for all parts
together.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Literal
from xml.parsers import expat

CONTENTS_MAX = 2**20
"""Maximum unpacked bytes of the list of parts."""
RELATIONS_MAX = 4 * 2**20
"""Maximum unpacked bytes of all relationship parts together."""
MARKUP_MAX = 16 * 2**20
"""Maximum unpacked bytes of the texts of an OpenDocument file together."""
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LOADED = ("attachedtemplate", "oleobject", "frame", "subdocument", "package")
"""Types of relationships whose target loads when the document opens. Hyperlinks and links to other workbooks do not
load."""
_DRIVE = re.compile(r"[a-z]:(?:/|$)")
_LOCAL_FILE = re.compile(r"file:///[a-z0-9_.]")
"""A URL without a host, as on Linux and macOS. With four slashes, the host follows."""
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:")
_MACRO_SHEET = re.compile(
    rb"\x09\x08(?:\x10\x00\x00\x06|\x08\x00\x00\x05)\x40\x00"  # BOF of an Excel 4 macro sheet
    rb"|\x85\x00.\x00.{4}[\x00-\x02]\x01",  # its entry in the list of sheets
    re.DOTALL,
)
_WORD_SECTOR = 512
_WORD_FIB = re.compile(rb"\xec\xa5(?:[\x65-\x69\xc0-\xc2\xd9]\x00|[\x01\x0c\x12]\x01).{7}(.)", re.DOTALL)
"""The first bytes of a Word document, up to the flags that say whether it is encrypted (MS-DOC 2.5.2)."""
_EXCEL_PASSWORD = re.compile(
    rb"\x09\x08(?:\x10\x00\x00\x06\x05\x00.{12}|\x08\x00\x00\x05\x05\x00.{4})"  # BOF of a workbook
    rb"(?:\x86\x00\x00\x00)?"  # WriteProtect
    rb"\x2f\x00",  # FilePass (MS-XLS 2.4.117)
    re.DOTALL,
)
_POWERPOINT_PASSWORD = re.compile(rb"\x00\x00\xf6\x0f.{4}\x14\x00\x00\x00\xdf\xc4\xd1\xf3", re.DOTALL)
"""CurrentUserAtom with the token of an encrypted document (MS-PPT 2.3.2)."""
_MANIFEST = "meta-inf/manifest.xml"
_OF_OPENDOCUMENT = ("content.xml", "styles.xml", "meta.xml")
_LOADED_BY_OPENDOCUMENT = frozenset(
    {"applet", "floating-frame", "object", "object-ole", "plugin", "section-source", "template"}
)
"""Elements whose `xlink:href` loads when the document opens. Hyperlinks, pictures and links to other workbooks are
left out, as in `_LOADED`."""
_ENCRYPTED = "encryption-data"
_LISTENER = "event-listener"
_MACROS = ("vnd.sun.star.script:", "macro:")
_CHUNK = 2**16


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


def has_old_password(content: bytes) -> bool:
    """True if a document from before 2007 is encrypted. `content` is the whole file."""
    return (
        any(found.start() % _WORD_SECTOR == 0 and found[1][0] & 1 for found in _WORD_FIB.finditer(content))
        or _EXCEL_PASSWORD.search(content) is not None
        or _POWERPOINT_PASSWORD.search(content) is not None
    )


def fault_of_opendocument(archive: zipfile.ZipFile) -> Literal["password", "macros", "links"] | None:
    """The reason for which an OpenDocument file is refused; None if there is none. Raises TooMuch, and ValueError for
    invalid XML.

    `links`: opening the document fetches an object or a template from another computer.
    """
    parts = [(info.filename.lower(), info) for info in archive.infolist()]
    manifests = [info for name, info in parts if name == _MANIFEST]
    if any(name == _ENCRYPTED for name, _ in _elements(archive, manifests, RELATIONS_MAX)):
        return "password"
    texts = [info for name, info in parts if name.rpartition("/")[2] in _OF_OPENDOCUMENT]
    for name, target in _elements(archive, texts, MARKUP_MAX):
        if name == _LISTENER and target.strip().lower().startswith(_MACROS):
            return "macros"
        if name in _LOADED_BY_OPENDOCUMENT and is_remote(target):
            return "links"
    return None


def _elements(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], most: int) -> Iterator[tuple[str, str]]:
    """The local name and the `href` of those elements of these parts that can need a refusal, in order.

    Raises TooMuch if the parts have more than `most` bytes together, and ValueError for invalid XML or declared
    entities.
    """
    left = most
    for info in infos:
        found: list[tuple[str, str]] = []
        parser = _parser(found)
        for chunk in _chunks(archive, info):
            left -= len(chunk)
            if left < 0:
                raise TooMuch
            _feed(parser, chunk)
            yield from found
            found.clear()
        _feed(parser, b"", last=True)
        yield from found


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    if info.compress_type not in _PLAIN:
        raise zipfile.BadZipFile
    with archive.open(info) as opened:
        while chunk := opened.read(_CHUNK):
            yield chunk


def _parser(found: list[tuple[str, str]]) -> expat.XMLParserType:
    """A parser that adds the elements with a name or an `href` of interest to `found`."""

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == _ENCRYPTED:
            found.append((local, ""))
        elif local == _LISTENER or local in _LOADED_BY_OPENDOCUMENT:
            found.extend((local, value) for key, value in attributes.items() if key.rpartition(":")[2] == "href")

    def declared(_name: str, _system: str | None, _public: str | None, internal: bool) -> None:
        # Manifests of old programs name a DTD, which is not read.
        if internal:
            raise ValueError("entities")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = declared
    return parser


def _feed(parser: expat.XMLParserType, chunk: bytes, *, last: bool = False) -> None:
    try:
        parser.Parse(chunk, last)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from None


def loads_from_elsewhere(archive: zipfile.ZipFile) -> bool:
    """True if opening the document fetches a template or an object from another computer. Raises TooMuch if the
    relationship parts are longer than RELATIONS_MAX in all, BadZipFile or ValueError if a part cannot be read."""
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
        if _LOCAL_FILE.match(path):
            return False
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
