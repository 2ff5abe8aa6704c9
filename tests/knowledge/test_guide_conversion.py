from __future__ import annotations

from collections.abc import Callable

import pytest

from knowledge.adapters.front_matter import read, written
from knowledge.adapters.guide_html import converted as markdown_of
from knowledge.article import Article
from knowledge.folder import Imported
from knowledge.guide import guide_of
from knowledge.guide_conversion import Converted, GuideFolder, converted, with_files
from knowledge.guide_mapping import GuideMap
from tests.knowledge.guide_exports import HOST, article, export, page_of, translation

PRODUCTS = ("Spectra OX", "Lumina")


def made(
    articles: list[dict[str, object]], translations: list[dict[str, object]] | None = None, **more: bytes
) -> GuideFolder:
    return converted(guide_of(export(articles, translations, **more)), GuideMap(), PRODUCTS, markdown_of)


def only(folder: GuideFolder) -> Imported:
    (one,) = folder.folder.articles
    assert folder.folder.faults == []
    return one


def body(html: str, *others: dict[str, object], **more: object) -> str:
    first = made([article(1, "A", html, **more), *others]).folder.articles[0]
    return first.pages[0].body


def test_article_keeps_what_the_export_says() -> None:
    one = only(made([article(1, "Dates overlap", label_names=["flights", " dates ", "flights"], user_segment_id=30)]))
    assert one.article == Article(
        source="zendesk/1",
        product="Spectra OX",
        section="faqs",
        visibility="signed_in",
        labels=("flights", "dates"),
        position=1,
    )
    (page,) = one.pages
    assert (page.path, page.front.title, page.front.locale, page.body) == (
        "zendesk/1.md",
        "Dates overlap",
        "en",
        "Text",
    )
    assert (page.front.published, page.front.updated) == ("2024-02-03T10:00:00Z", "2025-05-05T11:00:00Z")
    assert read(page.path, written(page)) == page, "an export of the article is the same"


def test_translations_are_kept_with_what_is_out_of_date() -> None:
    one = only(made([article(1, "A")], [translation(1, "fr", "B"), translation(1, "es-419", "C", outdated=True)]))
    assert [(page.front.locale, page.front.title, page.path) for page in one.pages] == [
        ("en", "A", "zendesk/1.md"),
        ("fr", "B", "zendesk/1.fr.md"),
        ("es", "C", "zendesk/1.es.md"),
    ]
    assert one.current == {"fr"}


def test_drafts_stay_drafts() -> None:
    """A draft beside published texts is not published. An article of drafts is a draft."""
    one = only(made([article(1, "A")], [translation(1, "fr", "B", draft=True)]))
    assert one.article.state == "published" and [page.front.locale for page in one.pages] == ["en"]
    assert [page.front.locale for page in one.drafts] == ["fr"]
    draft = only(made([article(1, "A", draft=True)], [translation(1, "fr", "B", draft=True)]))
    assert draft.article.state == "draft" and len(draft.pages) == 2 and not draft.drafts


def test_articles_are_in_the_order_of_their_sections() -> None:
    found = made([article(1, "A", section_id=21), article(2, "B", position=2), article(3, "C", position=1)])
    assert [one.article.source for one in found.folder.articles] == ["zendesk/3", "zendesk/2", "zendesk/1"]
    assert [one.article.kind for one in found.folder.articles] == ["article", "article", "release"]


@pytest.mark.parametrize(
    ("link", "here"),
    [
        ("/hc/en-us/articles/2-B", "2.md"),
        (f"{HOST}/hc/fr/articles/2-B#h_01B", "2.md#a-second-part"),
        ("#h_01A", "#a-first-part"),
        ("#unknown", "#unknown"),
        ("/hc/en-us/articles/99-C", f"{HOST}/hc/en-us/articles/99-C"),
        ("/hc/en-us/sections/20-FAQs", "/products/spectra-ox"),
        ("/hc/en-us/categories/10", "/products/spectra-ox"),
        ("/hc/en-us/categories/99", "/"),
        ("/hc/en-us/requests/new", "/submit"),
        ("https://planner.example/x?y=1", "https://planner.example/x?y=1"),
        ("//planner.example/x", "https://planner.example/x"),
        ("mailto:help@planner.example", "mailto:help@planner.example"),
    ],
)
def test_links_lead_to_the_present_places(link: str, here: str) -> None:
    html = f'<h2 id="h_01A">First part</h2><p><a href="{link}">x</a></p>'
    other = article(2, "B", '<h2 id="h_01B">Second part</h2>')
    assert f"[x]({here})" in body(html, other)


def test_link_to_an_article_that_is_missing_is_a_warning() -> None:
    folder = made([article(1, "A", '<a href="/hc/en-us/articles/99-C">x</a>')]).folder
    assert folder.warnings == ["Article 1, 'A': it links to article 99, which is not in the export."]
    assert folder.faults == []


def test_pictures_and_files_are_named_with_their_attachments() -> None:
    html = '<img src="/hc/article_attachments/5" alt="The list"><img src="https://cdn.example/a b.png">'
    files = page_of(
        "article_attachments",
        [
            {"id": 6, "article_id": 1, "file_name": "rates [1].pdf", "content_url": f"{HOST}/hc/article_attachments/6"},
            {"id": 5, "article_id": 1, "file_name": "list.png", "inline": True},
        ],
    )
    found = made([article(1, "A", html)], attachments=files)
    assert found.files == {
        f"{HOST}/hc/article_attachments/5": 5,
        "https://cdn.example/a%20b.png": None,
        f"{HOST}/hc/article_attachments/6": 6,
    }
    text = only(found).pages[0].body
    assert text.endswith(rf"- [rates \[1\].pdf]({HOST}/hc/article_attachments/6)")
    there = {f"{HOST}/hc/article_attachments/5": "/files/1", f"{HOST}/hc/article_attachments/6": "/files/2"}
    replaced = with_files(text, there)
    assert "![The list](/files/1)" in replaced and r"- [rates \[1\].pdf](/files/2)" in replaced
    assert "[Picture](https://cdn.example/a%20b.png)" in replaced and "![](https" not in replaced


def test_article_about_a_video_is_a_video() -> None:
    frame = '<iframe src="//player.vimeo.com/video/1" title="Moving a flight"></iframe>'
    one = only(made([article(1, "A", frame)]))
    assert (one.article.kind, one.pages[0].body) == ("video", "![Moving a flight](https://player.vimeo.com/video/1)")
    assert with_files(one.pages[0].body, {}) == one.pages[0].body, "it is no picture"
    elsewhere = only(made([article(1, "A", '<iframe src="https://films.example/1"></iframe>')]))
    assert elsewhere.pages[0].body == "[Video](https://films.example/1)"
    assert only(made([article(1, "A", f"{frame}<p>{'word ' * 200}</p>")])).article.kind == "article"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"title": " "}, "Article 1, ' ': `title` is empty."),
        ({"title": "x" * 201}, "201 characters"),
        ({"body": f"<p>{'y' * 100_001}</p>"}, "100,001 characters"),
        ({"created_at": "yesterday"}, "'yesterday' is not a time"),
        ({"locale": "klingon"}, "'klingon' is not a language"),
        ({"section_id": None}, "its section None is not in the export"),
        ({"body": "<div>" * 61 + "x"}, "nested more than 60 levels"),
        ({"body": "<table>" + "<tr><td>x</td></tr>" * 10_001 + "</table>"}, "more than 20,000 elements"),
        ({"body": "x" * (1 << 20 | 1)}, "1,048,577 characters of HTML"),
    ],
)
def test_fault_names_the_article(more: dict[str, object], says: str) -> None:
    folder = made([article(2, "Good"), article(1, "Bad", **more)]).folder
    (fault,) = folder.faults
    assert fault.startswith("Article 1, ") and says in fault


def test_picture_without_a_host_is_a_fault() -> None:
    """Without html_url nobody knows from where to fetch it."""
    (fault,) = made([article(1, "A", '<img src="/hc/article_attachments/5">', html_url="")]).folder.faults
    assert "Export html_url too." in fault


def test_conversion_asks_for_each_link_once() -> None:
    asked = []

    def convert(html: str, rewrite: Callable[[str], str]) -> Converted:
        asked.append(rewrite("/hc/en-us"))
        return Converted(html, {}, [], False)

    converted(guide_of(export([article(1, "A")])), GuideMap(), PRODUCTS, convert)
    assert asked == ["/"]
