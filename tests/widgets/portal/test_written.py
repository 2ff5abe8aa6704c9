"""Texts that people wrote, as pages show them."""

from __future__ import annotations

import pytest

from widgets.letters.blocks import Bullets, Link, Paragraph
from widgets.portal.written import blocks_of, one_line

TEXT = "See www.spectra.example:\n- *one*"


def test_text_of_a_customer_has_links_alone() -> None:
    """It may be a pasted query or path. Staff write lists and emphasis."""
    link = Link("www.spectra.example", "https://www.spectra.example")
    assert blocks_of(TEXT, staff=False) == [Paragraph(["See ", link, ":\n- *one*"])]
    said = blocks_of(TEXT, staff=True)
    assert said[0] == Paragraph(["See ", link, ":"]) and isinstance(said[1], Bullets)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**Done**, see\n\nhttps://spectra.example/a_b", "Done, see https://spectra.example/a_b"),
        ("Try:\n- _one_\n- `two`\n```\nthree\n```\n", "Try: one, two three"),
        ("5 * 4 * 3", "5 * 4 * 3"),
        ("", ""),
    ],
)
def test_preview_of_a_text_is_one_line_without_marks(text: str, shown: str) -> None:
    assert one_line(text) == shown
