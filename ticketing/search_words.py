"""Splits texts and searches into words, in the same way for every database. Pure.

`texts.words` defines words. A search consists of *terms*, separated by white space.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from texts.words import PLAIN, PlainForms

WORDS_MAX = 24_000
"""Maximum number of characters of the words of a text. Searches do not find the rest. The longest message fits in any
script: a Hangul syllable becomes three characters, a Chinese character two."""
WORD_MAX = 500
"""Maximum number of characters of a word. The rest is cut off, because PostgreSQL accepts no longer words."""
PIECE = 1_000
"""Number of characters that one call normalizes. Other threads wait during such a call."""
TERMS_MAX = 8
"""Maximum number of terms of a search. Further terms are ignored."""
PHRASE_MAX = 6
"""Maximum number of words of one term. Further words are ignored."""
SEARCH_WORDS_MAX = 16
"""Maximum number of words of a whole search. The time of the index grows with the number of words."""
SEARCH_MAX = 1_000
"""Maximum number of characters of a search. Further characters are ignored."""
BEGINNING_MIN = 2
"""Shortest prefix that matches words: a single letter would match every ticket."""


class Said(NamedTuple):
    """The place of a text, and the number of terms that it contains."""

    stream: str
    seq: int
    terms: int


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow each other. Unless `whole` is true, the last word may be the beginning of a longer word."""

    words: tuple[str, ...]
    whole: bool

    @property
    def within(self) -> str:
        """The string to look for in the words of a text.

        The words of the text have a space before the first and after the last one.
        """
        return f" {' '.join(self.words)}{' ' if self.whole else ''}"


def words_of(texts: Iterable[str | None], plain: PlainForms = PLAIN) -> str:
    """The words of all texts, in order, separated by one space."""
    return " ".join(word for text in texts if text for word in _words(text, plain))


def terms_of(q: str) -> list[Term]:
    """The terms of a search, within the limits of this module.

    A term that ends with a letter or digit matches prefixes: `north` finds northlake. Any other term only matches whole
    words: `100%` does not find 1000. A single letter also only matches a whole word: `w` finds only the word W.
    """
    terms: list[Term] = []
    left = SEARCH_WORDS_MAX
    for typed in q[:SEARCH_MAX].split()[:TERMS_MAX]:
        words = _words(typed, PLAIN)
        kept = tuple(words[: min(left, PHRASE_MAX)])
        if kept:
            begins = typed[-1].isalnum() and len(kept) == len(words) and len(kept[-1]) >= BEGINNING_MIN
            terms.append(Term(kept, whole=not begins))
            left -= len(kept)
    return terms


def _words(text: str, plain: PlainForms) -> list[str]:
    pieces: list[str] = []
    size = 0
    for at in range(0, len(text), PIECE):
        pieces.append(text[at : at + PIECE].translate(plain))
        size += len(pieces[-1])
        if size > 2 * WORDS_MAX:
            break
    return _fitting(word[:WORD_MAX] for word in "".join(pieces).split())


def _fitting(words: Iterable[str]) -> list[str]:
    """The first words that fit into WORDS_MAX characters, spaces included."""
    fitting: list[str] = []
    size = -1
    for word in words:
        size += len(word) + 1
        if size > WORDS_MAX:
            break
        fitting.append(word)
    return fitting
