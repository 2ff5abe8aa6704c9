"""Excerpts of results: the part of a text that shows most of the words that were searched for. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from texts.words import PLAIN

LENGTH = 160
"""Length of an excerpt in characters, without the dots at its ends."""
BEFORE = 40
"""Maximum number of characters before the first hit."""
READ_MAX = 6_000
"""Hits are looked for only in this many characters at the start of a text."""
HITS_MAX = 60
CUT = "…"

Span = tuple[int, int]
"""Start and end of a part of a text, in characters (code points). The end is excluded."""

_ENDING = re.compile(r"(?:ations?|ions?|ings?|ed|es|s|e|y|ies)$")
_ROOT_MIN = 4
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a text, as one line. `highlights`: the places of the hits in this line, in order."""

    text: str
    highlights: list[Span]


class Excerpts:
    """Makes the excerpts of one query. A term is a list of alternatives."""

    def __init__(self, terms: Sequence[Sequence[str]]) -> None:
        groups = ["|".join(_pattern(word) for word in term) for term in terms if term]
        joined = "|".join(f"({group})" for group in groups)
        self._pattern = re.compile(rf"\b(?:{joined})\b") if groups else None

    def of(self, text: str) -> Excerpt:
        """The part of a text with most of the terms; its beginning if there is no hit."""
        line = " ".join(text[:READ_MAX].split())
        hits = self._hits(line)
        if not hits:
            return _cut(line, 0, [])
        best = max(range(len(hits)), key=lambda at: (_different(hits, at), -at))
        return _cut(line, _start(line, hits[best][0]), [(start, end) for start, end, _ in hits])

    def highlights(self, text: str) -> list[Span]:
        """The places of the terms in a short text, such as a title."""
        return [(start, end) for start, end, _ in self._hits(text[:READ_MAX])]

    def _hits(self, line: str) -> list[tuple[int, int, int]]:
        """Start, end and term of each hit."""
        if self._pattern is None:
            return []
        found = islice(self._pattern.finditer(_flat(line)), HITS_MAX)
        return [(match.start(), match.end(), match.lastindex or 0) for match in found]


def _flat(line: str) -> str:
    """The line without case and accents. Each character stays one character, so places stay the same."""
    return _BEYOND_ASCII.sub(lambda found: (PLAIN[ord(found[0])].strip() or " ")[0], line).lower().replace("_", " ")


def _pattern(word: str) -> str:
    root = _ENDING.sub("", word)
    if len(root) < _ROOT_MIN:
        return re.escape(word) + "s?"
    return rf"{re.escape(root)}\w{{0,6}}" if root != word else rf"{re.escape(word)}\w{{0,4}}"


def _different(hits: Sequence[tuple[int, int, int]], at: int) -> int:
    """How many different terms stand in the excerpt that begins with this hit."""
    reach = hits[at][0] + LENGTH - BEFORE
    terms = set[int]()
    for _, end, term in hits[at:]:
        if end > reach:
            break
        terms.add(term)
    return len(terms)


def _cut(line: str, first: int, hits: Sequence[Span]) -> Excerpt:
    last = _end(line, first + LENGTH)
    head = CUT if first else ""
    shift = len(head) - first
    shown = [(start + shift, end + shift) for start, end in hits if start >= first and end <= last]
    return Excerpt(f"{head}{line[first:last].rstrip()}{CUT if last < len(line) else ''}", shown)


def _start(line: str, hit: int) -> int:
    """The start of the excerpt: the first word that begins at most BEFORE characters before the hit."""
    if hit <= BEFORE:
        return 0
    space = line.find(" ", hit - BEFORE, hit)
    return hit if space < 0 else space + 1


def _end(line: str, most: int) -> int:
    """The end of the excerpt: after the last word that fits."""
    if most >= len(line):
        return len(line)
    space = line.rfind(" ", most - BEFORE // 2, most + 1)
    return most if space < 0 else space
