"""Separates what somebody wrote in a reply from what the mail program quoted below it. Pure.

The headers of quotes, in 13 languages, are those of mail-parser-reply. Its own search takes minutes on hostile texts,
so its patterns see only a few short pieces of a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailparser_reply.constants import (  # type: ignore[import-untyped]
    GENERIC_MAIL_SEPARATOR,
    MAIL_LANGUAGES,
)

LINES_MAX, TRIES_MAX = 2_000, 60
"""A quote that begins later is not found. The reply then contains it."""
_HEADER_MAX = 250
"""Maximum characters of `On Monday, Ana wrote:`. The time of its pattern grows with the cube of this."""
_FIELDS = 5
_PREFIX = re.compile(r"[>\s*|]*")
_FIELD = re.compile(r"[>\s*]*[^\W\d_]{1,20}[*]?\s?[:\uff1a]")
_RULE = re.compile(r"[_-]{10,}")
_SIGNATURE = re.compile(r"^-- $", re.MULTILINE)


def _patterns(key: str) -> re.Pattern[str]:
    found = (language[key] for language in MAIL_LANGUAGES.values() if key in language)
    return re.compile("|".join(f"(?:{pattern})" for pattern in found), re.MULTILINE | re.IGNORECASE)


_WROTE = _patterns("wrote_header")
_FROM = _patterns("from_header")
_ORIGINAL = re.compile(GENERIC_MAIL_SEPARATOR, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cut:
    """The two parts of a text. `quoted` is empty if nothing was cut off."""

    text: str
    quoted: str = ""


def cut(text: str) -> Cut:
    """The new part of a reply, and the rest.

    Somebody who writes below or into a quote has written no new part above it. Then the whole text counts as new, or
    the lines below the quote if the quote is one block.
    """
    lines = text.strip("\n").split("\n")
    first = _with_its_header(lines, _quote_begins(lines))
    above, below = lines[:first], lines[first:]
    if not _says_something(above):
        return _below(lines) if first < len(lines) else Cut(text.strip())
    new = "\n".join(above)
    if (mark := _SIGNATURE.search(new)) is not None and new[: mark.start()].strip():
        below = [new[mark.start() :], *below]
        new = new[: mark.start()]
    return Cut(new.strip(), "\n".join(below).strip())


def _quote_begins(lines: list[str]) -> int:
    """The first line of the quote. The number of lines if there is none."""
    tries = 0
    for place, line in enumerate(lines[:LINES_MAX]):
        if tries >= TRIES_MAX:
            break
        for begin in _candidates(lines, place, line):
            tries += 1
            if begin is not None:
                return begin
    return _last_block(lines)


def _with_its_header(lines: list[str], first: int) -> int:
    """The first line of the quote, with a rule above it, or a line above it that names a time or an address."""
    place = first
    while place and not lines[place - 1].strip():
        place -= 1
    above = lines[place - 1].strip() if place else ""
    quoted = first < len(lines) and lines[first].lstrip().startswith(">")
    names = len(above) <= _HEADER_MAX and above.endswith((":", "\uff1a")) and re.search(r"[\d@]", above) is not None
    return place - 1 if first < len(lines) and ((quoted and names) or _RULE.fullmatch(above)) else first


def _candidates(lines: list[str], place: int, line: str) -> Iterator[int | None]:
    """A result for each pattern that was tried at this line: where a quote begins, or None."""
    stripped = line.strip()
    if stripped.startswith("-----"):
        yield place if _ORIGINAL.match(stripped[:_HEADER_MAX]) else None
    if stripped.endswith((":", "\uff1a")):
        for begin in range(max(0, place - 2), place + 1):
            window = "\n".join(each.strip() for each in lines[begin : place + 1])
            if len(window) <= _HEADER_MAX and lines[begin].strip():
                yield begin if _WROTE.fullmatch(window) else None
    if _FIELD.match(line[:_HEADER_MAX]):
        window = "\n".join(each.strip()[:80] for each in lines[place : place + _FIELDS])
        yield place if _FROM.match(window) else None


def _last_block(lines: list[str]) -> int:
    """The first line of a block of quoted lines at the end of the text."""
    place = len(lines)
    while place and (lines[place - 1].lstrip().startswith(">") or not lines[place - 1].strip()):
        place -= 1
    return place if any(line.strip() for line in lines[place:]) else len(lines)


def _below(lines: list[str]) -> Cut:
    """A text that begins with a quote."""
    last = max((place for place, line in enumerate(lines) if line.lstrip().startswith(">")), default=-1)
    answer = lines[last + 1 :]
    quote = [line for line in lines[: last + 1] if line.strip()]
    one_block = all(line.lstrip().startswith(">") for line in quote[3:])
    if last >= 0 and one_block and _says_something(answer):
        return Cut("\n".join(answer).strip(), "\n".join(lines[: last + 1]).strip())
    return Cut("\n".join(lines).strip())


def _says_something(lines: list[str]) -> bool:
    return any(_PREFIX.sub("", line, count=1) for line in lines)
