"""A Zendesk Guide export: JSON files as the Help Center API returns them. Fields that are not needed are ignored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec


class Category(msgspec.Struct, kw_only=True):
    id: int
    name: str = ""
    position: int = 0
    updated_at: str = ""


class Section(msgspec.Struct, kw_only=True):
    id: int
    name: str = ""
    category_id: int | None = None
    parent_section_id: int | None = None
    position: int = 0
    updated_at: str = ""


class Translation(msgspec.Struct, kw_only=True):
    """The text of an article in one language. `outdated`: the original has changed since."""

    locale: str
    source_id: int = 0
    source_type: str = "Article"
    title: str = ""
    body: str | None = None
    draft: bool = False
    outdated: bool = False
    created_at: str = ""
    updated_at: str = ""


class Article(msgspec.Struct, kw_only=True):
    """`title` and `body` are those of `locale`. `edited_at` is the last change of a text, `updated_at` of anything."""

    id: int
    html_url: str = ""
    locale: str = "en-us"
    source_locale: str = ""
    title: str = ""
    body: str | None = None
    section_id: int | None = None
    draft: bool = False
    outdated: bool = False
    promoted: bool = False
    position: int = 0
    label_names: list[str] = []
    user_segment_id: int | None = None
    created_at: str = ""
    edited_at: str | None = None
    updated_at: str = ""
    translations: list[Translation] = []


class Attachment(msgspec.Struct, kw_only=True):
    """`inline`: shown in the text. Other attachments are listed below it."""

    id: int
    article_id: int | None = None
    file_name: str = ""
    content_url: str = ""
    content_type: str = ""
    inline: bool = False
    updated_at: str = ""


class UserSegment(msgspec.Struct, kw_only=True):
    """`user_type` is `signed_in_users` or `staff`. A segment that is not `built_in` contains only some of these."""

    id: int
    name: str = ""
    user_type: str = ""
    built_in: bool = False
    updated_at: str = ""


class _Document(msgspec.Struct, kw_only=True):
    categories: list[Category] | None = None
    category: Category | None = None
    sections: list[Section] | None = None
    section: Section | None = None
    articles: list[Article] | None = None
    article: Article | None = None
    translations: list[Translation] | None = None
    translation: Translation | None = None
    article_attachments: list[Attachment] | None = None
    article_attachment: Attachment | None = None
    user_segments: list[UserSegment] | None = None
    user_segment: UserSegment | None = None
    count: int | None = None
    error: object = None


_decoder = msgspec.json.Decoder(_Document)
_Thing = TypeVar("_Thing", Category, Section, Article, Attachment, UserSegment)


@dataclass(slots=True)
class Guide:
    """What an export contains, by id. `translations` are by article and locale."""

    categories: dict[int, Category] = field(default_factory=dict)
    sections: dict[int, Section] = field(default_factory=dict)
    articles: dict[int, Article] = field(default_factory=dict)
    translations: dict[tuple[int, str], Translation] = field(default_factory=dict)
    attachments: dict[int, Attachment] = field(default_factory=dict)
    segments: dict[int, UserSegment] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts of the exported help center, in lower case."""
        return frozenset(host for one in self.articles.values() if (host := _host(one.html_url)))

    def attachments_of(self, article: int) -> list[Attachment]:
        """The attachments below the text of an article."""
        return [one for one in self.attachments.values() if one.article_id == article and not one.inline]


def guide_of(documents: Mapping[str, bytes]) -> Guide:
    """The contents of all JSON files, by name. If a thing is in several files, the one that was changed last counts."""
    guide, promised = Guide(), 0
    for name, content in documents.items():
        try:
            document = _decoder.decode(content)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            guide.faults.append(f"{name} is not what the Help Center API returns: {error}. Fetch it again.")
            continue
        if document.error is not None:
            guide.faults.append(f"{name} is an error of the Help Center API. Fetch it again.")
            continue
        _collect(guide, document, name)
        if document.articles is not None:
            promised = max(promised, document.count or 0)
    if not guide.articles and not guide.faults:
        guide.faults.append("There are no articles. Export /api/v2/help_center/articles.json, with all its pages.")
    if promised > len(guide.articles):
        guide.warnings.append(
            f"The export has {len(guide.articles):,} of {promised:,} articles. To import all, export all pages."
        )
    return guide


def _collect(guide: Guide, document: _Document, name: str) -> None:
    found = [
        _keep(guide.categories, document.categories, document.category),
        _keep(guide.sections, document.sections, document.section),
        _keep(guide.articles, document.articles, document.article),
        _keep(guide.attachments, document.article_attachments, document.article_attachment),
        _keep(guide.segments, document.user_segments, document.user_segment),
    ]
    texts = [*(document.translations or ()), *([document.translation] if document.translation else ())]
    for text in texts:
        if text.source_type.lower() == "article":
            _keep_text(guide, text.source_id, text)
    for article in document.articles or ():
        for text in article.translations:
            _keep_text(guide, article.id, text)
    if not any(found) and document.translations is None and document.translation is None:
        guide.warnings.append(f"{name} has nothing that can be imported.")


def _keep(kept: dict[int, _Thing], several: Iterable[_Thing] | None, one: _Thing | None) -> bool:
    """Returns False if the document has no such things at all."""
    for thing in [*(several or ()), *([one] if one is not None else ())]:
        before = kept.get(thing.id)
        if before is None or before.updated_at <= thing.updated_at:
            kept[thing.id] = thing
    return several is not None or one is not None


def _keep_text(guide: Guide, article: int, text: Translation) -> None:
    key = (article, text.locale.lower())
    before = guide.translations.get(key)
    if before is None or before.updated_at <= text.updated_at:
        guide.translations[key] = text


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""
