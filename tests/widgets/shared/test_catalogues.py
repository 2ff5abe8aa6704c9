"""What customers read, in their language."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.widgets.conftest import Open
from widgets.shared import catalogues, extraction
from widgets.shared.catalogues import accepted, catalogue_of

FILES = pytest.mark.parametrize("file", extraction.files(), ids=lambda file: file.parent.parent.name)
SCRIPTS = sorted(path for path in extraction.WIDGETS.glob("*/static/**/*.js") if "vendor" not in path.parts)


def test_french_and_spanish_catalogues_exist() -> None:
    """English needs no file."""
    assert {"es", "fr"} <= set(catalogues.languages())


@FILES
def test_every_text_is_translated_and_nothing_else(file: Path) -> None:
    """Each text of a script or template has a translation with all plural forms."""
    assert extraction.untranslated(file) == []
    assert file.read_bytes() == extraction.updated(file), "make catalogues"


@FILES
def test_translation_has_the_values_of_its_text(file: Path) -> None:
    """No `{name}` is missing, added or misspelled."""
    with file.open("rb") as opened:
        catalog = read_po(opened, locale=file.parent.parent.name)
    for message in catalog:
        if not message.id:
            continue
        english = message.id if isinstance(message.id, str) else message.id[-1]
        for form in [message.string] if isinstance(message.string, str) else message.string or []:
            assert values(form) == values(english), form


def values(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_every_text_is_a_literal(script: Path) -> None:
    """Each call for a text begins with a literal, since a computed one could not be extracted."""
    source = re.sub(r"/\*.*?\*/|//[^\n]*", "", script.read_text("utf-8"), flags=re.DOTALL)
    if script.name == "words.js" or "/words.js'" not in source:
        return
    with script.open("rb") as file:
        found = sum(1 for _ in extraction.calls_in_script(file, None, None, None))
    assert found == len(re.findall(r"(?<![\w.$])(?:t|n|pieces)\(", source))


def test_browser_languages_are_ordered_by_weight() -> None:
    """Highest first, equal ones in the order given. Weight zero and invalid entries are left out."""
    assert accepted("de;q=0.5, fr-CA, fr;q=0.9, en;q=0.9, *;q=0.1, es;q=0") == ["fr-CA", "fr", "en", "de"]
    assert accepted("") == accepted(";;,q=1,,") == accepted("<script>;q=1") == []


def test_long_language_header_checks_a_limited_number() -> None:
    """At most CHOICES_MAX tags, against catalogues read once. No file is opened."""
    tags = [f"{a}{b}" for a in "bcdfghjklm" for b in "aeiou"] * 140
    assert len(accepted(",".join(tags))) == catalogues.CHOICES_MAX
    assert accepted(" " * 60_000 + ",fr") == []
    assert catalogue_of("qq") is None
    before = catalogues.languages.cache_info().misses
    assert [catalogue_of(tag) for tag in tags[:50]] == [None] * 50
    assert catalogues.languages.cache_info().misses == before


KNOWN = {"fr-CA": "fr-CA", "FR-ca": "fr-CA", "fr": "fr", "fr-XX": "fr", "en-GB": "en-GB", "en": "en-US"}
UNKNOWN = dict.fromkeys(("ja", "../fr", "fr<", ""))


@pytest.mark.parametrize(("tag", "as_"), (KNOWN | UNKNOWN).items())
def test_language_tag_keeps_a_known_region(tag: str, as_: str | None) -> None:
    """Dates and times follow the reader's country. An invalid tag matches nothing."""
    found = catalogue_of(tag)
    assert (found and found.tag) == as_


ASKED = [
    ("", "fr-CA,fr;q=0.9", "fr-CA"),
    ("?locale=es-MX", "fr", "es-MX"),
    ("?locale=ja", "ja,es;q=0.2", "es"),
    ("?locale=%22%3E", "", "en-US"),
]


@pytest.mark.parametrize("path", ["/widget", "/"])
def test_query_language_overrides_the_browser_with_english_as_default(pages: Open, path: str) -> None:
    """The page declares its language for browsers and screen readers."""
    client = pages()
    for query, header, tag in ASKED:
        answer = client.get(path + query, headers={"Accept-Language": header})
        assert answer.headers["content-language"] == tag and f'<html lang="{tag}"' in answer.text


def words_of(html: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="words">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    words: dict[str, object] = json.loads(found[1])
    return words


def test_page_carries_only_the_language_in_use(pages: Open) -> None:
    """Script texts by their English original, with the plural rules. English pages carry nothing."""
    words = words_of(pages().get("/?locale=fr").text)
    assert words["locale"] == "fr" and words["plurals"] == {"one": 0, "other": 1}
    messages = words["messages"]
    assert isinstance(messages, dict)
    assert messages["about {count} minute"] == ["environ {count} minute", "environ {count} minutes"]
    assert "Help Center" not in messages, "it stands in the template alone"
    assert 'id="words"' not in pages().get("/").text


def test_new_language_needs_only_one_file(tmp_path: Path) -> None:
    """The file is found without a code change and has its own plural rules."""
    file = tmp_path / "pl" / "LC_MESSAGES" / "customers.po"
    file.parent.mkdir(parents=True)
    file.write_text('msgid "Talk to us"\nmsgstr "Porozmawiaj z nami"\n')
    found = catalogue_of("pl", tmp_path)
    assert found is not None and found.gettext("Talk to us") == "Porozmawiaj z nami"
    assert found.for_scripts("customer")["plurals"] == {"one": 0, "few": 1, "many": 2}
