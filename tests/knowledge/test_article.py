from __future__ import annotations

import pytest

from knowledge.article import Reader, Text, is_older, text_for


def texts(**versions: int) -> dict[str, Text]:
    return {tag: Text(tag, "T", "", "B", version=version, of_original=2) for tag, version in versions.items()}


@pytest.mark.parametrize(
    ("locale", "found"),
    [("fr", "fr"), ("fr-CA", "fr"), ("en", "en"), ("de", "en"), ("es", "es")],
)
def test_reader_gets_their_language_or_the_original(locale: str, found: str) -> None:
    assert text_for(texts(en=1, es=1, fr=1), locale).locale == found


def test_article_without_an_original_is_shown_in_the_language_it_has() -> None:
    assert text_for(texts(fr=1), "es").locale == "fr"


@pytest.mark.parametrize(("original", "older"), [(1, False), (2, False), (3, True)])
def test_translation_is_older_if_the_original_changed_since(original: int, older: bool) -> None:
    both = texts(en=original, fr=7)
    assert is_older(both["fr"], both) is older
    assert not is_older(both["en"], both)


def test_translation_of_an_unnamed_version_counts_as_older() -> None:
    both = texts(en=1) | {"fr": Text("fr", "T", "", "B")}
    assert is_older(both["fr"], both)


def test_readers_see_what_is_meant_for_them() -> None:
    assert Reader().sees == ("public",)
    assert Reader(signed_in=True).sees == ("public", "signed_in")
    assert Reader(signed_in=True, staff=True).sees == ("public", "signed_in", "product", "staff")
