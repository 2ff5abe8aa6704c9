"""Excerpts: short parts of texts that show the words of a search. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from texts.words import PLAIN
from ticketing.search_words import Term

LENGTH = 140
"""Length of an excerpt in characters, without the dots at its ends. Only a long first hit makes an excerpt longer."""
BEFORE = 40
"""Maximum number of characters before the first hit."""
READ_MAX = 20_000
"""Hits are looked for only in this many characters at the start of a text."""
CUT = "…"

Span = tuple[int, int]
"""Start and end of a part of a text, in characters (code points). The end is excluded."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a text, as one line. `highlights`: the places of the hits in this line, in order."""

    text: str
    highlights: list[Span]


def found_terms(text: str, terms: Sequence[Term]) -> int:
    """The number of terms that a text contains."""
    words = _words(_line(text))
    return sum(next(_hits(words, term), None) is not None for term in terms)


def excerpt(text: str, terms: Sequence[Term]) -> Excerpt | None:
    """The part of a text around the first hit; None if there is no hit."""
    line = _line(text)
    words = _words(line)
    hits = sorted({hit for term in terms for hit in _hits(words, term)})
    if not hits:
        return None
    first = _start(line, hits[0][0])
    last = _end(line, max(first + LENGTH, hits[0][1]))
    head = CUT if first else ""
    shift = len(head) - first
    shown = [(start + shift, end + shift) for start, end in _apart(hits) if end <= last]
    return Excerpt(f"{head}{line[first:last].rstrip()}{CUT if last < len(line) else ''}", shown)


def _line(text: str) -> str:
    return " ".join(text[:READ_MAX].split())


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


def _apart(hits: Sequence[Span]) -> Iterator[Span]:
    """The spans, except each span that overlaps an earlier one."""
    reach = 0
    for start, end in hits:
        if start >= reach:
            yield start, end
            reach = end


def _words(line: str) -> list[tuple[str, int, int]]:
    """The words of a line as searches see them, each with its start and end in the line."""
    words: list[tuple[str, int, int]] = []
    word, start, end = "", 0, 0
    for place, character in enumerate(line):
        plain = PLAIN[ord(character)]
        if not plain and word:
            end = place + 1  # a mark on its letter
        for part in plain:
            if part != " ":
                start = start if word else place
                word, end = word + part, place + 1
            elif word:
                words.append((word, start, end))
                word = ""
    if word:
        words.append((word, start, end))
    return words


def _hits(words: Sequence[tuple[str, int, int]], term: Term) -> Iterator[Span]:
    size, last = len(term.words), term.words[-1]
    for at, (word, start, _) in enumerate(words[: len(words) - size + 1]):
        if size > 1 and word != term.words[0]:
            continue
        said = [each for each, _, _ in words[at : at + size]]
        if tuple(said[:-1]) != term.words[:-1]:
            continue
        if said[-1] == last or (not term.whole and said[-1].startswith(last)):
            yield start, words[at + size - 1][2]
