"""Separates what somebody wrote in a reply from what the mail program quoted below it. Pure.

The patterns for lines such as `On Monday, Ana wrote:`, in 13 languages, come from the library mail-parser-reply. The
library's own search takes minutes on hostile texts. So this module applies the patterns only to a few short pieces of a
text. `quote_headers.py` recognizes the headers of quotes whose lines are not marked with `>`.
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

from mail.incoming.quote_headers import announces_forward, begins_above, is_header, says_answers_are_below

LINES_MAX, TRIES_MAX = 2_000, 60
"""Maximum number of lines to search, and of attempts to match a pattern. Later quotes are not found by the patterns."""
SIGNATURE_MAX = 12
"""Maximum number of lines of a signature that is cut off a request."""
_HEADER_MAX = 250
"""Maximum characters of a header such as `On Monday, Ana wrote:`. The time to match a header grows with the cube of
this number."""
_PREFIX = re.compile(r"[>\s*|]*")
_WRITER = re.compile(r"<[^<>\s]+@[^<>\s]+>|\b20\d\d\b")
_SIGNATURE = re.compile(r"^-- $", re.MULTILINE)


def _patterns(key: str) -> re.Pattern[str]:
    found = (language[key] for language in MAIL_LANGUAGES.values() if key in language)
    return re.compile("|".join(f"(?:{pattern})" for pattern in found), re.MULTILINE | re.IGNORECASE)


_WROTE = _patterns("wrote_header")
_ORIGINAL = re.compile(GENERIC_MAIL_SEPARATOR, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cut:
    """The two parts of a text. `quoted`: what was cut off. Empty if nothing was cut off."""

    text: str
    quoted: str = ""


def cut(text: str) -> Cut:
    """The new part of a reply, and the quote and signature that were cut off.

    - A quote whose lines are marked with `>` is cut off only if all lines below its header are marked, except a
      signature. So an answer below the quote or within it is not lost.
    - Some mail programs, such as Outlook, do not mark the lines. Then everything from the header of the quote on is cut
      off, unless the text above the header says that answers are below.
    - Nothing is cut off at or below a forwarded mail.
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
    """The text of a request, and the signature that was cut off. A signature that is long or above a quote stays."""
    mark = _SIGNATURE.search(text)
    if mark is None or not text[: mark.start()].strip():
        return Cut(text.strip())
    lines = text[mark.start() :].strip("\n").split("\n")
    looks_quoted = _quote_begins(lines)[0] < len(lines) or any(line.startswith(("---", ">")) for line in lines)
    if looks_quoted or len(lines) > SIGNATURE_MAX:
        return Cut(text.strip())
    return Cut(text[: mark.start()].strip(), "\n".join(lines))


def _quote_begins(lines: list[str]) -> tuple[int, int]:
    """The index of the quote's first line, and the index of the first line after its header.

    If the lines of the quote are not marked with `>`, the second index is the index of the header's first line. If
    there is no quote, both indexes are the number of lines.
    """
    tries = 0
    for place, line in enumerate(lines[:LINES_MAX]):
        if tries >= TRIES_MAX:
            break
        if announces_forward(line):
            # The writer forwards the text below this line on purpose, so it stays.
            return len(lines), len(lines)
        for begin, has_marks in _candidates(lines, place, line):
            tries += 1
            if begin is None:
                continue
            if not has_marks:
                # Without marks, an answer within the quote cannot be told from the quote.
                first = begins_above(lines, begin)
                return (len(lines), len(lines)) if says_answers_are_below("\n".join(lines[:first])) else (first, begin)
            if _is_quoted(lines, place + 1) or not _says_something(lines[:begin]):
                return begin, place + 1
    return _last_block(lines)


def _candidates(lines: list[str], place: int, line: str) -> Iterator[tuple[int | None, bool]]:
    """The result of each pattern that is tried at this line: the index at which a quote begins, or None.

    The bool is true if mail programs mark the lines of such a quote with `>`.
    """
    stripped = line.strip()
    if stripped.startswith("-----"):
        yield place if _ORIGINAL.match(stripped[:_HEADER_MAX]) else None, False
    if stripped.endswith((":", "\uff1a")):
        for begin in range(max(0, place - 2), place + 1):
            window = "\n".join(each.strip() for each in lines[begin : place + 1])
            if len(window) <= _HEADER_MAX and lines[begin].strip():
                yield begin if _WROTE.fullmatch(window) else None, True
    if is_header(lines, place):
        yield place, False


def _is_quoted(lines: list[str], place: int) -> bool:
    """True if all lines from `place` on are marked with `>`, except empty lines and a signature. At least one line must
    be marked."""
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
    """Like `_quote_begins`, for a quote at the end of the text whose lines are marked with `>`. The line above the
    quote must seem to name the writer of the quote."""
    place = len(lines)
    while place and (lines[place - 1].lstrip().startswith(">") or not lines[place - 1].strip()):
        place -= 1
    header = lines[place - 1].strip() if place else ""
    names = len(header) <= _HEADER_MAX and header.endswith((":", "\uff1a")) and _WRITER.search(header) is not None
    return (place - 1, place) if names and _is_quoted(lines, place) else (len(lines), len(lines))


def _below(lines: list[str], behind_header: int) -> Cut:
    """If the text begins with a quote and an answer follows it, the answer, and the quote as cut off. Otherwise the
    whole text, with nothing cut off."""
    last = max((place for place, line in enumerate(lines) if line.lstrip().startswith(">")), default=-1)
    answer = lines[last + 1 :]
    if last >= behind_header and _is_quoted(lines[: last + 1], behind_header) and _says_something(answer):
        return Cut("\n".join(answer).strip(), "\n".join(lines[: last + 1]).strip())
    return Cut("\n".join(lines).strip())


def _says_something(lines: list[str]) -> bool:
    return any(_PREFIX.sub("", line, count=1) for line in lines)
