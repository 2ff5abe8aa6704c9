"""Interfaces that the search needs.

`Tx` is the caller's transaction and opaque here. Every call with a `tx` is part of the transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeAlias

from search.document import Document, Kind
from search.inserted import How, Judged
from search.vocabulary import Vocabulary

Tx: TypeAlias = Any
"""The caller's transaction. Only adapters know its type."""
Terms: TypeAlias = Sequence[Sequence[str]]
"""The words to find. Each term is a list of alternatives."""


@dataclass(frozen=True, slots=True)
class Filter:
    """The documents among which a query searches. None stands for all."""

    audiences: Collection[str] | None
    kinds: Collection[Kind] | None = None
    product: str | None = None


class Hit(NamedTuple):
    """A document that was found. A higher score is better."""

    id: int
    kind: Kind
    source: str
    locale: str
    score: float


class Index(Protocol):
    """All documents, and the words by which they are found."""

    def put(self, tx: Tx, document: Document) -> bool:
        """Store a document, which replaces the one of the same kind, source and language. Returns False if it is stored
        already."""
        ...

    def remove(self, tx: Tx, kind: Kind, source: str, locale: str | None = None) -> None:
        """Remove a document in one language, or in all."""
        ...

    def locales(self, tx: Tx, kind: Kind, source: str) -> set[str]:
        """The languages in which this is stored."""
        ...

    def find(self, tx: Tx, terms: Terms, among: Filter, limit: int, *, every: bool) -> list[Hit]:
        """The best documents that contain every term, or else any of them, in descending order of their scores."""
        ...

    def translations(self, tx: Tx, hits: Collection[Hit], locale: str, among: Filter) -> list[Hit]:
        """What was found, as it is stored in this language. Without a score."""
        ...

    def count(self, tx: Tx, terms: Terms, among: Filter, most: int) -> int:
        """How many documents contain every term, at most `most`. Cheaper than `find`."""
        ...

    def titled(self, tx: Tx, words: Sequence[str], among: Filter, limit: int) -> list[Hit]:
        """The documents whose titles begin with these words. A title of only these words comes first."""
        ...

    def titles(self, tx: Tx, ids: Collection[int]) -> Mapping[int, Sequence[str]]:
        """The words of the titles of documents, by their ids."""
        ...

    def total(self, tx: Tx) -> int:
        """The number of documents, in all languages."""
        ...

    def newest(self, tx: Tx, section: str, among: Filter, limit: int) -> list[Hit]:
        """The documents of a section that changed last."""
        ...

    def documents(self, tx: Tx, ids: Collection[int]) -> Mapping[int, Document]:
        """Documents by their ids. Long texts are cut."""
        ...


@dataclass(frozen=True, slots=True)
class Miss:
    """A query that found nothing. `count` counts the people and days. Times are in ms since the epoch, UTC."""

    words: str
    locale: str
    product: str
    count: int
    first_at: int
    last_at: int


class Misses(Protocol):
    def note(self, tx: Tx, words: str, locale: str, product: str, now: int) -> None:
        """Count a query that found nothing. `product` is empty if the query was not about one."""
        ...

    def asked_not_found(self, tx: Tx, since: int, limit: int) -> list[Miss]:
        """The queries that found nothing since then, most frequent first."""
        ...

    def forget(self, tx: Tx, words: str) -> None:
        """Remove a query from the list, in all languages and for all products."""
        ...


class Insertion(NamedTuple):
    """An article that an agent inserted at `at`. `place` is the chat (`chat:ID`) or the ticket (`ticket:NUMBER`)."""

    article: int
    place: str
    at: int


class Insertions(Protocol):
    def note(self, tx: Tx, article: int, place: str, how: How, now: int) -> None:
        """Note that an agent inserted an article. In one place, an article counts once."""
        ...

    def due(self, tx: Tx, now: int, limit: int) -> list[Insertion]:
        """The waiting insertions that are due to be checked, longest due first."""
        ...

    def settle(self, tx: Tx, insertion: Insertion, judged: Judged) -> None:
        """Keep what is known now. Does nothing if the article was inserted again meanwhile."""
        ...


class KnownWords(Protocol):
    """A copy of the vocabulary in memory."""

    def current(self, tx: Tx) -> Vocabulary:
        """The vocabulary of the committed documents. Reads only what has changed since the last call."""
        ...
