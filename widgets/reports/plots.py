"""Axes, grids, labels and titled bars, for all charts. x is in per cent and y in pixels, so texts keep their size.
Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

LABELS = 12
"""The most labels below a chart."""


class Label(NamedTuple):
    """A text beside a chart. `kind` is its class."""

    y: float
    text: str
    kind: str = ""


class Rect(NamedTuple):
    """A rectangle. `kind` is its class."""

    kind: str
    x: float
    width: float
    y: float
    height: float


def plot(left: Sequence[Label], drawn: Markup, height: int, sentence: str, right: Sequence[Label] = ()) -> Markup:
    """A chart with labels on its left, and maybe on its right."""
    chart = Markup('<svg class="chart" height="{}" role="img" aria-label="{}">{}</svg>').format(height, sentence, drawn)
    beside = _beside(right, height, "start") if right else ""
    kind = "axes both" if right else "axes"
    return Markup('<div class="{}">{}{}{}</div>').format(kind, _beside(left, height, "end"), chart, beside)


def _beside(labels: Sequence[Label], height: int, anchor: str) -> Markup:
    text = Markup('<text class="{}" x="{}" y="{:.1f}" text-anchor="{}">{}</text>')
    x = "100%" if anchor == "end" else "0"
    texts = Markup("").join(text.format(one.kind, x, one.y + 4, anchor, one.text) for one in labels)
    return Markup('<svg class="chart" height="{}" aria-hidden="true">{}</svg>').format(height, texts)


def line(kind: str, y: float) -> Markup:
    return Markup('<line class="{0}" x1="0" x2="100%" y1="{1:.1f}" y2="{1:.1f}"/>').format(kind, y)


def group(title: str, rects: Sequence[Rect]) -> Markup:
    """Rectangles with a title."""
    rect = Markup('<rect class="{}" x="{:.2f}%" width="{:.2f}%" y="{:.1f}" height="{:.1f}"/>')
    drawn = Markup("").join(rect.format(*one) for one in rects if one.height > 0)
    return Markup("<g><title>{}</title>{}</g>").format(title, drawn)


def text(kind: str, x: float, y: float, shown: str, anchor: str = "middle") -> Markup:
    return Markup('<text class="{}" x="{:.2f}%" y="{:.1f}" text-anchor="{}">{}</text>').format(
        kind, x, y, anchor, shown
    )


def labels_below(names: Sequence[str], y: float, most: int = LABELS) -> Markup:
    """At most `most` of the names, each below its place. Narrow screens show every third one."""
    width, every = 100 / max(1, len(names)), -(-len(names) // most)
    return Markup("").join(
        text("opt" if place // every % 3 else "", (place + 0.5) * width, y, name)
        for place, name in enumerate(names)
        if place % every == 0
    )


def ticks(most: int, steps: Sequence[int], count: int = 4) -> list[int]:
    """Round numbers from 0 until at least `most`. `steps` are the allowed steps, the smallest first. If all of them are
    too small for `count` numbers, the largest is multiplied."""
    step = next((one for one in steps if one * count >= most), None)
    if step is None:
        step = steps[-1] * -(-most // (steps[-1] * count))
    return list(range(0, -(-max(1, most) // step) * step + 1, step))
