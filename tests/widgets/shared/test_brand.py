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
def test_text_on_or_beside_the_accent_is_readable(color: str) -> None:
    """Text on the accent and its hover, and accent text on its soft backgrounds: 4.5 to 1, in light and dark mode."""
    for theme in (brand.day(color), brand.night(color)):
        shades = {role: Color(shade) for role, shade in theme.items()}
        assert min(shades[fill].contrast(shades["on-accent"]) for fill in ("accent", "accent-2")) >= 4.5
        for ground in ("accent-soft", "accent-sel", "mine"):
            assert shades["accent-ink"].contrast(shades[ground]) >= 4.5


@pytest.mark.parametrize(
    ("color", "accent"),
    [("#0a6e8a", "#0a6e8a"), ("#ffcc00", "#ffcc00"), ("#ff2222", "#cf1919"), ("#000000", "#222222")],
    ids=[
        "a colour that can be read stays",
        "so does a bright one",
        "red is darkened",
        "black is lifted until hover differs",
    ],
)
def test_accent_is_the_brand_color_where_it_is_readable(color: str, accent: str) -> None:
    """Only the lightness changes, and no more than needed."""
    assert brand.day(color)["accent"] == accent


def test_desk_without_a_color_has_the_default_design(pages: Open) -> None:
    """No style sheet without effect is loaded."""
    assert "brand.css" not in pages().get("/widget").text


def test_page_has_the_desk_color(pages: Open) -> None:
    """The page links the sheet after the design's own."""
    desk = pages(brand_color="#ffcc00")
    for path in ("/widget", "/", "/sign-in", "/no-such-page"):
        html = desk.get(path).text
        assert html.index('rel="stylesheet"') < html.index('<link rel="stylesheet" href="/brand.css?color=ffcc00">')
    assert "--accent: light-dark(#ffcc00, #ffcc00);" in desk.get("/brand.css?color=ffcc00").text


def test_widget_color_comes_from_the_host_page(pages: Open) -> None:
    """`color` in the frame's address overrides the desk's color. Other pages ignore it."""
    desk = pages(brand_color="#ffcc00")
    assert "/brand.css?color=0a6e8a" in desk.get("/widget?color=0A6E8A").text
    assert "/brand.css?color=ffcc00" in desk.get("/?color=0a6e8a").text


@pytest.mark.parametrize("color", ["", "red", "%23ff", "fff", "0a6e8a0", "0a6e8a;}", "０a6e8a"])
def test_invalid_color_is_not_found_and_changes_no_page(pages: Open, color: str) -> None:
    """Only six hexadecimal digits of an address ever reach a style sheet or a page."""
    assert pages().get(f"/brand.css?color={color}").status_code == 404
    assert "brand.css" not in pages().get(f"/widget?color={color}").text
