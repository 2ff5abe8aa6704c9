"""The help center in Zendesk's words: a category is a product, a section is a section of a product or a topic in it,
a user segment is who may read. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.addresses import slug_of
from knowledge.article import ORIGINAL, SECTIONS, Section, Visibility
from refusals import invalid
from zendesk.numbers import Key

SEGMENTS: dict[int, Visibility] = {1: "signed_in", 2: "product", 3: "staff"}
"""Who may read, by the number of the user segment. Everybody is no segment."""
SEGMENT_OF: dict[Visibility, int] = {visibility: number for number, visibility in SEGMENTS.items()}
LANGUAGES = ("en", "fr", "es")
"""The languages in which customers read the desk."""

_SHOWN = {ORIGINAL: "en-us"}
_LOCALE = re.compile(r"([a-z]{2})(?:-([a-z]{2}|[0-9]{3}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """A section as programs know it: a section of a product, or a topic in it. `topic` is empty for the section
    itself."""

    product: str
    section: Section
    topic: str = ""

    @property
    def key(self) -> Key:
        path = f"{slug_of(self.product)}/{self.section}"
        return Key("section", f"{path}/{self.topic}" if self.topic else path)

    @property
    def whole(self) -> Place:
        """The section in which the topic is."""
        return Place(self.product, self.section)


def category_key(product: str) -> Key:
    return Key("category", slug_of(product))


def product_of(key: Key, products: Iterable[str]) -> str | None:
    """The product with the key of a category. None if the desk does not have it any more."""
    return next((product for product in products if slug_of(product) == key.id), None)


def place_of(key: Key, products: Iterable[str]) -> Place | None:
    """The section with this key. None if the desk does not have its product any more."""
    slug, _, rest = key.id.partition("/")
    name, _, topic = rest.partition("/")
    product = product_of(Key("category", slug), products)
    section = next((one for one in SECTIONS if one == name), None)
    return Place(product, section, topic) if product is not None and section is not None else None


def sections_of(product: str) -> list[Place]:
    return [Place(product, section) for section in SECTIONS]


def shown_locale(tag: str) -> str:
    return _SHOWN.get(tag, tag.lower())


def tag_of(locale: str | None, known: Sequence[str] = ()) -> str:
    """Our tag of a locale. A region counts only if the article has a text for it (`known`): `fr-ca` is `fr` otherwise.
    English if absent. Raises Refused(invalid)."""
    if locale is None:
        return ORIGINAL
    found = _LOCALE.fullmatch(locale)
    if found is None:
        sentence = f"{locale[:40]!r} isn't a locale. Write it like en-us."
        raise invalid("locale", sentence)
    exact = f"{found[1].lower()}-{(found[2] or '').upper()}"
    return exact if exact in known else found[1].lower()


def written_tag(locale: str | None, known: Sequence[str] = ()) -> str:
    """The tag of a text that is to be written: one of LANGUAGES, or one that the article has. Raises
    Refused(invalid)."""
    tag = tag_of(locale, known)
    if tag not in (*LANGUAGES, *known):
        sentence = f"Articles are written in {', '.join(map(shown_locale, LANGUAGES))}."
        raise invalid("locale", sentence)
    return tag


def visibility_of(segment: int | None) -> Visibility:
    """Raises Refused(invalid)."""
    if segment is None:
        return "public"
    found = SEGMENTS.get(segment)
    if found is None:
        sentence = f"There is no user segment {segment}. /help_center/user_segments lists them."
        raise invalid("user_segment", sentence)
    return found
