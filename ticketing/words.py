"""The words that tickets are found by: the same for every database, whatever its own idea of a word is. Pure.

A word is a run of letters and digits, without case and accents; in scripts that put no spaces between
words, each character is one. A search is of *terms*: what stands between white space in what was typed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

TEXT_MAX = 100_000
"""Characters of a ticket that are looked at; what is said after them is not found."""
WORDS_MAX = 16_000
"""Words of a ticket that are kept: more places than that PostgreSQL does not count."""
TERMS_MAX = 8
"""Terms of a search; the rest is left out."""
PHRASE_MAX = 6
"""Words of one term; the rest of it is left out."""
SEARCH_WORDS_MAX = 16
"""Words of a whole search; the rest is left out. A search costs the index as much as all its words together."""
SEARCH_MAX = 1_000
"""Characters of a search that are looked at."""
BEGINNING_MIN = 2
"""Characters that the beginning of a word has at least: a single letter begins a word of every ticket."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must stand one after the other. Unless `whole`, the last may be the beginning of one."""

    words: tuple[str, ...]
    whole: bool

    @property
    def within(self) -> str:
        """What must be found in a text of words that has a space at either end."""
        return f" {' '.join(self.words)}{' ' if self.whole else ''}"


def words_of(texts: Iterable[str | None]) -> str:
    """All words of the texts, in order, one space between each."""
    return " ".join(_words(" ".join(text for text in texts if text)[:TEXT_MAX])[:WORDS_MAX])


def terms_of(q: str) -> list[Term]:
    """What a search asks for, within the limits above. A term that ends with a letter or digit may be the beginning
    of a word: `north` finds northlake; one that ends otherwise is whole: `100%` does not find 1000. A single letter
    is whole too: `w` finds the word W alone."""
    terms: list[Term] = []
    left = SEARCH_WORDS_MAX
    for typed in q[:SEARCH_MAX].split()[:TERMS_MAX]:
        words = _words(typed)
        kept = tuple(words[: min(left, PHRASE_MAX)])
        if kept:
            begins = typed[-1].isalnum() and len(kept) == len(words) and len(kept[-1]) >= BEGINNING_MIN
            terms.append(Term(kept, whole=not begins))
            left -= len(kept)
    return terms


def _words(text: str) -> list[str]:
    plain = (c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c))
    return "".join(map(_spaced, plain)).split()


def _spaced(character: str) -> str:
    if not character.isalnum():
        return " "
    alone = character > "\u2e7f" and unicodedata.east_asian_width(character) == "W"
    return f" {character} " if alone else character
