from __future__ import annotations

import re

import pytest

from tests.widgets.conftest import Open

PATH = "/articles/12-dates-title-overlap"


def test_article_is_shown_with_its_contents_and_languages(pages: Open) -> None:
    html = pages().get(PATH).text
    assert "<title>Dates &lt;/title&gt; overlap" in html and "&lt;b&gt;" in html
    # The contents stand beside the article, and on a phone above it.
    assert re.findall(r'<li><a href="#(a-\w+)">', html) == ["a-one", "a-two"] * 2
    assert 'href="/articles/12-dates-title-qui-se-chevauchent?text=fr" lang="fr"' in html
    assert "What changed:" in html and "This translation is older" not in html


def test_older_translation_says_so_and_leads_to_the_original(pages: Open) -> None:
    html = pages().get("/articles/12-dates-title-qui-se-chevauchent?text=fr").text
    assert "This translation is older than the original." in html and "Nov 24, 2026" in html
    assert f'class="link" href="{PATH}?text=en"' in html
    assert '<h1 lang="fr">' in html


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/articles/12", PATH),
        ("/articles/12-an-old-title", PATH),
        ("/articles/12-an-old-title?useful=no", f"{PATH}?useful=no"),
        ("/articles/13-moved", "/articles/12"),
        ("/hc/en-us/articles/360012-Dates-overlap", PATH),
        ("/hc/fr/articles/360012", "/articles/12-dates-title-qui-se-chevauchent"),
        ("/hc/en-us/requests/new", "/submit"),
        ("/hc/requests", "/requests"),
        ("/hc/en-us", "/"),
    ],
)
def test_old_address_leads_to_the_present_one(pages: Open, path: str, location: str) -> None:
    answer = pages().get(path)
    # Where an article's own address leads depends on the reader's language: browsers must not keep it.
    status = 302 if path.startswith("/articles/") else 301
    assert (answer.status_code, answer.headers["location"]) == (status, location)


def test_withdrawn_article_says_so_and_what_to_do(pages: Open) -> None:
    answer = pages().get("/articles/14")
    assert answer.status_code == 410
    assert "no longer here" in answer.text and 'href="/products/spectra-ox"' in answer.text


@pytest.mark.parametrize(
    "path", ["/articles/99", "/articles/x", "/articles/0", "/articles/12x", "/hc/articles/7", "/hc/x"]
)
def test_missing_article_is_not_found(pages: Open, path: str) -> None:
    assert pages().get(path).status_code == 404


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "Was this useful?"),
        ("?useful=no", "What was missing?"),
        ("?useful=yes&thanks=1", "Good to know"),
        ("?useful=no&thanks=1", "The authors read this"),
        ("?useful=<b>", "Was this useful?"),
    ],
)
def test_page_asks_and_thanks(pages: Open, query: str, says: str) -> None:
    html = pages().get(PATH + query).text
    assert says in html and "<b>?" not in html
