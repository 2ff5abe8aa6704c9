from __future__ import annotations

from xml.etree import ElementTree

import pytest

from knowledge.article import Article
from knowledge.ports import Line
from tests.widgets.conftest import Open
from widgets.portal.sitemap import ADDRESSES_MAX, PAGES, addresses_of, sitemap

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
LINK = "{http://www.w3.org/1999/xhtml}link"
OVERLAP = "/articles/12-dates-title-overlap"


def test_sitemap_has_pages_products_and_articles_in_all_languages(pages: Open) -> None:
    answer = pages().get("/sitemap.xml")
    assert answer.headers["content-type"] == "application/xml"
    root = ElementTree.fromstring(answer.content)
    found = [url.findtext(LOC) for url in root]
    base = "http://desk.example"
    assert found == [
        *(base + path for path in PAGES),
        f"{base}/products/spectra-ox",
        f"{base}{OVERLAP}?text=en",
        f"{base}/articles/12-dates-title-qui-se-chevauchent?text=fr",
    ]
    assert [link.get("hreflang") for link in root[-1].findall(LINK)] == ["en", "fr"]
    again = pages().get("/sitemap.xml", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.long
def test_sitemap_of_very_many_articles_has_as_many_as_allowed() -> None:
    lines = [
        Line(Article(f"a{id_}", "OX", "faqs", id=id_), "en", "A & <b>", "", 1, 0, 0) for id_ in range(ADDRESSES_MAX)
    ]
    assert len(ElementTree.fromstring(sitemap("https://s.example", lines))) == ADDRESSES_MAX


@pytest.mark.parametrize(
    ("titles", "addresses"),
    [
        ({"en": "Dates"}, {"en": "/articles/7-dates"}),
        ({"fr": "Taux", "en": "Rates"}, {"en": "/articles/7-rates?text=en", "fr": "/articles/7-taux?text=fr"}),
    ],
)
def test_address_names_the_language_if_there_are_several(titles: dict[str, str], addresses: dict[str, str]) -> None:
    assert addresses_of(7, titles) == addresses


def test_robots_are_led_to_the_sitemap_and_away_from_pages_of_one_reader(pages: Open) -> None:
    said = pages().get("/robots.txt").text.splitlines()
    assert "User-agent: *" in said and "Disallow: /requests" in said
    assert "Sitemap: http://desk.example/sitemap.xml" in said
    assert not [line for line in said if line.startswith(("Disallow: /articles", "Disallow: /products"))]


def test_article_names_its_own_address_and_those_of_other_languages(pages: Open) -> None:
    html = pages().get(f"{OVERLAP}?useful=no").text
    assert f'<link rel="canonical" href="http://desk.example{OVERLAP}?text=en">' in html
    assert 'hreflang="fr" href="http://desk.example/articles/12-dates-title-qui-se-chevauchent?text=fr"' in html
    assert '<meta name="description" content="Two lines">' in html and 'content="noindex"' not in html
