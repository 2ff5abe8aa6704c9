"""Makes file names safe to show and to save, and makes them agree with the content."""

from __future__ import annotations

import re
import unicodedata

from attachments.file_types import TYPES

NAME_MAX = 120
"""Maximum characters in a name."""
_NAME_READ_MAX = 1_000
"""Characters of a longer name that are used, half of them from its end. Normalizing a long name to NFC takes long."""
_NAME_BYTES_MAX = 200
"""Maximum bytes in a name, because some file systems count bytes."""
_EXTENSIONS = {extension for extensions in TYPES.values() for extension in extensions}
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)
"""Names that Windows reserves for devices."""


def clean_name(name: str) -> str:
    """The last part of a path, without characters that are invisible, misleading, or invalid in some file system."""
    if len(name) > _NAME_READ_MAX:
        name = name[: _NAME_READ_MAX // 2] + name[-_NAME_READ_MAX // 2 :]
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # Cc Cf: control characters, changes of writing direction. Cs Co Cn: not displayable. Zl Zp: line separators.
    shown = "".join(
        " " if unicodedata.category(character) == "Zs" else character
        for character in base
        if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    )
    safe = " ".join(re.sub(r'[<>:"|?*]', "_", shown).split()).strip(" .")
    if _DEVICES.match(safe):
        safe = "_" + safe
    stem, extension = _split(safe)
    return _cut(stem, NAME_MAX - len(extension), _NAME_BYTES_MAX - len(extension.encode())) + extension


def matching(name: str, type_: str) -> str:
    """The name, with an extension that fits the media type `type_`."""
    extensions = TYPES[type_]
    stem, extension = _split(name)
    if extension.lower() in extensions:
        return name
    if extension.lower() in _EXTENSIONS:
        # For example a PNG named `photo.jpg`. An ending that is no known extension stays part of the name.
        name = stem
    end = extensions[0]
    return _cut(name or "file", NAME_MAX - len(end), _NAME_BYTES_MAX - len(end)) + end


def extension_of(name: str) -> str:
    """The extension in lower case, with its dot; empty if there is none."""
    return _split(name)[1].lower()


def _split(name: str) -> tuple[str, str]:
    """The name before its extension, and the extension with its dot. The part after the last dot is an extension if it
    has 1 to 10 characters and no space. Otherwise the extension is empty."""
    stem, dot, end = name.rpartition(".")
    if not dot or not 0 < len(end) <= 10 or " " in end:
        return name, ""
    return stem, dot + end


def _cut(text: str, characters: int, size: int) -> str:
    return text[:characters].encode()[:size].decode(errors="ignore").rstrip(" .")
