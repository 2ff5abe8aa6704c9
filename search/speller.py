"""Corrects the words of a query that no document contains. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from search.vocabulary import Near, Scope, Vocabulary
from search.words import Typed

WORD_MIN = 4
"""Shorter words are not corrected: too many words are near them."""
LONG = 6
"""From this length, a word may differ in two letters. In a shorter one, only in one."""
PART_MIN = 3
"""Shortest word that a wrongly joined word may consist of."""
CANDIDATES = 5
"""At most this many known words are tried for an unknown one."""


class Change(NamedTuple):
    """`first` and `last` are the positions of words of the query, and `word` is what replaces them."""

    first: int
    last: int
    word: str


@dataclass(frozen=True, slots=True)
class Spelling:
    """A query as it was meant. `words` has alternatives for each word. `changes` are the corrections, in order."""

    words: list[list[str]]
    changes: list[Change]


class Speller:
    def __init__(
        self,
        vocabulary: Vocabulary,
        scope: Scope,
        occurs: Callable[[str], bool],
        together: Callable[[Sequence[str]], int],
    ) -> None:
        """`occurs`: True if a document contains the word in any form. `together`: how many documents contain all these
        words."""
        self._vocabulary = vocabulary
        self._scope = scope
        self._occurs = occurs
        self._together = together

    def meant(self, words: Sequence[Typed], *, typing: bool) -> Spelling:
        """The query with its corrections. With `typing`, the last word may be the beginning of another."""
        new = [not self._documents(each.word) for each in words]
        if typing and words and self._vocabulary.beginning(self._scope, words[-1].word, 1):
            new[-1] = False
        changes = self._joined(words, new)
        taken = {at for change in changes for at in range(change.first, change.last + 1)}
        known = [each.word for each, is_new in zip(words, new, strict=True) if not is_new]
        others = dict[int, str]()
        for at, typed in enumerate(words):
            if not new[at] or at in taken or len(typed.word) < WORD_MIN or not typed.word.isalpha():
                continue
            meant = self._best(typed.word, known)
            if meant is None:
                continue
            if self._occurs(typed.word):
                # Another form of a known word, or a mistake in one: both are possible.
                others[at] = meant
            else:
                changes.append(Change(at, at, meant))
                known += meant.split()
        return Spelling(_terms(words, sorted(changes), others), sorted(changes))

    def _best(self, word: str, known: Sequence[str]) -> str | None:
        """The known word that was probably meant: of the nearest ones, the one that occurs most often together with the
        other words. If there is none, two known words."""
        near = self._vocabulary.near(self._scope, word, 2 if len(word) >= LONG else 1)
        if not near:
            return self._split(word)
        ordered = sorted(near, key=lambda one: _cost(word, one))
        nearest = _distance(word, ordered[0])
        candidates = [one.word for one in ordered if _distance(word, one) <= nearest][:CANDIDATES]
        if len(candidates) == 1 or not known:
            return candidates[0]
        # `max` keeps the first of equals, which is the nearest.
        return max(candidates, key=lambda one: self._together([*known, one]))

    def _split(self, word: str) -> str | None:
        parts = ((word[:at], word[at:]) for at in range(PART_MIN, len(word) - PART_MIN + 1))
        counted = [(min(self._documents(first), self._documents(second)), first, second) for first, second in parts]
        rarest, first, second = max(counted, default=(0, "", ""))
        return f"{first} {second}" if rarest else None

    def _joined(self, words: Sequence[Typed], new: Sequence[bool]) -> list[Change]:
        """Two words that are one word in the documents, such as "work flow" for "workflow"."""
        changes: list[Change] = []
        for (at, first), (after, second) in pairwise(enumerate(words)):
            together = first.word + second.word
            free = not changes or changes[-1].last < at
            if free and (new[at] or new[after]) and self._documents(together):
                changes.append(Change(at, after, together))
        return changes

    def _documents(self, word: str) -> int:
        return self._vocabulary.documents(self._scope, word)


def _terms(words: Sequence[Typed], changes: Sequence[Change], others: dict[int, str]) -> list[list[str]]:
    terms, at = list[list[str]](), 0
    for first, last, meant in (*changes, Change(len(words), len(words), "")):
        terms += [[words[place].word, *others.get(place, "").split()] for place in range(at, first)]
        terms += [[word] for word in meant.split()]
        at = last + 1
    return terms


def _distance(word: str, near: Near) -> int:
    """People rarely mistype the first letter, so a difference there counts twice."""
    return near.distance + (near.word[0] != word[0])


def _cost(word: str, near: Near) -> tuple[int, bool, int, str]:
    return _distance(word, near), not near.own, -near.documents, near.word
