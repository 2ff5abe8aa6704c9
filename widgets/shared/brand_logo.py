"""The logo of a brand: a small picture, recognized by its content."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

LOGO_MAX = 100_000
"""Maximum bytes of a logo."""
_SIGNATURES = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<svg[\s>]", re.DOTALL), "image/svg+xml"),
)


@dataclass(frozen=True, slots=True)
class Logo:
    content: bytes
    type: str


def read_logo(file: Path) -> Logo:
    """The picture in `file`.

    Raises ValueError with a sentence if the file is not a picture or is too large, and OSError if it cannot be read.
    """
    with file.open("rb") as opened:
        content = opened.read(LOGO_MAX + 1)
    if len(content) > LOGO_MAX:
        raise ValueError(f"a picture of at most {LOGO_MAX // 1000} kB")
    for signature, kind in _SIGNATURES:
        if signature.match(content):
            return Logo(content, kind)
    raise ValueError("a picture: SVG, PNG, WebP or JPEG")
