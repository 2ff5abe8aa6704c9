"""A brand's colour as the roles of the design: the hue is the brand's, how light each is, is what can be read.

White text is to stand on the accent, and the accent's ink on every ground that a page has, with the contrast of
WCAG 2.2, 1.4.3: 4.5 to 1. A yellow brand becomes a dark ochre, never white on yellow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from coloraide import Color

TEXT_CONTRAST = 4.5
_STEP = 0.005
_LIGHTEST = 0.545
"""The lightest accent: on any of this lightness, less colourful by as much as it is darker, white can be read."""
_HOVER = 0.9
"""How much of the accent's lightness and colour is left under the pointer."""


Theme = dict[str, str]
"""The colours of one side, day or night: as CSS, by the role that tokens.css names, without its dashes."""


@dataclass(frozen=True, slots=True)
class _Side:
    """How light, and at most how colourful, each role is by day or by night. As in tokens.css, which has one hue."""

    darkest: float
    """The accent."""
    ink: tuple[float, float]
    ink_step: float
    soft: tuple[float, float]
    chosen: tuple[float, float]
    mine: tuple[float, float]
    grounds: Sequence[str]
    """What the ink is read on besides: surface, sunk, hover."""


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
    """The colours of light pages for a brand of `color`, `#rrggbb`. ValueError for what is no colour."""
    return _theme(color, _DAY)


def night(color: str) -> Theme:
    """The same for dark pages."""
    return _theme(color, _NIGHT)


def stylesheet(color: str) -> str:
    """The roles of `tokens.css` in the shades of a brand of `color`, `#rrggbb`. ValueError for what is no colour."""
    by_day, by_night = day(color), night(color)
    lines = [f"    --{role}: light-dark({by_day[role]}, {by_night[role]});" for role in by_day]
    return "\n".join(["@layer tokens {", "  :root {", *lines, "  }", "}", ""])


def _theme(color: str, side: _Side) -> Theme:
    brand = Color(color).convert("oklch")
    lightness, chroma, hue = (0.0 if part != part else part for part in brand.coords())
    accent = _accent(lightness, chroma, hue, side)
    over = _dimmed(accent, _HOVER)
    soft, chosen, mine = (_shade(light, min(chroma, most), hue) for light, most in (side.soft, side.chosen, side.mine))
    grounds = [*(Color(ground) for ground in side.grounds), soft, chosen, mine]
    ink = _readable_ink(min(chroma, side.ink[1]), hue, grounds, side)
    shades = {"accent": accent, "accent-2": over, "accent-ink": ink, "accent-soft": soft, "accent-sel": chosen}
    return {name: _css(shade) for name, shade in {**shades, "mine": mine}.items()}


def _accent(lightness: float, chroma: float, hue: float, side: _Side) -> Color:
    """As light as the brand's colour is, but for what white text needs. The loader reckons the same, by CSS."""
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
    """A colour that a screen can show, as browsers do; rounded as it will be written."""
    return Color(_css(Color("oklch", [lightness, chroma, hue])))


def _css(shade: Color) -> str:
    """`#rrggbb`."""
    return shade.convert("srgb").clip().to_string(hex=True)
