"""Corrects the words of a query that no document contains. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from search.vocabulary import Near, Scope, Vocabulary
from search.words import Typed

WORD_MIN = 5
"""Shorter words are not corrected: too many words are near them."""
LONG = 9
"""From this length, a word may differ in two letters. In a shorter one, only in one."""
PART_MIN = 3
"""Shortest word that a wrongly joined word may consist of."""

Change = tuple[int, int, str]
"""The first and last position of words of the query, and what replaces them."""


class Speller:
    def __init__(self, vocabulary: Vocabulary, known: Callable[[str], bool], scope: Scope) -> None:
        """`known` is True for words that occur in a document, also in another form."""
        self._vocabulary = vocabulary
        self._known = known
        self._scope = scope

    def changes(self, words: Sequence[Typed], *, typing: bool) -> list[Change]:
        """The corrections of a query, in its order. With `typing`, the last word may be the beginning of another."""
        unknown = [not self._is_known(each.word) for each in words]
        if typing and words and self._vocabulary.beginning(self._scope, words[-1].word, 1):
            unknown[-1] = False
        changes = self._joined(words, unknown)
        taken = {at for first, last, _ in changes for at in range(first, last + 1)}
        for at, typed in enumerate(words):
            if unknown[at] and at not in taken and (other := self.corrected(typed.word)) is not None:
                changes.append((at, at, other))
        return sorted(changes)

    def corrected(self, word: str) -> str | None:
        """The known word, or the two known words, that were probably meant."""
        if len(word) < WORD_MIN or not word.isalpha():
            return None
        near = self._vocabulary.near(self._scope, word, 2 if len(word) >= LONG else 1)
        if near:
            return min(near, key=lambda one: _cost(word, one)).word
        return self._split(word)

    def _split(self, word: str) -> str | None:
        parts = ((word[:at], word[at:]) for at in range(PART_MIN, len(word) - PART_MIN + 1))
        counted = [(min(self._documents(first), self._documents(second)), first, second) for first, second in parts]
        rarest, first, second = max(counted, default=(0, "", ""))
        return f"{first} {second}" if rarest else None

    def _joined(self, words: Sequence[Typed], unknown: Sequence[bool]) -> list[Change]:
        """Two words that are one word in the documents, such as "work flow" for "workflow"."""
        changes: list[Change] = []
        for (at, first), (after, second) in pairwise(enumerate(words)):
            together = first.word + second.word
            free = not changes or changes[-1][1] < at
            if free and (unknown[at] or unknown[after]) and len(together) >= WORD_MIN and self._documents(together):
                changes.append((at, after, together))
        return changes

    def _is_known(self, word: str) -> bool:
        return self._documents(word) > 0 or self._known(word)

    def _documents(self, word: str) -> int:
        return self._vocabulary.documents(self._scope, word)


def _cost(word: str, near: Near) -> tuple[int, bool, int, str]:
    """People rarely mistype the first letter, so a difference there counts twice."""
    return near.distance + (near.word[0] != word[0]), not near.own, -near.documents, near.word
