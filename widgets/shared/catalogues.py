"""Translations of what customers read: English is in the sources, other languages are in `widgets/locale/`.

Each language has one file, `LANGUAGE/LC_MESSAGES/customers.po`. A language is available once its file exists. `make
catalogues` updates the files from the sources.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from gettext import c2py
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.pofile import read_po
from starlette.requests import Request

LOCALES = Path(__file__).parent.parent / "locale"
DOMAIN = "customers"
_CATEGORIES_TO = 200
"""Every plural category occurs below this number, except the category of millions. The category of millions uses the
last form."""
HEADER_MAX = 1_000
"""Characters of an `Accept-Language` header that are read."""
CHOICES_MAX = 20
"""Maximum number of languages of an `Accept-Language` header that are read."""
_CHOSEN = ("__Host-switchboard_locale", "switchboard_locale")
"""The names, over https and over http, of the cookie with the language that the reader chose, or with the language of
the signed-in account."""
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}")
_CHOICE = re.compile(r"\s*([A-Za-z0-9-]+)\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?")

_SCRIPT = re.compile(r"widgets/(\w+)/static/")

Forms = str | tuple[str, ...]
"""A translation, or one for each plural form."""


@dataclass(frozen=True)
class Catalogue:
    """A language for one reader.

    `tag` is the reader's language tag with its region, for `lang` attributes and dates.
    """

    tag: str = "en-US"
    texts: Mapping[str, Forms] = field(default_factory=dict)
    """The translations, by the English text."""
    places: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """For each text, the folders of `widgets/` whose scripts use the text."""
    form_of: Callable[[int], int] = lambda count: int(count != 1)
    """The index of the plural form for a number."""

    def gettext(self, text: str) -> str:
        """The translation of `text`, for templates. English if there is no translation."""
        found = self.texts.get(text, text)
        return found if isinstance(found, str) else text

    def for_scripts(self, face: str) -> dict[str, object]:
        """The data for `words.js`: translations of the texts in shared scripts and in the scripts of the folder
        `face`."""
        messages = {text: self.texts[text] for text, faces in self.places.items() if faces & {face, "shared"}}
        return {"locale": self.tag, "plurals": self._plurals(), "messages": messages}

    def _plurals(self) -> dict[str, int]:
        """For each CLDR plural category, the index of the plural form. Browsers use these categories."""
        category = Locale.parse(self.tag, sep="-").plural_form
        return {category(count): self.form_of(count) for count in reversed(range(_CATEGORIES_TO))}


ENGLISH = Catalogue()


def catalogue_for(request: Request) -> Catalogue:
    """The catalogue for a request. The language comes from the `locale` parameter, otherwise from the cookie of the
    chosen language, otherwise from the browser's `Accept-Language`. Languages without a catalogue are skipped. If none
    is left, it is English."""
    asked = request.query_params.get("locale", "")
    chosen = next((request.cookies[name] for name in _CHOSEN if name in request.cookies), "")
    for tag in [asked, chosen, *accepted(request.headers.get("accept-language", ""))]:
        if (found := catalogue_of(tag)) is not None:
            return found
    return ENGLISH


def accepted(header: str) -> list[str]:
    """The tags of an `Accept-Language` header, by preference (RFC 9110, 12.5.4). Skips invalid tags, and all tags after
    the first CHOICES_MAX."""
    parts = header[:HEADER_MAX].split(",", CHOICES_MAX)[:CHOICES_MAX]
    choices = [match for part in parts if (match := _CHOICE.fullmatch(part)) is not None]
    weighed = [(float(choice[2]) if choice[2] else 1.0, choice[1]) for choice in choices]
    return [tag for weight, tag in sorted(weighed, key=lambda one: -one[0]) if weight]


@lru_cache(maxsize=256)
def catalogue_of(tag: str, locales: Path = LOCALES) -> Catalogue | None:
    """The catalogue for a language tag. The region of the tag is used if it is known. None for a language without a
    file."""
    if not _TAG.fullmatch(tag):
        return None
    language = tag.split("-")[0].lower()
    if language != "en" and language not in languages(locales):
        return None
    found = ENGLISH if language == "en" else _read(language, locales)
    try:
        known = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return found
    return replace(found, tag=str(known).replace("_", "-")) if known.territory else found


@cache
def languages(locales: Path = LOCALES) -> tuple[str, ...]:
    """The languages with a catalogue, sorted."""
    return tuple(sorted(file.parent.parent.name for file in locales.glob(f"*/LC_MESSAGES/{DOMAIN}.po")))


@cache
def _read(language: str, locales: Path) -> Catalogue:
    with (locales / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    texts: dict[str, Forms] = {}
    places: dict[str, frozenset[str]] = {}
    for message in catalog:
        if message.id and message.string and not message.fuzzy:
            english = message.id if isinstance(message.id, str) else message.id[0]
            texts[english] = message.string if isinstance(message.string, str) else tuple(message.string)
            places[english] = frozenset(_SCRIPT.findall(" ".join(place for place, _line in message.locations)))
    return Catalogue(language, texts, places, c2py(catalog.plural_expr))
