from __future__ import annotations

import pytest

from widgets.letters.blocks import Bullets, Code, Emphasis, Link, Listing, Paragraph, Strong
from widgets.letters.rich_text import plain, rich


@pytest.mark.parametrize(
    ("text", "inline"),
    [
        ("a **b** c", ["a ", Strong(["b"]), " c"]),
        ("an *i* and _u_", ["an ", Emphasis(["i"]), " and ", Emphasis(["u"])]),
        ("`x*y*`", [Code("x*y*")]),
        ("2*3*4 and snake_case_name", ["2*3*4 and snake_case_name"]),
        ("see https://a.example/b.", ["see ", Link("https://a.example/b", "https://a.example/b"), "."]),
        ("www.a.example", [Link("www.a.example", "https://www.a.example")]),
        ("ana@a.example!", [Link("ana@a.example", "mailto:ana@a.example"), "!"]),
        ("javascript:alert(1)", ["javascript:alert(1)"]),
    ],
)
def test_marks_and_links_are_parts_of_a_paragraph(text: str, inline: list[object]) -> None:
    assert rich(text) == [Paragraph(inline)]  # type: ignore[arg-type]


def test_lists_and_code_are_blocks_of_their_own() -> None:
    assert rich("Try:\n- one\n- two\n\n3. three\n```\n<b>\n```\nDone") == [
        Paragraph(["Try:"]),
        Bullets([["one"], ["two"]]),
        Bullets([["three"]], 3),
        Listing("<b>"),
        Paragraph(["Done"]),
    ]


def test_customers_text_has_links_but_no_marks() -> None:
    assert plain("**a**\nb\n\nc") == [Paragraph(["**a**\nb"]), Paragraph(["c"])]
