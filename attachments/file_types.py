"""The accepted types of files, recognized by their content. The name of a file and the media type that the browser
sends are not trusted."""

from __future__ import annotations

import codecs
import re
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Literal

from attachments import office
from attachments.errors import Fault, invalid
from refusals import Refused

Format = Literal["JPEG", "PNG", "GIF", "WEBP"]
"""A picture format, by Pillow's name."""

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
"""The accepted types with their file name extensions. The first extension is added to a name that has no extension of
its type."""
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
"""The media type of an old Office document, by the name of a stream in it."""
PICTURES: Mapping[str, Format] = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
}
FILMS: Mapping[str, tuple[str, ...]] = {"video/mp4": (".mp4", ".m4v"), "video/webm": (".webm",), "text/vtt": (".vtt",)}
"""Types that only articles may have: videos, and their captions."""
ACCEPTED = "You can send pictures, PDF, Office documents and text."
_PHOTOS_OF_PHONES = (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif", b"avis")
_NOT_IN_TEXT = re.compile("[\x00-\x07\x0b\x0e-\x19\x1c-\x1f\x7f]")
_MARKUP = re.compile(r"\s*<[a-z!?/]", re.IGNORECASE)
_HEAD = 4096
_CHUNK = 64 * 1024
"""Size of the parts in which text is checked. Searching all of it at once would block other threads for too long."""
_MIMETYPE_MAX = 200
_ENTRIES_MAX = 5_000
"""Maximum number of parts in one document."""


def type_of(content: bytes, extension: str) -> str:
    """The media type. `extension` is only used to tell CSV from other text. Raises Refused(invalid) if the type is not
    accepted."""
    if (picture := _picture(content)) is not None:
        return picture
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"PK\x03\x04"):
        return _type_of_archive(content)
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _type_of_compound(content)
    if content[4:8] == b"ftyp" and content[8:12] in _PHOTOS_OF_PHONES:
        raise _not_accepted("HEIC and AVIF pictures are not accepted. Send it as JPEG.", "heic")
    if _is_text(content):
        return "text/csv" if extension == ".csv" else "text/plain"
    raise _not_accepted()


def film_of(content: bytes) -> str | None:
    """The type of a video, or of captions. None for anything else."""
    if content[4:8] == b"ftyp" and content[8:12] not in _PHOTOS_OF_PHONES:
        return "video/mp4"
    if content.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm"
    return "text/vtt" if content.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT") else None


def _not_accepted(what: str = f"This kind of file is not accepted. {ACCEPTED}", fault: Fault = "kind") -> Refused:
    return invalid("file", what, fault)


def _picture(content: bytes) -> str | None:
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None


def _is_text(content: bytes) -> bool:
    """True if the content is text. Raises Refused(invalid) for markup, because some programs render markup whatever the
    file's name is."""
    # cp1252 comes last: nearly any content is valid in it.
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    beginning = next((text for encoding in encodings if (text := _beginning(content, encoding)) is not None), None)
    if beginning is not None and _MARKUP.match(beginning):
        raise _not_accepted("HTML, XML and SVG files are not accepted: they can contain programs.", "markup")
    return beginning is not None


def _beginning(content: bytes, encoding: str) -> str | None:
    """The first characters of the content, decoded. None if the content, as a whole, is not text in this encoding."""
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
        raise invalid(
            "file", "This document is damaged or incomplete. Open it, save it again, and send the new file.", "damaged"
        ) from None


def _type_of_parts(archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo]) -> str:
    if len(parts) < len(archive.infolist()):
        # Two parts with the same name: programs differ in which one they read.
        raise zipfile.BadZipFile
    mimetype = office.part(archive, parts["mimetype"], _MIMETYPE_MAX) if "mimetype" in parts else b""
    list_of_types = parts.get("[content_types].xml")
    contents = office.part(archive, list_of_types, office.CONTENTS_MAX) if list_of_types is not None else b""
    if office.has_macros(set(parts), contents):
        raise _has_macros()
    if contents:
        if office.loads_from_elsewhere(archive):
            raise _loads_from_elsewhere()
        for part, type_ in _PARTS.items():
            if part in parts:
                return type_
    type_ = mimetype.decode("latin-1").strip()
    if type_.startswith(_ODF) and type_ in TYPES:
        match office.fault_of_opendocument(archive):
            case "password":
                raise _has_password()
            case "macros":
                raise _has_macros()
            case "links":
                raise _loads_from_elsewhere()
        return type_
    raise _not_accepted(
        "Archives are not accepted. Send the files themselves: one message can have several.", "archive"
    )


def _too_many_parts() -> Refused:
    return _not_accepted("This document has too many parts.", "parts")


def _type_of_compound(content: bytes) -> str:
    """The media type of an Office document from before 2007, by the names of its streams."""
    if _wide("EncryptedPackage") in content or office.has_old_password(content):
        raise _has_password()
    if _wide("_VBA_PROJECT") in content or office.has_excel4_macros(content):
        raise _has_macros()
    for stream, type_ in _STREAMS.items():
        if _wide(stream) in content:
            return type_
    raise _not_accepted()


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def _loads_from_elsewhere() -> Refused:
    return _not_accepted("This document loads content from another computer. Save it without that first.", "links")


def _has_password() -> Refused:
    return _not_accepted("This document is protected by a password. Send it without one.", "password")


def _has_macros() -> Refused:
    return _not_accepted("This document contains macros. Save it without them, and send it again.", "macros")
