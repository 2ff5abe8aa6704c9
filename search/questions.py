"""The words that say what a text is about, such as the question of a customer, and the titles that have them. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import log

from search.stop_words import FILLERS, STOP_WORDS
from search.words import words_of

TEXT_MAX = 2_000
"""Maximum number of characters of a text. Further characters are ignored."""
WORDS_MAX = 12
"""At most this many words of a text are searched for."""
TITLE = 3.0
"""How much a word in the title counts beside the rank of the whole document. Chosen with `bench.local_suggestions`."""
_SHARED, _ENDING = 4, 3
"""Two words have the same stem if so many letters at the beginning are the same, and so many at the end are not."""
_SAME_STEM = 0.8


def telling_words(text: str, documents: Callable[[str], int]) -> list[str]:
    """The words that say what a text is about, those of few documents first. `documents` counts the documents with a
    word. Words of no document come last: another form of them may be in one."""
    words = [word for word in dict.fromkeys(words_of(text[:TEXT_MAX])) if len(word) > 1]
    telling = [word for word in words if word not in STOP_WORDS and word not in FILLERS] or words
    counts = {word: documents(word) for word in telling}
    return sorted(telling, key=lambda word: (not counts[word], counts[word]))[:WORDS_MAX]


class Titles:
    """How well titles fit the words of a text."""

    def __init__(self, words: Iterable[str], documents: Callable[[str], int], total: int) -> None:
        self._by_start = defaultdict[str, list[str]](list)
        for word in words:
            self._by_start[word[:_SHARED]].append(word)
        self._documents = documents
        self._total = total

    def score(self, title: Sequence[str]) -> float:
        """The sum over the words of the text that are in a title. Rare words count more."""
        best = defaultdict[str, float](float)
        for known in title:
            for word in self._by_start.get(known[:_SHARED], ()):
                alike = _alike(word, known)
                if alike:
                    best[word] = max(best[word], alike * self._rare(word, known))
        return TITLE * sum(best.values())

    def _rare(self, word: str, known: str) -> float:
        """Positive for any word, unlike the rarity of BM25: a desk may have few documents."""
        documents = min(self._documents(word) or self._documents(known), self._total)
        return log(1 + (self._total - documents + 0.5) / (documents + 0.5))


def _alike(word: str, other: str) -> float:
    if word == other:
        return 1.0
    shared = next((at for at, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), None)
    shared = min(len(word), len(other)) if shared is None else shared
    longest = max(len(word), len(other))
    return _SAME_STEM if shared >= _SHARED and longest - shared <= _ENDING and shared >= 0.6 * longest else 0.0
