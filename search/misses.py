"""Queries that found nothing, as authors read them. Pure."""

from __future__ import annotations

import re

from search.words import query_words

_PERSONAL = re.compile(r"@|\d{5}")
"""Email addresses and long numbers."""
_LETTERS_MIN = 3


def words_to_note(q: str) -> str:
    """The words of a query, separated by one space. Empty if the query may be about a person, or says nothing."""
    words = " ".join(word.word for word in query_words(q))
    if _PERSONAL.search(q) or sum(map(str.isalpha, words)) < _LETTERS_MIN:
        return ""
    return words
