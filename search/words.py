"""Splits documents and queries into words. Pure. `texts.words` defines words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from search.document import Document
from texts.words import PLAIN

WORDS_MAX = 20_000
"""Maximum number of words of one part of a document. Searches do not find the rest."""
WORD_MAX = 60
"""Maximum number of characters of a word. The rest is cut off."""
QUERY_MAX = 200
"""Maximum number of characters of a query. Further characters are ignored."""
QUERY_WORDS_MAX = 12
"""Maximum number of words of a query. Further words are ignored."""
DIFFERENT_MAX = 4_000
"""Maximum number of words of one document by which misspelt words are corrected."""

_ASCII = re.compile(r"[a-z0-9]+")
_PIECE = 1_000

TITLE, HEADINGS, BODY, LABELS = 10.0, 3.0, 1.0, 3.0
"""The weight of a word in each part of a document."""
PART = 1 << 15
"""More than WORDS_MAX, so that the last word of a part is not beside the first one of the next part."""


class Parts(NamedTuple):
    """The words of each part of a document."""

    title: list[str]
    headings: list[str]
    body: list[str]
    labels: list[str]


class Typed(NamedTuple):
    """A word of a query, and its place in the query."""

    word: str
    start: int
    end: int


def words_of(text: str) -> list[str]:
    if text.isascii():
        found = _ASCII.findall(text.lower())
    else:
        pieces = (text[at : at + _PIECE].translate(PLAIN) for at in range(0, len(text), _PIECE))
        found = "".join(pieces).split()
    return [word[:WORD_MAX] for word in found[:WORDS_MAX]]


def parts_of(document: Document) -> Parts:
    return Parts(*(words_of(text) for text in (document.title, document.headings, document.body, document.labels)))


def places_of(parts: Parts) -> dict[str, list[int]]:
    """The places of each word, in order. Each part begins at a multiple of PART."""
    places = defaultdict[str, list[int]](list)
    for number, words in enumerate(parts):
        for place, word in enumerate(words, number * PART):
            places[word].append(place)
    return dict(places)


def vocabulary_of(parts: Parts) -> frozenset[str]:
    """The words of a document to which misspelt words are corrected. Numbers and single characters are none."""
    different = dict.fromkeys(word for words in parts for word in words if len(word) > 1 and not word.isdecimal())
    return frozenset(list(different)[:DIFFERENT_MAX])


def placed(text: str) -> Iterator[Typed]:
    """The words of a text, with their places."""
    word, start, end = "", 0, 0
    for place, character in enumerate(text):
        plain = PLAIN[ord(character)]
        if not plain and word:
            end = place + 1  # a mark on its letter
        for part in plain:
            if part != " ":
                start = start if word else place
                word, end = word + part, place + 1
            elif word:
                yield Typed(word[:WORD_MAX], start, end)
                word = ""
    if word:
        yield Typed(word[:WORD_MAX], start, end)


def query_words(q: str) -> list[Typed]:
    """The words of a query, within the limits of this module."""
    return list(placed(q[:QUERY_MAX]))[:QUERY_WORDS_MAX]
