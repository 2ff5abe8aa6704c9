"""The JSON of the help center that programs get, in the form of Zendesk. Times have no fractions of a second."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from zendesk.shapes import Paged


class ShownCategory(Struct, frozen=True, kw_only=True):
    """A product."""

    id: int
    url: str
    html_url: str
    name: str
    description: str = ""
    position: int
    locale: str
    source_locale: str = "en-us"
    outdated: bool = False


class ShownSection(Struct, frozen=True, kw_only=True):
    """A section of a product, or a topic in it. Then `parent_section_id` is the section."""

    id: int
    url: str
    html_url: str
    category_id: int
    parent_section_id: int | None
    name: str
    description: str = ""
    position: int
    locale: str
    source_locale: str = "en-us"
    outdated: bool = False


class ShownArticle(Struct, frozen=True, kw_only=True):
    """An article in one language. `body` is HTML. `author_id` is shown to authors only."""

    id: int
    url: str
    html_url: str
    author_id: int | None
    section_id: int
    title: str
    name: str
    body: str
    locale: str
    source_locale: str
    draft: bool
    outdated: bool
    label_names: list[str]
    user_segment_id: int | None
    position: int
    promoted: bool = False
    comments_disabled: bool = True
    vote_sum: int = 0
    vote_count: int = 0
    permission_group_id: None = None
    created_at: str
    edited_at: str
    updated_at: str


class ShownTranslation(Struct, frozen=True, kw_only=True):
    """The text of an article in one language. `outdated`: the original has changed since."""

    id: int
    url: str
    html_url: str
    source_id: int
    source_type: Literal["Article"] = "Article"
    locale: str
    title: str
    body: str
    draft: bool
    outdated: bool
    hidden: bool = False
    created_at: str
    updated_at: str


class ShownSubscription(Struct, frozen=True, kw_only=True):
    """A follow of the caller."""

    id: int
    url: str
    user_id: int
    content_id: int
    content_type: Literal["Article", "Section"]
    include_comments: bool
    locale: str = "en-us"
    created_at: str
    updated_at: str


class ShownSegment(Struct, frozen=True, kw_only=True):
    """People who may read an article."""

    id: int
    name: str
    user_type: Literal["signed_in_users", "staff"]
    built_in: bool


class CategoryList(Paged, frozen=True, kw_only=True):
    categories: list[ShownCategory]


class SectionList(Paged, frozen=True, kw_only=True):
    sections: list[ShownSection]


class ArticleList(Paged, frozen=True, kw_only=True):
    articles: list[ShownArticle]


class TranslationList(Paged, frozen=True, kw_only=True):
    translations: list[ShownTranslation]


class SubscriptionList(Paged, frozen=True, kw_only=True):
    subscriptions: list[ShownSubscription]


class SegmentList(Paged, frozen=True, kw_only=True):
    user_segments: list[ShownSegment]


class MissingLocales(Struct, frozen=True):
    locales: list[str]


class OneCategory(Struct, frozen=True):
    category: ShownCategory


class OneSection(Struct, frozen=True):
    section: ShownSection


class OneArticle(Struct, frozen=True):
    article: ShownArticle


class OneTranslation(Struct, frozen=True):
    translation: ShownTranslation


class OneSubscription(Struct, frozen=True):
    subscription: ShownSubscription
