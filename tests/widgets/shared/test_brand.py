"""Shades of a brand's colour that can be read, whatever the colour."""

from __future__ import annotations

import pytest
from coloraide import Color
from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.conftest import Open
from widgets.shared import brand

COLORS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLORS)
def test_what_stands_on_or_beside_the_accent_can_be_read(color: str) -> None:
    """White on the accent and its hover, and the accent's ink on its soft grounds: 4.5 to 1, by day and by night."""
    for theme in (brand.day(color), brand.night(color)):
        shades = {role: Color(shade) for role, shade in theme.items()}
        white = Color("white")
        assert min(shades["accent"].contrast(white), shades["accent-2"].contrast(white)) >= 4.5
        for ground in ("accent-soft", "accent-sel", "mine"):
            assert shades["accent-ink"].contrast(shades[ground]) >= 4.5


@pytest.mark.parametrize(
    ("color", "accent"),
    [("#0a6e8a", "#0a6e8a"), ("#ffcc00", "#896c00"), ("#000000", "#222222")],
    ids=["a colour that can be read stays", "yellow becomes ochre", "black is lifted until hover differs"],
)
def test_the_accent_is_the_brand_s_colour_where_it_can_be(color: str, accent: str) -> None:
    """Only the lightness moves, and only as far as it must."""
    assert brand.day(color)["accent"] == accent


def test_a_desk_without_a_colour_has_the_design_s(pages: Open) -> None:
    """No sheet is asked for that would change nothing."""
    assert "brand.css" not in pages().get("/widget").text


def test_pages_are_in_the_desk_s_colour(pages: Open) -> None:
    """The sheet is linked by the page, after the design's own."""
    desk = pages(brand_color="#ffcc00")
    for path in ("/widget", "/", "/sign-in", "/no-such-page"):
        html = desk.get(path).text
        assert html.index('rel="stylesheet"') < html.index('<link rel="stylesheet" href="/brand.css?color=ffcc00">')
    assert "--accent: light-dark(#896c00, #896c00);" in desk.get("/brand.css?color=ffcc00").text


def test_a_host_page_chooses_the_widget_s_colour(pages: Open) -> None:
    """`color` of the frame's address outranks the desk's; of other pages it is not read."""
    desk = pages(brand_color="#ffcc00")
    assert "/brand.css?color=0a6e8a" in desk.get("/widget?color=0A6E8A").text
    assert "/brand.css?color=ffcc00" in desk.get("/?color=0a6e8a").text


@pytest.mark.parametrize("color", ["", "red", "%23ff", "fff", "0a6e8a0", "0a6e8a;}", "０a6e8a"])
def test_what_is_no_colour_is_not_found_and_changes_no_page(pages: Open, color: str) -> None:
    """Nothing of an address gets into a style sheet or a page but six hexadecimal digits."""
    assert pages().get(f"/brand.css?color={color}").status_code == 404
    assert "brand.css" not in pages().get(f"/widget?color={color}").text
