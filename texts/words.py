"""The plain form of characters, for splitting texts into words. Pure.

A word is a run of letters and digits, without case and accents. In scripts without spaces between words, each character
is a word.

Each character is normalized by itself, so splitting takes time in proportion to the length of a text, whatever its
characters. `unicodedata.normalize` on a whole text would sort runs of combining marks. That takes quadratic time,
during which no other thread can run. The words are the same without this sorting, because combining marks are dropped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

KNOWN_MAX = 8_192
"""Maximum number of characters whose plain form is cached."""


def spaced(character: str) -> str:
    """The character if it is a letter or digit, otherwise a space.

    A character that is a word by itself gets a space on each side.
    """
    if not character.isalnum():
        return " "
    alone = character > "\u2e7f" and unicodedata.east_asian_width(character) == "W"
    return f" {character} " if alone else character


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFKD", text)


class PlainForms(dict[int, str]):
    """Plain forms of characters for `str.translate`, computed on first use."""

    def __init__(self, normalize: Callable[[str], str] = _decomposed) -> None:
        super().__init__()
        self._normalize = normalize

    def __missing__(self, point: int) -> str:
        if len(self) >= KNOWN_MAX:
            self.clear()
        whole = self._normalize(chr(point)).casefold()
        plain = self[point] = "".join(spaced(c) for c in whole if not unicodedata.combining(c))
        return plain


PLAIN = PlainForms()
