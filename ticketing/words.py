"""The words that tickets are found by: the same for every database, whatever its own idea of a word is. Pure.

A word is a run of letters and digits, without case and accents; in scripts that put no spaces between
words, each character is one. A search is of *terms*: what stands between white space in what was typed.

The work is linear in the length of a text, whatever its characters. Each character is normalized by itself: a
whole text would be sorted by `unicodedata.normalize`, which is quadratic in a run of combining marks and
holds the interpreter meanwhile. The result is the same, since combining marks are dropped anyway.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

WORDS_MAX = 24_000
"""Characters of a text's words that are kept. The longest message fits in any script: a Hangul syllable becomes
three characters, a Chinese one two. The rest is not found."""
WORD_MAX = 500
"""Characters of a word; the rest is dropped. PostgreSQL takes no longer ones."""
PIECE = 1_000
"""Characters of a text that are worked on in one call, which holds the interpreter."""
KNOWN_MAX = 8_192
"""Characters whose plain form is remembered."""
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
    """The words of each text, in order, one space between each."""
    return " ".join(word for text in texts if text for word in _words(text))


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
    pieces: list[str] = []
    size = 0
    for at in range(0, len(text), PIECE):
        pieces.append(text[at : at + PIECE].translate(_plain))
        size += len(pieces[-1])
        if size > 2 * WORDS_MAX:
            break
    return _fitting(word[:WORD_MAX] for word in "".join(pieces).split())


def _fitting(words: Iterable[str]) -> list[str]:
    """As many of the first words as have WORDS_MAX characters together, with the spaces between them."""
    fitting: list[str] = []
    size = -1
    for word in words:
        size += len(word) + 1
        if size > WORDS_MAX:
            break
        fitting.append(word)
    return fitting


class _Plain(dict[int, str]):
    """What each character becomes, for `str.translate`: worked out when it is first met."""

    def __missing__(self, point: int) -> str:
        if len(self) >= KNOWN_MAX:
            self.clear()
        whole = unicodedata.normalize("NFKD", chr(point)).casefold()
        plain = self[point] = "".join(_spaced(c) for c in whole if not unicodedata.combining(c))
        return plain


_plain = _Plain()


def _spaced(character: str) -> str:
    if not character.isalnum():
        return " "
    alone = character > "\u2e7f" and unicodedata.east_asian_width(character) == "W"
    return f" {character} " if alone else character
