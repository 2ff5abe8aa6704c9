"""The addresses of articles and products. The number in an article's address never changes. The words after it do."""

from __future__ import annotations

import re
import unicodedata

_WORDS_MAX = 80
_DIGITS_MAX = 15
_ARTICLE = re.compile(rf"([1-9][0-9]{{0,{_DIGITS_MAX - 1}}})(?:-.*)?")


def slug_of(title: str) -> str:
    """A title for use in an address: words in lower case with hyphens between them. Empty for a title without letters
    or digits.

    Letters with accents lose them. Letters of other scripts stay.
    """
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", title.casefold()) if not unicodedata.combining(letter)
    )
    words = re.findall(r"\w+", unicodedata.normalize("NFC", plain).replace("_", " "))
    kept = ""
    for word in words:
        longer = f"{kept}-{word}" if kept else word
        if len(longer) > _WORDS_MAX:
            break
        kept = longer
    return kept or "".join(words)[:_WORDS_MAX]


def article_path(id_: int, title: str) -> str:
    """The path of an article's page."""
    slug = slug_of(title)
    return f"/articles/{id_}-{slug}" if slug else f"/articles/{id_}"


def article_id(address: str) -> int | None:
    """The number at the start of the last part of an article's path. None if there is none."""
    found = _ARTICLE.fullmatch(address)
    return int(found[1]) if found else None


def product_path(product: str) -> str:
    """The path of a product's page."""
    return f"/products/{slug_of(product)}"
