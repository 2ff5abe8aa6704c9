"""Separates what somebody wrote in a reply from what the mail program quoted below it. Pure.

The headers of quotes, in 13 languages, are those of mail-parser-reply. Its own search takes minutes on hostile texts,
so its patterns see only a few short pieces of a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from mailparser_reply.constants import (  # type: ignore[import-untyped]
    GENERIC_MAIL_SEPARATOR,
    MAIL_LANGUAGES,
)

LINES_MAX, TRIES_MAX = 2_000, 60
"""A quote that begins later is not found. The reply then contains it."""
SIGNATURE_MAX = 12
"""Maximum lines of a signature that is cut off a request."""
_HEADER_MAX = 250
"""Maximum characters of `On Monday, Ana wrote:`. The time of its pattern grows with the cube of this."""
_FIELDS = 5
_PREFIX = re.compile(r"[>\s*|]*")
_FIELD = re.compile(r"[>\s*]*[^\W\d_]{1,20}[*]?\s?[:\uff1a]")
_WRITER = re.compile(r"<[^<>\s]+@[^<>\s]+>|\b20\d\d\b")
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

    A quote is cut off only if all lines in it, and behind it, are marked as quoted. So an answer below or within it is
    not lost. Quotes whose lines have no marks, as those of Outlook, are cut off at their header.
    """
    lines = text.strip("\n").split("\n")
    first, behind_header = _quote_begins(lines)
    above, below = lines[:first], lines[first:]
    if not _says_something(above):
        return _below(lines, behind_header)
    new = "\n".join(above)
    if (mark := _SIGNATURE.search(new)) is not None and new[: mark.start()].strip():
        below = [new[mark.start() :], *below]
        new = new[: mark.start()]
    return Cut(new.strip(), "\n".join(below).strip())


def cut_signature(text: str) -> Cut:
    """The text of a request without its signature. A signature above a forwarded mail, or a long one, stays."""
    mark = _SIGNATURE.search(text)
    if mark is None or not text[: mark.start()].strip():
        return Cut(text.strip())
    lines = text[mark.start() :].strip("\n").split("\n")
    looks_quoted = _quote_begins(lines)[0] < len(lines) or any(line.startswith(("---", ">")) for line in lines)
    if looks_quoted or len(lines) > SIGNATURE_MAX:
        return Cut(text.strip())
    return Cut(text[: mark.start()].strip(), "\n".join(lines))


def _quote_begins(lines: list[str]) -> tuple[int, int]:
    """The first line of the quote, and the first one behind its header. The number of lines if there is none."""
    tries = 0
    for place, line in enumerate(lines[:LINES_MAX]):
        if tries >= TRIES_MAX:
            break
        for begin, has_marks in _candidates(lines, place, line):
            tries += 1
            if begin is None:
                continue
            if not has_marks:
                return _with_rule(lines, begin), begin
            if _is_quoted(lines, place + 1) or not _says_something(lines[:begin]):
                return begin, place + 1
    return _last_block(lines)


def _with_rule(lines: list[str], first: int) -> int:
    """The first line of the quote, with a rule above it."""
    above = _line_above(lines, first)
    return above if above >= 0 and _RULE.fullmatch(lines[above].strip()) else first


def _line_above(lines: list[str], place: int) -> int:
    """The nearest line above that is not empty. -1 if there is none."""
    place -= 1
    while place >= 0 and not lines[place].strip():
        place -= 1
    return place


def _candidates(lines: list[str], place: int, line: str) -> Iterator[tuple[int | None, bool]]:
    """Where a quote begins, or None, for each pattern that was tried at this line. True if its lines have marks."""
    stripped = line.strip()
    if stripped.startswith("-----"):
        yield place if _ORIGINAL.match(stripped[:_HEADER_MAX]) else None, False
    if stripped.endswith((":", "\uff1a")):
        for begin in range(max(0, place - 2), place + 1):
            window = "\n".join(each.strip() for each in lines[begin : place + 1])
            if len(window) <= _HEADER_MAX and lines[begin].strip():
                yield begin if _WROTE.fullmatch(window) else None, True
    if _FIELD.match(line[:_HEADER_MAX]):
        window = "\n".join(each.strip()[:80] for each in lines[place : place + _FIELDS])
        yield place if _FROM.match(window) else None, False


def _is_quoted(lines: list[str], place: int) -> bool:
    """True if there are quoted lines from here on, and no others but a signature."""
    found = False
    for line in islice(lines, place, None):
        if line.lstrip().startswith(">"):
            found = True
        elif line == "-- ":
            break
        elif line.strip():
            return False
    return found


def _last_block(lines: list[str]) -> tuple[int, int]:
    """A block of quoted lines at the end, below a line that seems to name its writer."""
    place = len(lines)
    while place and (lines[place - 1].lstrip().startswith(">") or not lines[place - 1].strip()):
        place -= 1
    header = lines[place - 1].strip() if place else ""
    names = len(header) <= _HEADER_MAX and header.endswith((":", "\uff1a")) and _WRITER.search(header) is not None
    return (place - 1, place) if names and _is_quoted(lines, place) else (len(lines), len(lines))


def _below(lines: list[str], behind_header: int) -> Cut:
    """A text that begins with a quote, or says nothing."""
    last = max((place for place, line in enumerate(lines) if line.lstrip().startswith(">")), default=-1)
    answer = lines[last + 1 :]
    if last >= behind_header and _is_quoted(lines[: last + 1], behind_header) and _says_something(answer):
        return Cut("\n".join(answer).strip(), "\n".join(lines[: last + 1]).strip())
    return Cut("\n".join(lines).strip())


def _says_something(lines: list[str]) -> bool:
    return any(_PREFIX.sub("", line, count=1) for line in lines)
