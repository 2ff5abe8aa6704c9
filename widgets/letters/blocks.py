"""The parts of a letter.

The HTML and the plain text of a letter are made from the same parts, so their contents are equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Tone = Literal["", "warn", "ok"]
Look = Literal["text", "small", "fine"]
"""The size of a paragraph: `text` for the letter itself, `small` for remarks and quotes, `fine` for its foot."""


@dataclass(frozen=True, slots=True)
class Strong:
    """Bold text. In the plain text of the letter, `plain` takes its place. If `plain` is empty, the plain text has the
    same text."""

    inline: Inlines
    tone: Tone = ""
    plain: str = ""


@dataclass(frozen=True, slots=True)
class Emphasis:
    inline: Inlines


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    href: str


Inline = str | Strong | Emphasis | Code | Link
Inlines = Sequence[Inline]


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    inline: Inlines
    look: Look = "text"
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list. If `start` is not None, the items are numbered from `start`."""

    items: Sequence[Inlines]
    start: int | None = None
    kind: Literal["bullets"] = "bullets"


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines of code."""

    text: str
    kind: Literal["listing"] = "listing"


@dataclass(frozen=True, slots=True)
class Facts:
    """A box with names and values."""

    rows: Sequence[tuple[str, Inlines]]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True, slots=True)
class Quote:
    head: str
    blocks: Sequence[Block]
    kind: Literal["quote"] = "quote"


@dataclass(frozen=True, slots=True)
class Buttons:
    """Links that look like buttons. The first link is the main one."""

    links: Sequence[Link]
    kind: Literal["buttons"] = "buttons"


@dataclass(frozen=True, slots=True)
class Rule:
    """A line between two parts."""

    kind: Literal["rule"] = "rule"


Block = Heading | Paragraph | Bullets | Listing | Facts | Quote | Buttons | Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A letter before it is rendered. `summary` is the text that mail programs show beside the subject."""

    sender: str
    subject: str
    summary: str
    body: Sequence[Block]
    foot: Sequence[Paragraph]
    tag: str = "en-US"
    """The language tag."""
    colon: str = ":"
