"""Which files are taken, what each is by its content, and what it may be called. Pure.

A name says nothing of what is in a file: the content does, and the name is made to agree with it.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from attachments import office
from attachments.adapters.pictures.protocol import Format
from chat.errors import invalid
from refusals import Refused

SIZE_MAX = 20 * 1024 * 1024
"""Bytes in one file."""
NAME_MAX = 120
"""Characters in a name."""
_NAME_READ_MAX = 1_000
"""Characters of a name that are looked at, half of them at its end: to bring a long one into NFC takes long."""
_NAME_BYTES_MAX = 200
"""Some file systems count bytes."""

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
TYPES: Mapping[str, tuple[str, ...]] = {
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
    f"{_OOXML}wordprocessingml.document": (".docx",),
    f"{_OOXML}spreadsheetml.sheet": (".xlsx",),
    f"{_OOXML}presentationml.presentation": (".pptx",),
    f"{_ODF}text": (".odt",),
    f"{_ODF}spreadsheet": (".ods",),
    f"{_ODF}presentation": (".odp",),
    "application/msword": (".doc",),
    "application/vnd.ms-excel": (".xls",),
    "application/vnd.ms-powerpoint": (".ppt",),
    "text/plain": (".txt", ".log"),
    "text/csv": (".csv",),
}
"""Each type that is taken, and how names of such files end; the first is given to those that do not."""
_PARTS = {
    "word/document.xml": f"{_OOXML}wordprocessingml.document",
    "xl/workbook.xml": f"{_OOXML}spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OOXML}presentationml.presentation",
}
_STREAMS = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
}
"""What a document has inside, and its type: since 2007, and before."""
PICTURES: Mapping[str, Format] = {
    "image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP",
}  # fmt: skip
TAKEN = "Pictures, PDF, Office documents and text are."
"""Of files; behind what is not."""

_SUFFIXES = {suffix for suffixes in TYPES.values() for suffix in suffixes}
_PROGRAM = re.compile(
    r"\.(?:app|bat|chm|cmd|com|cpl|dll|do[ct]m|exe|gadget|hta|inf|ins|iso|jar|jse?|lnk|mjs|ms[cipt]|pif|pot?m|pp[as]m|pptm"
    r"|psm?1|py|reg|sc[frt]|shb?|s?html?|svgz?|url|vb[es]?|vhd|ws[cfh]|xht(?:ml)?|xl[al]m?|xl[st][bm]|xml|xsl|mht(?:ml)?)"
)
"""How names end of what a double click would run, or a browser show as a page."""
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)
_PHOTOS_OF_PHONES = (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif", b"avis")
_NOT_IN_TEXT = re.compile("[\x00-\x07\x0b\x0e-\x19\x1c-\x1f\x7f]")
_MARKUP = re.compile(r"\s*<[a-z!?/]", re.IGNORECASE)
_HEAD = 4096
_CHUNK = 64 * 1024
"""A text is looked through in parts: a search in the whole would hold up everybody else."""
_MIMETYPE_MAX = 200
_ENTRIES_MAX = 5_000
"""Files inside one document."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file as it is kept. A picture is to be redrawn before, in its format."""

    name: str
    type: str
    content: bytes
    picture: Format | None = None


def inspect(content: bytes, name: str) -> Inspected:
    """What a file is, and what it is to be called. Raises Refused, saying what is wrong with it, for what is not
    taken."""
    if not content:
        raise invalid("file", "This file is empty.")
    if len(content) > SIZE_MAX:
        raise too_large()
    cleaned = clean_name(name)
    suffix = _suffix(cleaned)
    if _PROGRAM.fullmatch(suffix):
        raise invalid("file", f"Files that end with {suffix} are not taken. {TAKEN}")
    type_ = type_of(content, suffix)
    return Inspected(_agreeing(cleaned, type_), type_, content, PICTURES.get(type_))


def too_large() -> Refused:
    """For a file with too many bytes."""
    return Refused("too_large", f"A file may have {SIZE_MAX // 2**20} MB at most.")


# -- what it is ----------------------------------------------------------------------------


def type_of(content: bytes, suffix: str) -> str:
    """The type of a content; `suffix` only tells CSV from other text. Raises Refused for what is not taken."""
    if (picture := _picture(content)) is not None:
        return picture
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"PK\x03\x04"):
        return _type_of_archive(content)
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _type_of_compound(content)
    if content[4:8] == b"ftyp" and content[8:12] in _PHOTOS_OF_PHONES:
        raise _not_taken("This is a HEIC or AVIF picture. Send it as JPEG.")
    if _is_text(content):
        return "text/csv" if suffix == ".csv" else "text/plain"
    raise _not_taken()


def _not_taken(what: str = f"Files of this kind are not taken. {TAKEN}") -> Refused:
    return invalid("file", what)


def _picture(content: bytes) -> str | None:
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None


def _is_text(content: bytes) -> bool:
    """Raises Refused for a page: whatever it is called, some program would show it as one."""
    # What Windows writes where it writes no UTF-8 is tried last: nearly anything could be that.
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    beginning = next((text for encoding in encodings if (text := _beginning(content, encoding)) is not None), None)
    if beginning is not None and _MARKUP.match(beginning):
        raise _not_taken("This is HTML, XML or SVG, which can hold programs.")
    return beginning is not None


def _beginning(content: bytes, encoding: str) -> str | None:
    """How a text in that encoding begins; None for what is none, to its very end."""
    decoder = codecs.getincrementaldecoder(encoding)()
    beginning = None
    for start in range(0, len(content), _CHUNK):
        try:
            text = decoder.decode(content[start : start + _CHUNK], start + _CHUNK >= len(content))
        except UnicodeDecodeError:
            return None
        if _NOT_IN_TEXT.search(text):
            return None
        beginning = text[:_HEAD] if beginning is None else beginning
    return beginning


def _type_of_archive(content: bytes) -> str:
    # Counted before they are read: a directory of a million entries would fill the memory.
    if content.count(b"PK\x01\x02") > _ENTRIES_MAX:
        raise _too_many_parts()
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _type_of_parts(archive, {info.filename.lower(): info for info in archive.infolist()})
    except office.TooMuch:
        raise _too_many_parts() from None
    except (zipfile.BadZipFile, zlib.error, LookupError, ValueError, RuntimeError, OSError, EOFError):
        raise invalid("file", "This document is damaged, or cut short. Open it, save it anew, and send that.") from None


def _type_of_parts(archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo]) -> str:
    if len(parts) < len(archive.infolist()):
        # Two parts of one name: programs differ in which they read.
        raise zipfile.BadZipFile
    mimetype = office.part(archive, parts["mimetype"], _MIMETYPE_MAX) if "mimetype" in parts else b""
    list_of_types = parts.get("[content_types].xml")
    contents = office.part(archive, list_of_types, office.CONTENTS_MAX) if list_of_types is not None else b""
    if office.has_macros(set(parts), contents):
        raise _has_macros()
    if contents:
        if office.loads_from_elsewhere(archive):
            raise _not_taken("This document loads something from another computer. Save it without, and send that.")
        for part, type_ in _PARTS.items():
            if part in parts:
                return type_
    type_ = mimetype.decode("latin-1").strip()
    if type_.startswith(_ODF) and type_ in TYPES:
        return type_
    raise _not_taken("This is an archive. Send the files by themselves: several fit on one message.")


def _too_many_parts() -> Refused:
    return _not_taken("There are too many parts in this document.")


def _type_of_compound(content: bytes) -> str:
    """Documents before 2007: the names of their streams tell."""
    if _wide("EncryptedPackage") in content:
        raise _not_taken("This document is locked by a password. Send it without one.")
    if _wide("_VBA_PROJECT") in content or office.has_excel4_macros(content):
        raise _has_macros()
    for stream, type_ in _STREAMS.items():
        if _wide(stream) in content:
            return type_
    raise _not_taken()


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def _has_macros() -> Refused:
    return _not_taken("There are macros in this document. Save it without them, and send that.")


# -- what it is called -----------------------------------------------------------------------


def clean_name(name: str) -> str:
    """The last part of a name, without what shows otherwise than it is, is invisible, or no file system bears."""
    if len(name) > _NAME_READ_MAX:
        name = name[: _NAME_READ_MAX // 2] + name[-_NAME_READ_MAX // 2 :]
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # Cc Cf: control characters, and those that turn the direction of writing. Cs Co Cn: nothing that shows. Zl Zp.
    shown = "".join(
        " " if unicodedata.category(character) == "Zs" else character
        for character in base
        if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    )
    safe = " ".join(re.sub(r'[<>:"|?*]', "_", shown).split()).strip(" .")
    if _DEVICES.match(safe):
        safe = "_" + safe
    stem, suffix = _split(safe)
    return _cut(stem, NAME_MAX - len(suffix), _NAME_BYTES_MAX - len(suffix.encode())) + suffix


def _agreeing(name: str, type_: str) -> str:
    """The name with an end that says what is in the file."""
    suffixes = TYPES[type_]
    stem, suffix = _split(name)
    if suffix.lower() in suffixes:
        return name
    if suffix.lower() in _SUFFIXES:
        # `photo.jpg` that is a PNG. Anything else is no more than a dot in a name.
        name = stem
    end = suffixes[0]
    return _cut(name or "file", NAME_MAX - len(end), _NAME_BYTES_MAX - len(end)) + end


def _suffix(name: str) -> str:
    return _split(name)[1].lower()


def _split(name: str) -> tuple[str, str]:
    """Before the last dot, and from it on, where what follows is short enough to be an end."""
    stem, dot, end = name.rpartition(".")
    if not dot or not 0 < len(end) <= 10 or " " in end:
        return name, ""
    return stem, dot + end


def _cut(text: str, characters: int, size: int) -> str:
    return text[:characters].encode()[:size].decode(errors="ignore").rstrip(" .")
