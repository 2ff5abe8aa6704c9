"""A letter as plain text, in lines of at most 72 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from widgets.letters.blocks import (
    Block,
    Bullets,
    Buttons,
    Code,
    Emphasis,
    Facts,
    Heading,
    Inlines,
    Link,
    Listing,
    Paragraph,
    Quote,
    Rule,
    Strong,
    Written,
)

WIDTH = 72


def plain_text(letter: Written) -> str:
    body = "\n\n".join(_block(block, WIDTH, letter.colon) for block in letter.body)
    foot = "\n".join(_block(paragraph, WIDTH, letter.colon) for paragraph in letter.foot)
    return f"{body}\n\n-- \n{letter.sender}\n{foot}\n"


def _block(block: Block, width: int, colon: str) -> str:
    match block:
        case Heading():
            return _wrapped(block.text, width)
        case Paragraph():
            return _wrapped(_said(block.inline), width)
        case Bullets():
            return "\n".join(_items(block, width))
        case Listing():
            return textwrap.indent(block.text, "    ")
        case Facts():
            return "\n".join(_rows([(name, _said(value)) for name, value in block.rows], width))
        case Quote():
            inside = "\n\n".join(_block(each, width - 2, colon) for each in block.blocks)
            quoted = "\n".join(f"> {line}".rstrip() for line in inside.split("\n"))
            return f"{_wrapped(block.head, width)}{colon}\n\n{quoted}"
        case Buttons():
            if len(block.links) == 1:
                return f"{block.links[0].text}{colon}\n{block.links[0].href}"
            return "\n".join(_rows([(link.text, link.href) for link in block.links], width))
        case Rule():
            return "-" * 8


def _items(block: Bullets, width: int) -> Iterator[str]:
    for place, item in enumerate(block.items, start=block.start or 0):
        mark = "- " if block.start is None else f"{place}. "
        yield _wrapped(_said(item), width, mark, " " * len(mark))


def _rows(rows: Sequence[tuple[str, str]], width: int) -> Iterator[str]:
    column = max(len(name) for name, _ in rows) + 3
    for name, value in rows:
        yield _wrapped(value, width, f"  {name:<{column}}", " " * (column + 2))


def _said(inlines: Inlines) -> str:
    said = []
    for part in inlines:
        match part:
            case str():
                said.append(part)
            case Strong(plain=str(text)) if text:
                said.append(text)
            case Strong() | Emphasis():
                said.append(_said(part.inline))
            case Code():
                said.append(part.text)
            case Link():
                bare = part.href.removeprefix("mailto:")
                said.append(part.text if part.text in (bare, bare.removeprefix("https://")) else f"{part.text}: {bare}")
    return "".join(said)


def _wrapped(text: str, width: int, first: str = "", then: str = "") -> str:
    """The text with each line wrapped between words to `width`. Longer words, such as URLs, are not broken."""
    lines = []
    for place, line in enumerate(text.replace("\u00a0", " ").split("\n")):
        broken = textwrap.wrap(
            line,
            width,
            initial_indent=first if place == 0 else then,
            subsequent_indent=then,
            break_long_words=False,
            break_on_hyphens=False,
        )
        lines += broken or [first.rstrip() if place == 0 else ""]
    return "\n".join(lines)
