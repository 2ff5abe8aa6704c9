"""Derives the design's colors from the color of a brand: the brand's hue, at a lightness that keeps text readable.

Text on the accent color has the contrast that WCAG 2.2, 1.4.3 requires (4.5:1). Text in the accent color has this
contrast on every background. Text on a bright accent, such as yellow, is dark. On any other accent, the text is white,
and the accent is darkened if needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from coloraide import Color

TEXT_CONTRAST = 4.5
_STEP = 0.005
_LIGHTEST = 0.545
"""The lightest accent on which white text is readable, with chroma reduced by the same factor as lightness."""
_BRIGHT = 0.68
"""The darkest accent on which dark text is readable, also while the accent is hovered. An accent between `_LIGHTEST`
and `_BRIGHT` is darkened."""
_DARK = 0.0
"""Lightness of the text on a bright accent."""
_HOVER = 0.94
"""Factor for the accent's lightness and chroma while hovered."""


Theme = dict[str, str]
"""CSS colors of the light or the dark theme by role: the names in tokens.css without dashes."""


@dataclass(frozen=True, slots=True)
class _Side:
    """The lightness and the maximum chroma of each role in one theme, light or dark, as in tokens.css."""

    darkest: float
    """Minimum lightness of the accent."""
    ink: tuple[float, float]
    ink_step: float
    soft: tuple[float, float]
    chosen: tuple[float, float]
    mine: tuple[float, float]
    grounds: Sequence[str]
    """The other backgrounds on which text has the accent color: surface, sunk, hover."""


_DAY = _Side(
    darkest=0.25,
    ink=(0.435, 0.12),
    ink_step=-_STEP,
    soft=(0.96, 0.015),
    chosen=(0.925, 0.025),
    mine=(0.937, 0.022),
    grounds=("oklch(1 0 0)", "oklch(0.955 0.005 95)", "oklch(0.948 0.006 95)"),
)
_NIGHT = _Side(
    darkest=0.53,
    ink=(0.81, 0.1),
    ink_step=_STEP,
    soft=(0.28, 0.034),
    chosen=(0.325, 0.05),
    mine=(0.318, 0.046),
    grounds=("oklch(0.217 0.007 245)", "oklch(0.198 0.006 245)", "oklch(0.262 0.008 245)"),
)


def day(color: str) -> Theme:
    """The light theme for a brand `color` (`#rrggbb`). Raises ValueError for an invalid color."""
    return _theme(color, _DAY)


def night(color: str) -> Theme:
    """The dark theme for a brand `color` (`#rrggbb`). Raises ValueError for an invalid color."""
    return _theme(color, _NIGHT)


@dataclass(frozen=True, slots=True)
class Accent:
    """The accent color in the light theme, the color of text on it, and the contrast between the two (WCAG 2.2)."""

    color: str
    text: str
    contrast: float


def accent_of(color: str) -> Accent:
    """The accent for a brand `color` (`#rrggbb`). Raises ValueError for an invalid color."""
    theme = day(color)
    return Accent(theme["accent"], theme["on-accent"], contrast(theme["accent"], theme["on-accent"]))


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colors, 1 to 21."""
    return Color(first).contrast(Color(second))


def stylesheet(color: str) -> str:
    """CSS that sets the roles of tokens.css for a brand `color` (`#rrggbb`). Raises ValueError for an invalid color."""
    by_day, by_night = day(color), night(color)
    lines = [f"    --{role}: light-dark({by_day[role]}, {by_night[role]});" for role in by_day]
    return "\n".join(["@layer tokens {", "  :root {", *lines, "  }", "}", ""])


def _theme(color: str, side: _Side) -> Theme:
    brand = Color(color).convert("oklch")
    lightness, chroma, hue = (0.0 if part != part else part for part in brand.coords())
    accent = _accent(lightness, chroma, hue, side)
    over = _dimmed(accent, _HOVER)
    on = _shade(_DARK if lightness >= _BRIGHT else 1, 0, hue)
    soft, chosen, mine = (_shade(light, min(chroma, most), hue) for light, most in (side.soft, side.chosen, side.mine))
    grounds = [*(Color(ground) for ground in side.grounds), soft, chosen, mine]
    ink = _readable_ink(min(chroma, side.ink[1]), hue, grounds, side)
    shades = {
        "accent": accent,
        "accent-2": over,
        "on-accent": on,
        "accent-ink": ink,
        "accent-soft": soft,
        "accent-sel": chosen,
    }
    return {name: _css(shade) for name, shade in {**shades, "mine": mine}.items()}


def _accent(lightness: float, chroma: float, hue: float, side: _Side) -> Color:
    """The accent for a brand's color.

    A bright color stays as it is. Any other color is darkened if white text on it would not be readable. A color that
    is too dark for the theme is lightened. The loader computes the same color in CSS.
    """
    if lightness >= _BRIGHT:
        return _shade(lightness, chroma, hue)
    light = min(max(lightness, side.darkest), _LIGHTEST)
    return _shade(light, chroma * min(1, _LIGHTEST / lightness) if lightness else 0, hue)


def _dimmed(shade: Color, share: float) -> Color:
    lightness, chroma, hue = shade.convert("oklch").coords()
    return _shade(lightness * share, chroma * share, hue)


def _readable_ink(chroma: float, hue: float, grounds: Sequence[Color], side: _Side) -> Color:
    lightness = side.ink[0]
    steps = (_shade(lightness + step * side.ink_step, chroma, hue) for step in count())
    return next(shade for shade in steps if min(shade.contrast(ground) for ground in grounds) >= TEXT_CONTRAST)


def _shade(lightness: float, chroma: float, hue: float) -> Color:
    """The color, clipped to sRGB as browsers do it, and rounded to a hex color as in the style sheet."""
    return Color(_css(Color("oklch", [lightness, chroma, hue])))


def _css(shade: Color) -> str:
    return shade.convert("srgb").clip().to_string(hex=True)
