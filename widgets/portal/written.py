"""Texts that people wrote, as pages show them. Pure functions.

Texts of staff may use a subset of Markdown. In customers' texts only links are recognized, because customers often
paste data.
"""

from __future__ import annotations

from collections.abc import Iterable

from widgets.letters.blocks import Block, Bullets, Code, Inlines, Link, Listing, Paragraph
from widgets.letters.rich_text import plain, rich


def blocks_of(text: str, *, staff: bool) -> list[Block]:
    """The paragraphs, lists and code of a text. `staff` is true if a member of staff wrote the text."""
    return rich(text) if staff else plain(text)


def one_line(text: str) -> str:
    """A text of staff on one line, for previews. The marks of Markdown are removed."""
    return " ".join(" ".join(_words(block) for block in rich(text)).split())


def _words(block: Block) -> str:
    match block:
        case Paragraph():
            return _flat(block.inline)
        case Bullets():
            return ", ".join(_flat(item) for item in block.items)
        case Listing():
            return block.text
        case _:
            return ""


def _flat(parts: Inlines) -> str:
    return "".join(_plain(parts))


def _plain(parts: Inlines) -> Iterable[str]:
    for part in parts:
        match part:
            case str():
                yield part
            case Code() | Link():
                yield part.text
            case _:
                yield _flat(part.inline)
