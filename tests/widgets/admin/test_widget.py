"""`widgets.admin.widget`: what the page says about a color."""

from __future__ import annotations

import pytest

from widgets.admin.widget import accent_of, snippets


@pytest.mark.parametrize(
    ("color", "darkened", "bright"),
    [("#00618a", False, False), ("#5aa0b8", True, False), ("#ffcc00", False, True), ("", False, False)],
)
def test_shade_of_a_color_says_how_legible_it_is(color: str, darkened: bool, bright: bool) -> None:
    shade = accent_of(color)
    assert shade is not None and (shade.darkened, shade.bright) == (darkened, bright)
    assert float(shade.contrast.removesuffix(" : 1")) >= 4.5
    assert not darkened or float(shade.white.removesuffix(" : 1")) < 4.5


@pytest.mark.parametrize("text", ["blue", "#12345", "#00618a; x", "javascript:"])
def test_text_that_is_no_color_has_no_shade(text: str) -> None:
    assert accent_of(text) is None


def test_snippets_load_the_script_of_this_desk() -> None:
    codes = [code for _, code in snippets("https://desk.example").values()]
    assert all('<script src="https://desk.example/widget.js" async></script>' in code for code in codes)
