from __future__ import annotations

from dataclasses import replace

from knowledge.article import Article
from knowledge.ports import Line
from tests.widgets.conftest import Open
from widgets.portal.products import by_topic, newest_first

LINE = Line(Article("s", "Spectra OX", "faqs"), "en", "T", "", 1, 1, 1)


def line(title: str, topic: str = "", position: int = 0, at: int = 1) -> Line:
    article = replace(LINE.article, topic=topic, position=position)
    return replace(LINE, article=article, title=title, published_at=at)


def test_product_shows_its_three_sections(pages: Open) -> None:
    html = pages().get("/products/spectra-ox").text
    assert html.count("A &lt;b&gt;title&lt;/b&gt;") == 4
    assert html.index('id="faqs"') < html.index('id="training"') < html.index('id="releases"')


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
