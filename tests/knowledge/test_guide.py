from __future__ import annotations

import msgspec
import pytest

from knowledge.guide import guide_of
from tests.knowledge.guide_exports import article, export, page_of, translation


def test_export_is_collected_from_all_its_pages() -> None:
    """An article in two pages counts once, as it was changed last."""
    newer = article(1, "Dates, again", updated_at="2026-01-01T00:00:00Z")
    guide = guide_of(
        export([article(1, "Dates"), article(2, "Taxes")], page_2=page_of("articles", [newer, article(3, "X")]))
    )
    assert {id_: one.title for id_, one in guide.articles.items()} == {1: "Dates, again", 2: "Taxes", 3: "X"}
    assert guide.faults == [] and guide.warnings == []
    assert guide.hosts == {"acme.zendesk.com"}
    older = guide_of(export([newer], page_2=page_of("articles", [article(1, "Dates")])))
    assert older.articles[1].title == "Dates, again"


def test_translations_are_found_beside_and_inside_articles() -> None:
    """Those of sections and categories are not texts of articles."""
    inside = article(1, "Dates", translations=[translation(1, "fr", "Inside")])
    guide = guide_of(
        export([inside], [translation(1, "es", "Beside"), translation(20, "fr", "Section", source_type="Section")])
    )
    assert {key: text.title for key, text in guide.translations.items()} == {(1, "fr"): "Inside", (1, "es"): "Beside"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "a.json is not what the Help Center API returns"),
        (b"[" * 100_000, "a.json is not what"),
        (b"\xff", "a.json is not what"),
        (b'{"articles": [{"title": "No id"}]}', "id"),
        (b'{"error": "RecordNotFound"}', "a.json is an error of the Help Center API"),
        (b'{"categories": []}', "There are no articles."),
    ],
)
def test_bad_file_is_named_with_what_to_do(content: bytes, says: str) -> None:
    (fault,) = guide_of({"a.json": content}).faults
    assert says in fault


def test_missing_pages_and_files_without_use_are_warnings() -> None:
    guide = guide_of(
        {
            "articles.json": msgspec.json.encode({"articles": [article(1, "A")], "count": 240}),
            "users.json": b'{"users":[]}',
        }
    )
    assert guide.warnings == [
        "users.json has nothing that can be imported.",
        "The export has 1 of 240 articles. To import all, export all pages.",
    ]
