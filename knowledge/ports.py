"""Interfaces that articles need.

`Tx` is the caller's transaction and opaque here. Every call with a `tx` is part of the transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

from knowledge.article import Article, Kind, Reader, Section, Text, Visibility
from knowledge.rendering import Heading

Tx: TypeAlias = Any
"""The caller's transaction. Only adapters know its type."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A text with its rendered form. `html` is safe to show. `minutes` is the reading time."""

    text: Text
    html: str
    headings: Sequence[Heading]
    minutes: int


@dataclass(frozen=True, slots=True)
class Line:
    """An article in a list, without its body. `minutes` is the reading time."""

    article: Article
    locale: str
    title: str
    summary: str
    minutes: int
    published_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter of articles. A field that is None fits all articles. `labels` are those that an article must have."""

    product: str | None = None
    section: Section | None = None
    kind: Kind | None = None
    visibility: Visibility | None = None
    label: str | None = None
    topic: str | None = None
    labels: Sequence[str] = ()


Order: TypeAlias = Literal["position", "created_at", "updated_at"]


class Store(Protocol):
    def by_source(self, tx: Tx, sources: Collection[str]) -> dict[str, Article]:
        """The articles with these sources, by source."""
        ...

    def put(self, tx: Tx, article: Article, now: int) -> int:
        """Store an article, which replaces the one with the same source. Returns its id, which never changes."""
        ...

    def article(self, tx: Tx, id_: int) -> Article | None: ...

    def texts(self, tx: Tx, id_: int) -> dict[str, Text]:
        """The published texts of an article, by language."""
        ...

    def stored(self, tx: Tx, id_: int) -> dict[str, Stored]:
        """The published texts of an article with their rendered forms, by language."""
        ...

    def stored_of(self, tx: Tx, ids: Collection[int]) -> dict[int, dict[str, Stored]]:
        """`stored` of several articles."""
        ...

    def put_text(self, tx: Tx, id_: int, stored: Stored, by: str | None) -> None:
        """Store a text, and keep it as a version. It replaces the text in the same language. `by` is the author."""
        ...

    def set_of_original(self, tx: Tx, id_: int, locale: str, version: int) -> None:
        """Store that the published text translates this version of the original. It becomes no new version."""
        ...

    def lines(self, tx: Tx, reader: Reader, product: str | None) -> list[Line]:
        """The published articles that the reader may read, in all languages, in the order of the page. `product`: only
        those of this product."""
        ...

    def page(self, tx: Tx, reader: Reader, wanted: Filter, after: int, limit: int) -> list[Line]:
        """The published articles of a filter that the reader may read, in all languages, by id. At most `limit`
        articles with ids after `after`."""
        ...

    def some(self, tx: Tx, reader: Reader, ids: Collection[int]) -> list[Line]:
        """Those of these articles that are published and that the reader may read, in all languages."""
        ...

    def ids(
        self, tx: Tx, reader: Reader, wanted: Filter, order: Order, limit: int, *, falls: bool = False
    ) -> list[int]:
        """The ids of the published articles of a filter that the reader may read, at most `limit`."""
        ...

    def articles(self, tx: Tx, ids: Collection[int]) -> dict[int, Article]: ...

    def topics(self, tx: Tx, reader: Reader) -> list[tuple[str, Section, str]]:
        """The products, sections and topics of the published articles that the reader may read, each once. Articles
        without a topic are left out."""
        ...

    def counts(self, tx: Tx, reader: Reader) -> Mapping[str, Mapping[str, int]]:
        """How many published articles the reader may read, by product and section."""
        ...

    def all_texts(self, tx: Tx, after: int, limit: int) -> list[tuple[Article, list[Text]]]:
        """At most `limit` articles with ids after `after`, by id, with their texts."""
        ...

    def answers_from(self, tx: Tx, network: str, since: int) -> int:
        """How many people without an account have answered from this network since then, counted per article."""
        ...

    def say_useful(
        self, tx: Tx, id_: int, person: str, helpful: bool, comment: str | None, now: int, network: str | None
    ) -> None:
        """Store a person's answer to "Was this useful?". It replaces the person's earlier answer."""
        ...
