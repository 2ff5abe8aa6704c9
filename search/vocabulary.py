"""The words of all documents, by audience and language. Pure.

A person's queries are corrected only to words of documents that this person may find. So a correction gives nothing
away.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract


class WordCount(NamedTuple):
    """How many documents with this audience and language contain a word."""

    audience: str
    locale: str
    word: str
    documents: int


class Near(NamedTuple):
    """A known word. `distance`: how many letters must be added, removed, replaced or swapped."""

    word: str
    distance: int
    documents: int
    own: bool
    """True if the word occurs in the reader's language."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The words that one person may see. `audiences` is None for all audiences."""

    audiences: Collection[str] | None
    locale: str


class _List:
    """The words of one audience in one language."""

    def __init__(self) -> None:
        self.counts = dict[str, int]()
        self._by_length = defaultdict[int, dict[str, None]](dict)
        self._ordered: list[str] | None = None
        self._joined: str | None = None

    def put(self, word: str, documents: int) -> None:
        if documents <= 0:
            if self.counts.pop(word, None) is not None:
                del self._by_length[len(word)][word]
                self._ordered = self._joined = None
            return
        if word not in self.counts:
            self._by_length[len(word)][word] = None
            self._ordered = self._joined = None
        self.counts[word] = documents

    def beginning(self, start: str) -> Iterator[str]:
        ordered = self._ordered
        if ordered is None:
            ordered = self._ordered = sorted(self.counts)
        at = bisect_left(ordered, start)
        while at < len(ordered) and ordered[at].startswith(start):
            yield ordered[at]
            at += 1

    def containing(self, part: str) -> list[str]:
        if self._joined is None:
            # Searching one text is 20 times as fast as searching each word.
            self._joined = "\n".join(self.counts)
        found, text, at = list[str](), self._joined, self._joined.find(part)
        while at >= 0:
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            found.append(text[text.rfind("\n", 0, at) + 1 : end])
            at = text.find(part, end)
        return found

    def near(self, word: str, most: int) -> Iterator[tuple[str, int]]:
        for length in range(len(word) - most, len(word) + most + 1):
            words = self._by_length.get(length)
            if words:
                found = extract(word, list(words), scorer=OSA.distance, processor=None, score_cutoff=most, limit=None)
                yield from ((near, int(distance)) for near, distance, _ in found)


class Vocabulary:
    BEGINNINGS_MAX = 2_000
    """At most this many words with one beginning are compared."""

    def __init__(self) -> None:
        self._lists = defaultdict[tuple[str, str], _List](_List)

    def put(self, counts: Iterable[WordCount]) -> None:
        """Replace the numbers of these words."""
        for audience, locale, word, documents in counts:
            self._lists[audience, locale].put(word, documents)

    def documents(self, scope: Scope, word: str) -> int:
        """How many documents contain the word."""
        return sum(words.counts.get(word, 0) for _, words in self._seen(scope))

    def beginning(self, scope: Scope, start: str, limit: int) -> Sequence[str]:
        """The most frequent words with this beginning, except the beginning itself."""
        counts = defaultdict[str, int](int)
        for own, words in self._seen(scope):
            for word in islice(words.beginning(start), self.BEGINNINGS_MAX):
                counts[word] += words.counts[word] * (2 if own else 1)
        counts.pop(start, None)
        return sorted(counts, key=lambda word: (-counts[word], len(word), word))[:limit]

    def containing(self, scope: Scope, part: str, limit: int) -> Sequence[str]:
        """The most frequent words that contain `part`, except `part` itself."""
        counts = defaultdict[str, int](int)
        for _, words in self._seen(scope):
            for word in words.containing(part):
                counts[word] += words.counts.get(word, 0)
        counts.pop(part, None)
        return sorted(counts, key=lambda word: (-counts[word], len(word), word))[:limit]

    def near(self, scope: Scope, word: str, most: int) -> list[Near]:
        """The words at a distance of at most `most`."""
        found = dict[str, Near]()
        for own, words in self._seen(scope):
            for near, distance in words.near(word, most):
                before = found.get(near)
                documents = words.counts.get(near, 0) + (before.documents if before else 0)
                found[near] = Near(near, distance, documents, own or (before is not None and before.own))
        return list(found.values())

    def _seen(self, scope: Scope) -> Iterator[tuple[bool, _List]]:
        """The lists that this person may see. For each: True if it is in the person's language."""
        for (audience, locale), words in list(self._lists.items()):
            if scope.audiences is None or audience in scope.audiences:
                yield locale == scope.locale, words
