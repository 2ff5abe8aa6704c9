"""An article of the help center, and its texts in several languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

Section: TypeAlias = Literal["faqs", "training", "releases"]
Kind: TypeAlias = Literal["article", "video", "quick_card", "release"]
Visibility: TypeAlias = Literal["public", "signed_in", "product", "staff"]
"""Who may read an article: everybody, everybody with an account, the people of clients with the article's product, or
staff only. Staff read everything."""
State: TypeAlias = Literal["draft", "published", "withdrawn"]

SECTIONS: tuple[Section, ...] = get_args(Section)
KINDS: tuple[Kind, ...] = get_args(Kind)
VISIBILITIES: tuple[Visibility, ...] = get_args(Visibility)

ORIGINAL = "en"
"""The language in which articles are written first."""

TITLE_MAX = 200
SUMMARY_MAX = 500
BODY_MAX = 100_000
"""Maximum number of characters of an article. Rendering a table of this size takes about a second."""


@dataclass(frozen=True, slots=True)
class Article:
    """What all languages of an article share. `id` is 0 until the article is stored.

    `source` identifies the article in an imported folder. `product` is a name from the hours file. `topic` is the
    heading above the article in its section. `moved_to` is the article that replaces a withdrawn one. `owner` is the id
    of the staff member who looks after it.
    """

    source: str
    product: str
    section: Section
    kind: Kind = "article"
    topic: str = ""
    visibility: Visibility = "public"
    state: State = "published"
    labels: tuple[str, ...] = ()
    position: int = 0
    moved_to: int | None = None
    owner: str | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """The published text of an article in one language. `body` is Markdown.

    `version` counts the changes in this language, from 1. `of_original` is the version of the original that this text
    translates. `changed` is the author's line about the last change. Times are in ms since the epoch, UTC.
    """

    locale: str
    title: str
    summary: str
    body: str
    version: int = 1
    of_original: int | None = None
    changed: str = ""
    published_at: int = 0
    updated_at: int = 0

    def same_words(self, other: Text) -> bool:
        """True if a reader would see no difference."""
        return (self.title, self.summary, self.body) == (other.title, other.summary, other.body)


@dataclass(frozen=True, slots=True)
class Reader:
    """The person who reads. `signed_in` is True for customers with an account and for staff. `products` are those of
    the customer's company."""

    signed_in: bool = False
    staff: bool = False
    products: frozenset[str] = frozenset()

    @property
    def sees(self) -> tuple[Visibility, ...]:
        """The visibilities of the articles about any product that this person may read."""
        if self.staff:
            return VISIBILITIES
        return ("public", "signed_in") if self.signed_in else ("public",)

    def may_read(self, article: Article) -> bool:
        """True if the article's visibility includes this person. Its state does not matter."""
        if article.visibility in self.sees:
            return True
        return article.visibility == "product" and self.signed_in and article.product in self.products


def text_for(texts: Mapping[str, Text], locale: str) -> Text:
    """The text in the reader's language, or else the original, or else any. `texts` has at least one."""
    base = locale.split("-")[0]
    return texts.get(locale) or texts.get(base) or texts.get(ORIGINAL) or next(iter(texts.values()))


def is_older(text: Text, texts: Mapping[str, Text]) -> bool:
    """True if the original has changed since this translation."""
    original = texts.get(ORIGINAL)
    if original is None or text.locale == ORIGINAL:
        return False
    return text.of_original is None or text.of_original < original.version
