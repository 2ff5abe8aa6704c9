"""Places of the articles of a Zendesk Guide export: product, section, readers and languages."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from knowledge.article import ORIGINAL, Section, Visibility
from knowledge.guide import Article, Guide
from knowledge.guide import Section as GuideSection

_BY_NAME: tuple[tuple[Section, re.Pattern[str]], ...] = (
    ("releases", re.compile(r"\breleases?\b|what.s new|change ?log|nouveautés|novedades", re.IGNORECASE)),
    ("faqs", re.compile(r"\bfaqs?\b|\bquestions?\b|troubleshoot|problem|preguntas|dépannage", re.IGNORECASE)),
)
"""Words in the name of a section that say where it belongs. All other sections are training."""
_ONLY = re.compile(r"faqs?|frequently asked questions|release (?:notes|details)|releases|training", re.IGNORECASE)
"""Names of sections that say nothing more than the section here."""
T = TypeVar("T")
_LOCALE = re.compile(r"([a-z]{2})(?:-([a-z]{2}))?(?:-.*)?", re.IGNORECASE)


class GuideMap(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What the names of an export mean here. Case does not matter.

    - `categories`: the product, by the name of a category.
    - `sections`: the section, by the name of a section of the export.
    - `segments`: who may read, by the name of a user segment.
    """

    categories: dict[str, str] = {}
    sections: dict[str, Section] = {}
    segments: dict[str, Visibility] = {}


@dataclass(frozen=True, slots=True)
class Place:
    product: str
    section: Section
    topic: str
    order: tuple[int, ...]
    """The positions of the category, of the section with those around it, and of the article."""


class Places:
    """Finds the place of each article."""

    def __init__(self, guide: Guide, map_: GuideMap, products: Collection[str]) -> None:
        self._guide = guide
        self._map = map_
        self._products = {name.casefold(): name for name in products}
        self._categories = _folded(map_.categories)
        self._sections = _folded(map_.sections)
        self._segments = _folded(map_.segments)

    def faults(self) -> list[str]:
        """What is wrong with the mapping itself."""
        known = ", ".join(sorted(self._products.values()))
        return [
            f"The mapping gives the category {name!r} to {product!r}. The hours file has: {known}."
            for name, product in self._map.categories.items()
            if product.casefold() not in self._products
        ]

    def of(self, article: Article) -> Place | str:
        """The place of an article, or what is missing to find it."""
        path = self._sections_of(article)
        if isinstance(path, str):
            return path
        category = self._guide.categories.get(path[0].category_id or 0)
        name = category.name if category is not None else f"{path[0].category_id}"
        product = self._categories.get(name.casefold()) or self._products.get(name.casefold()) or self._within(name)
        if product is None:
            return f"no product has the name of the category {name!r}. Name its product in a file for --map."
        mapped = [self._sections[one.name.casefold()] for one in path if one.name.casefold() in self._sections]
        topic = path[-1].name.strip()
        order = (category.position if category is not None else 0, *(one.position for one in path), *_rank(article))
        return Place(
            product=self._products.get(product.casefold(), product),
            section=mapped[-1] if mapped else _section_named(" / ".join(one.name for one in path)),
            topic="" if _ONLY.fullmatch(topic) else topic,
            order=order,
        )

    def visibility(self, article: Article) -> tuple[Visibility, str | None]:
        """Who may read an article, and a warning if the export says it less exactly."""
        if article.user_segment_id is None:
            return "public", None
        segment = self._guide.segments.get(article.user_segment_id)
        if segment is None:
            return "staff", "its user segment is not in the export, so only staff can read it"
        mapped = self._segments.get(segment.name.casefold())
        if mapped is not None:
            return mapped, None
        if segment.user_type == "signed_in_users" and segment.built_in:
            return "signed_in", None
        if segment.user_type == "staff":
            return "staff", None
        return "product", f"the user segment {segment.name!r} became: clients with the product, and staff"

    def _sections_of(self, article: Article) -> list[GuideSection] | str:
        """The section of an article and those around it, outermost first, or what is wrong with them."""
        path, id_ = list[GuideSection](), article.section_id
        while id_ is not None or not path:
            section = self._guide.sections.get(id_ or 0)
            if section is None:
                return f"its section {id_} is not in the export. Export the sections too."
            if section in path:
                return f"its section {id_} is inside of itself. Correct `parent_section_id` of the section."
            path.insert(0, section)
            id_ = section.parent_section_id
        return path

    def _within(self, name: str) -> str | None:
        """The only product whose name is in that of the category, such as Lumina in `Lumina help`."""
        found = [product for folded, product in self._products.items() if folded in name.casefold()]
        return found[0] if len(found) == 1 else None


def languages(locales: Iterable[str]) -> Mapping[str, str]:
    """The languages here, by the locales of an export: `en-us` becomes `en`.

    If a language has several locales, the first one gets the plain language, and the others keep their country. Locales
    that are no language are left out.
    """
    found = dict[str, str]()
    for locale in dict.fromkeys(locales):
        matched = _LOCALE.fullmatch(locale)
        if matched is None:
            continue
        base, country = matched[1].lower(), (matched[2] or "").upper()
        tag = base if base not in found.values() else f"{base}-{country}"
        if tag not in found.values() and (country or tag == base):
            found[locale] = tag
    return found


def original_of(article: Article, tags: Mapping[str, str]) -> str:
    """The locale of the original: the one that is `ORIGINAL` here, or else that in which the article was written."""
    english = [locale for locale, tag in tags.items() if tag == ORIGINAL]
    return english[0] if english else article.source_locale or article.locale


def _section_named(names: str) -> Section:
    return next((section for section, words in _BY_NAME if words.search(names)), "training")


def _rank(article: Article) -> tuple[int, int, int]:
    return (0 if article.promoted else 1, article.position, article.id)


def _folded(names: Mapping[str, T]) -> dict[str, T]:
    return {name.casefold(): value for name, value in names.items()}
