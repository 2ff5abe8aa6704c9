"""The bodies of `/api/articles`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from clock import rfc3339
from knowledge.addresses import article_path
from knowledge.article import Article, Kind, Section, State, Text, Visibility
from knowledge.authoring import Work
from knowledge.draft import CHANGED_MAX, Draft
from knowledge.ports import Line
from knowledge.properties import Properties
from knowledge.service import COMMENT_MAX, Shown

_Name = Annotated[str, Meta(min_length=1, max_length=200)]
_Locale = Annotated[str, Meta(pattern="^[a-z]{2}(-[A-Z]{2})?$")]
_Labels = Annotated[list[Annotated[str, Meta(max_length=50)]], Meta(max_length=20)]
_Line = Annotated[str, Meta(max_length=CHANGED_MAX)]
_Position = Annotated[int, Meta(ge=-1_000_000, le=1_000_000)]


class ListedArticle(Struct, frozen=True, kw_only=True):
    """An article in one language. `url` is the path of its page."""

    id: int
    title: str
    summary: str
    locale: str
    product: str
    section: Section
    kind: Kind
    topic: str
    visibility: Visibility
    labels: list[str]
    url: str
    published_at: str
    updated_at: str


class ArticleList(Struct, frozen=True):
    """`next` is `after` of the next page, null on the last one."""

    articles: list[ListedArticle]
    next: str | None


class DraftView(Struct, frozen=True, kw_only=True):
    """A draft. `publish_at` is the time for which it is planned."""

    title: str
    summary: str
    body: str
    saved_at: str
    publish_at: str | None


class ArticleView(Struct, frozen=True, kw_only=True):
    """An article in one language. `html` is safe to show. `older`: the original has changed since this translation.

    Only authors get `body` (Markdown), `draft`, `owner` and `mark`, and articles that are not published. `mark`
    identifies the present state of the text. For an unpublished text, `version` is 0 and `html` is empty.
    """

    id: int
    title: str
    summary: str
    html: str
    locale: str
    locales: list[str]
    product: str
    section: Section
    kind: Kind
    topic: str
    visibility: Visibility
    state: State
    labels: list[str]
    url: str
    version: int
    changed: str
    older: bool
    published_at: str | None
    updated_at: str | None
    body: str | None = None
    draft: DraftView | None = None
    owner: str | None = None
    mark: str | None = None


class NewArticle(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An article to add, with its draft. `body` is Markdown."""

    product: _Name
    section: Section
    title: _Name
    summary: Annotated[str, Meta(max_length=500)] = ""
    body: Annotated[str, Meta(max_length=100_000)] = ""
    locale: _Locale = "en"
    kind: Kind = "article"
    topic: Annotated[str, Meta(max_length=100)] = ""
    visibility: Visibility = "public"
    labels: _Labels = []
    position: _Position = 0


class ChangedArticle(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of an article. An absent field keeps its value.

    `title`, `summary` and `body` change the draft in `locale`. With a `mark`, they are refused if the text has changed
    since. The other fields apply at once, to all languages.
    """

    locale: _Locale = "en"
    mark: Annotated[str, Meta(max_length=40)] | None = None
    title: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    summary: Annotated[str, Meta(max_length=500)] | UnsetType = UNSET
    body: Annotated[str, Meta(max_length=100_000)] | UnsetType = UNSET
    up_to_date: bool = False
    product: _Name | UnsetType = UNSET
    section: Section | UnsetType = UNSET
    kind: Kind | UnsetType = UNSET
    topic: Annotated[str, Meta(max_length=100)] | UnsetType = UNSET
    visibility: Visibility | UnsetType = UNSET
    labels: _Labels | UnsetType = UNSET
    position: _Position | UnsetType = UNSET
    owner: Annotated[str, Meta(max_length=64)] | None | UnsetType = UNSET


class Publishing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`what_changed` is a line for readers. `at` is a later time."""

    tell_followers: bool
    what_changed: _Line = ""
    locale: _Locale = "en"
    at: Annotated[str, Meta(max_length=40, extra_json_schema={"format": "date-time"})] | None = None


class Published(Struct, frozen=True):
    """The new version. Null if the publication is planned."""

    version: int | None


class VersionView(Struct, frozen=True):
    version: int
    title: str
    changed: str
    published_at: str


class Feedback(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    helpful: bool
    comment: Annotated[str, Meta(max_length=COMMENT_MAX)] | None = None


def listed_view(line: Line) -> ListedArticle:
    article = line.article
    return ListedArticle(
        id=article.id,
        title=line.title,
        summary=line.summary,
        locale=line.locale,
        product=article.product,
        section=article.section,
        kind=article.kind,
        topic=article.topic,
        visibility=article.visibility,
        labels=list(article.labels),
        url=article_path(article.id, line.title),
        published_at=rfc3339(line.published_at),
        updated_at=rfc3339(line.updated_at),
    )


def shown_view(shown: Shown) -> ArticleView:
    return _view(shown.article, shown.stored.text, shown.stored.html, shown.languages, older=shown.older)


def unpublished_view(work: Work, locale: str) -> ArticleView:
    """An article that readers cannot read in this language."""
    draft = work.present(locale).text
    return _view(work.article, replace(draft, version=0), "", sorted(work.texts), older=False)


def _view(article: Article, words: Text, html: str, locales: Sequence[str], *, older: bool) -> ArticleView:
    published = words.version > 0
    return ArticleView(
        id=article.id,
        title=words.title,
        summary=words.summary,
        html=html,
        locale=words.locale,
        locales=list(locales),
        product=article.product,
        section=article.section,
        kind=article.kind,
        topic=article.topic,
        visibility=article.visibility,
        state=article.state,
        labels=list(article.labels),
        url=article_path(article.id, words.title),
        version=words.version,
        changed=words.changed,
        older=older,
        published_at=rfc3339(words.published_at) if published else None,
        updated_at=rfc3339(words.updated_at) if published else None,
    )


def draft_view(draft: Draft) -> DraftView:
    at = rfc3339(draft.plan.due_at) if draft.plan is not None else None
    saved_at = rfc3339(draft.saved_at)
    return DraftView(title=draft.title, summary=draft.summary, body=draft.body, saved_at=saved_at, publish_at=at)


def changed_properties(before: Properties, said: ChangedArticle) -> Properties:
    return Properties(
        product=before.product if said.product is UNSET else said.product,
        section=before.section if said.section is UNSET else said.section,
        kind=before.kind if said.kind is UNSET else said.kind,
        topic=before.topic if said.topic is UNSET else said.topic,
        visibility=before.visibility if said.visibility is UNSET else said.visibility,
        labels=before.labels if said.labels is UNSET else said.labels,
        position=before.position if said.position is UNSET else said.position,
        owner=before.owner if said.owner is UNSET else said.owner,
    )
