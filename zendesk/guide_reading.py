"""Makes Zendesk's JSON of articles, their texts, and follows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from clock import rfc3339
from following.follow import Follow
from knowledge.addresses import article_path, product_path
from knowledge.article import ORIGINAL, Article, Text
from zendesk.guide import SEGMENT_OF, Place, category_key, shown_locale
from zendesk.guide_shapes import ShownArticle, ShownCategory, ShownSection, ShownSubscription, ShownTranslation
from zendesk.numbers import Key, text_number


@dataclass(frozen=True, slots=True)
class Told:
    """An article in one language. `html` is its body. `draft`: readers do not see it. `owner` is known to authors."""

    article: Article
    text: Text
    html: str
    outdated: bool = False
    draft: bool = False
    owner: str | None = None
    languages: frozenset[str] = field(default_factory=frozenset)

    @property
    def place(self) -> Place:
        return Place(self.article.product, self.article.section, self.article.topic)

    @property
    def keys(self) -> set[Key]:
        """The ids for which its JSON needs numbers."""
        return {self.place.key, *([Key("user", self.owner)] if self.owner is not None else [])}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses in the answers. `base_url` is that of the desk."""

    base_url: str

    def call(self, path: str) -> str:
        return f"{self.base_url}/api/v2/help_center/{path}.json"

    def page(self, path: str) -> str:
        return f"{self.base_url}{path}"


def article_of(told: Told, numbers: Mapping[Key, int], at: Addresses) -> ShownArticle:
    article, text = told.article, told.text
    edited = _second(text.updated_at)
    return ShownArticle(
        id=article.id,
        url=at.call(f"{shown_locale(text.locale)}/articles/{article.id}"),
        html_url=at.page(article_path(article.id, text.title)),
        author_id=numbers[Key("user", told.owner)] if told.owner is not None else None,
        section_id=numbers[told.place.key],
        title=text.title,
        name=text.title,
        body=told.html,
        locale=shown_locale(text.locale),
        source_locale=shown_locale(ORIGINAL if ORIGINAL in told.languages else text.locale),
        draft=told.draft,
        outdated=told.outdated,
        label_names=list(article.labels),
        user_segment_id=SEGMENT_OF.get(article.visibility),
        position=article.position,
        created_at=_second(text.published_at),
        edited_at=edited,
        updated_at=edited,
    )


def translation_of(told: Told, at: Addresses) -> ShownTranslation:
    id_, text = told.article.id, told.text
    locale = shown_locale(text.locale)
    return ShownTranslation(
        id=text_number(id_, text.locale),
        url=at.call(f"articles/{id_}/translations/{locale}"),
        html_url=at.page(article_path(id_, text.title)),
        source_id=id_,
        locale=locale,
        title=text.title,
        body=told.html,
        draft=told.draft,
        outdated=told.outdated,
        created_at=_second(text.published_at),
        updated_at=_second(text.updated_at),
    )


def category_of(product: str, position: int, numbers: Mapping[Key, int], locale: str, at: Addresses) -> ShownCategory:
    number = numbers[category_key(product)]
    return ShownCategory(
        id=number,
        url=at.call(f"categories/{number}"),
        html_url=at.page(product_path(product)),
        name=product,
        position=position,
        locale=shown_locale(locale),
    )


def section_of(
    place: Place, name: str, position: int, numbers: Mapping[Key, int], locale: str, at: Addresses
) -> ShownSection:
    number = numbers[place.key]
    return ShownSection(
        id=number,
        url=at.call(f"sections/{number}"),
        html_url=at.page(f"{product_path(place.product)}#{place.section}"),
        category_id=numbers[category_key(place.product)],
        parent_section_id=numbers[place.whole.key] if place.topic else None,
        name=name,
        position=position,
        locale=shown_locale(locale),
    )


def subscription_of(
    follow: Follow, content: int, numbers: Mapping[Key, int], person: Key, at: Addresses
) -> ShownSubscription:
    is_article = follow.subject.kind == "article"
    since = _second(follow.since)
    return ShownSubscription(
        id=follow.id,
        url=at.call(f"{'articles' if is_article else 'sections'}/{content}/subscriptions/{follow.id}"),
        user_id=numbers[person],
        content_id=content,
        content_type="Article" if is_article else "Section",
        include_comments=not is_article and follow.level.what == "new_and_updates",
        created_at=since,
        updated_at=since,
    )


def _second(at: int) -> str:
    return f"{rfc3339(at)[:19]}Z"
