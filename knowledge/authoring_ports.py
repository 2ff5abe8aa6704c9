"""Interfaces that authoring needs.

`Tx` is the caller's transaction and opaque here. Every call with a `tx` is part of the transaction. Times are in ms
since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from knowledge.article import Article, Section, Text
from knowledge.draft import Draft
from knowledge.ports import Tx

Stage: TypeAlias = Literal["draft", "scheduled", "changed", "published", "withdrawn"]
"""The state of an article as authors see it. `draft`: never published. `scheduled`: a draft has a time. `changed`: a
published article with a draft."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A filter of the list of articles. `words` are searched in titles. `missing` is a language in which the article
    has no text. `older`: only articles with a translation that is older than the original. `before`: only articles
    whose texts have not changed since. `owner` is a person's id, or empty for articles without an owner."""

    product: str | None = None
    section: Section | None = None
    stage: Stage | None = None
    owner: str | None = None
    label: str | None = None
    missing: str | None = None
    older: bool = False
    before: int | None = None
    words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """A published version. `by` is the id of its author, None for an import. `tell_at` is the time of the notice to
    followers, None if there is none."""

    version: int
    title: str
    summary: str
    body: str
    changed: str
    at: int
    by: str | None
    tell_at: int | None

    @property
    def text(self) -> str:
        """The whole text, for a comparison."""
        return f"{self.title}\n{self.summary}\n\n{self.body}"


@dataclass(frozen=True, slots=True)
class Language:
    """A text of an article in the list. `version` is 0 if nothing is published. `due_at` is the time for which the
    draft is planned."""

    locale: str
    title: str
    version: int
    of_original: int | None
    updated_at: int
    draft: bool
    due_at: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in the list of authors. `updated_at` is its last change of any kind."""

    article: Article
    languages: Sequence[Language]
    updated_at: int

    @property
    def stage(self) -> Stage:
        if any(language.due_at is not None for language in self.languages):
            return "scheduled"
        if self.article.state == "published" and any(language.draft for language in self.languages):
            return "changed"
        return self.article.state


class AuthorStore(Protocol):
    def entries(self, tx: Tx, wanted: Wanted, after: tuple[int, int] | None, limit: int) -> list[Entry]:
        """At most `limit` articles, last changed first, after the one with this time of change and id."""
        ...

    def lock(self, tx: Tx, id_: int) -> None:
        """Let no other transaction change the article until this one ends."""
        ...

    def touch(self, tx: Tx, id_: int, now: int) -> None:
        """Store that something of an article changed."""
        ...

    def drafts(self, tx: Tx, id_: int) -> dict[str, Draft]:
        """The drafts of an article, by language."""
        ...

    def put_draft(self, tx: Tx, id_: int, draft: Draft) -> None:
        """Store a draft with its plan. It replaces the one in the same language."""
        ...

    def remove_draft(self, tx: Tx, id_: int, locale: str) -> None: ...

    def due(self, tx: Tx, now: int, limit: int) -> list[tuple[int, Draft]]:
        """At most `limit` drafts with their articles that are planned for `now` or earlier, earliest first."""
        ...

    def versions(self, tx: Tx, id_: int, locale: str) -> list[Version]:
        """All versions in one language, newest first, without bodies."""
        ...

    def version(self, tx: Tx, id_: int, locale: str, version: int) -> Version | None: ...

    def set_tell_at(self, tx: Tx, id_: int, locale: str, version: int, tell_at: int | None) -> None: ...

    def remove(self, tx: Tx, id_: int) -> None:
        """Remove an article that was never published, with its drafts."""
        ...


class Audience(Protocol):
    """The parts of the desk that depend on what readers can read: search, followers and webhooks."""

    def shown(self, tx: Tx, article: Article, texts: Mapping[str, Text]) -> None:
        """Readers can read this article now. Replaces what was said about it before."""
        ...

    def hidden(self, tx: Tx, article: Article) -> None:
        """Readers can no longer read this article."""
        ...

    def published(self, tx: Tx, article: Article, text: Text, now: int) -> None:
        """A version was published."""
        ...

    def tell(self, tx: Tx, article: Article, text: Text, *, new: bool, line: str, not_before: int) -> None:
        """Tell the followers of an article about a version, at `not_before` or later. `new` is True for the first
        publication of the article. `line` says what changed."""
        ...

    def take_back(self, tx: Tx, article: Article, locale: str, version: int) -> None:
        """Do not send the notice about a version."""
        ...
