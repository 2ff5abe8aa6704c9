"""Decides whether a file is accepted, by its content and its name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from attachments.errors import invalid
from attachments.file_names import clean_name, extension_of, matching
from attachments.file_types import ACCEPTED, FILMS, PICTURES, Format, film_of, type_of
from refusals import Refused

SIZE_MAX = 20 * 1024 * 1024
"""Maximum bytes in one file."""
_PROGRAM = re.compile(
    r"\.(?:app|bat|chm|cmd|com|cpl|dll|do[ct]m|exe|gadget|hta|inf|ins|iso|jar|jse?|lnk|mjs|ms[cipt]|pif|pot?m|pp[as]m|pptm"
    r"|psm?1|py|reg|sc[frt]|shb?|s?html?|svgz?|url|vb[es]?|vhd|ws[cfh]|xht(?:ml)?|xl[al]m?|xl[st][bm]|xml|xsl|mht(?:ml)?)"
)
"""Extensions of files that run on a double click, or that a browser renders."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file as it will be stored. If `picture` is set, the content must be redrawn in that format before it is
    stored."""

    name: str
    type: str
    content: bytes
    picture: Format | None = None


def inspect(content: bytes, name: str, size_max: int = SIZE_MAX) -> Inspected:
    """Decide whether a file is accepted, and return how it will be stored. Raises Refused(too_large), or
    Refused(invalid) with a sentence for the sender, if it is not accepted."""
    if not content:
        raise invalid("file", "This file is empty.", "empty")
    if len(content) > size_max:
        raise too_large(size_max)
    cleaned = clean_name(name)
    extension = extension_of(cleaned)
    if _PROGRAM.fullmatch(extension):
        raise invalid("file", f"Files ending in {extension} are not accepted. {ACCEPTED}", "program")
    type_ = type_of(content, extension)
    return Inspected(matching(cleaned, type_), type_, content, PICTURES.get(type_))


def inspect_for_article(content: bytes, name: str) -> Inspected:
    """Like `inspect`, but videos (MP4, WebM) and captions (WebVTT) are accepted too."""
    film = film_of(content) if len(content) <= SIZE_MAX else None
    if film is None:
        return inspect(content, name)
    stem = clean_name(name).rpartition(".")[0] or "video"
    return Inspected(f"{stem}{FILMS[film][0]}", film, content)


def too_large(size_max: int = SIZE_MAX) -> Refused:
    return Refused("too_large", f"A file can have at most {size_max // 2**20} MB.")
