from __future__ import annotations

from dataclasses import replace

import pytest

from identity.actor import Actor
from knowledge.article import Article
from knowledge.ports import Line
from tests.widgets.conftest import NAME, Open
from widgets.portal.looks import look_of
from widgets.portal.products import by_topic, newest_first

DANIELLE = Actor(kind="customer", id="v-1", account="a-1", name=NAME, email="danielle@northlake.example")
LINE = Line(Article("s", "Spectra OX", "faqs"), "en", "T", "", 1, 1, 1)


def line(title: str, topic: str = "", position: int = 0, at: int = 1) -> Line:
    article = replace(LINE.article, topic=topic, position=position)
    return replace(LINE, article=article, title=title, published_at=at)


def test_product_shows_its_three_sections(pages: Open) -> None:
    html = pages().get("/products/spectra-ox").text
    assert html.count("A &lt;b&gt;title&lt;/b&gt;") == 5
    assert html.index('id="faqs"') < html.index('id="training"') < html.index('id="releases"')


def test_product_says_what_it_is_how_long_videos_are_and_what_is_new(pages: Open) -> None:
    html = pages(customer=DANIELLE).get("/products/spectra-ox").text
    assert '<p class="lead" lang="en">Two lines</p>' in html
    assert "7 min" in html and html.count('class="vid"') == 1
    assert (
        '1<span class="sr"> new</span>' in html
        and "New for you" in html
        and ">Fixed</span>" in html
        and "other" not in html
    )


def test_start_page_names_what_is_asked_often(pages: Open) -> None:
    html = pages(customer=DANIELLE).get("/").text
    assert "Asked &lt;b&gt;often&lt;/b&gt;" in html
    assert "2 new notices" in html


def test_article_is_not_new_once_it_is_open(pages: Open) -> None:
    assert "One new notice" in pages(customer=DANIELLE).get("/articles/12-dates-title-overlap").text


@pytest.mark.parametrize("count", [1, 3, 9])
def test_products_have_looks_of_their_own(count: int) -> None:
    products = [f"Product {number}" for number in range(count)]
    look = look_of(products)
    assert len({look(product).hue for product in products}) == count
    assert look("unknown") == look("another")


def test_unknown_product_is_not_found(pages: Open) -> None:
    assert pages().get("/products/mint").status_code == 404


def test_start_page_has_a_tile_for_each_product_with_articles(pages: Open) -> None:
    html = pages().get("/").text
    assert 'href="/products/spectra-ox#faqs"' in html and "#training" not in html


def test_articles_stand_below_their_topics_and_those_without_come_last() -> None:
    lines = [line("a"), line("b", "Orders"), line("c", "Export"), line("d", "Orders")]
    assert [(topic, [one.title for one in found]) for topic, found in by_topic(lines)] == [
        ("Orders", ["b", "d"]),
        ("Export", ["c"]),
        ("", ["a"]),
    ]


def test_newest_release_comes_first() -> None:
    lines = [line("old", position=1, at=9), line("new", position=2, at=1), line("same", position=2, at=5)]
    assert [one.title for one in newest_first(lines)] == ["same", "new", "old"]
