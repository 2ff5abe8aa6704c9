"""Charts as SVG, drawn by the server. x is in per cent and y in pixels, so texts keep their size. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from widgets.reports.words import lasting, number

HEIGHT = 160
_TOP, _BASE = 24, 132
_LABELS = 12
"""The most labels below the bars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar of the chart of days. `before` is the number of chats on the matching day of the period before."""

    label: str
    answered: int
    lost: int
    before: int | None

    @property
    def offered(self) -> int:
        return self.answered + self.lost


def bars(drawn: Sequence[Bar], sentence: str) -> Markup:
    """A chart with a bar for each day. A bar has the answered chats below and the lost chats above. A mark shows the
    number of chats on the matching day of the period before."""
    most = max((max(bar.offered, bar.before or 0) for bar in drawn), default=0) or 1
    width = 100 / max(1, len(drawn))
    every = -(-len(drawn) // _LABELS)
    parts = [_grid(most)]
    for place, bar in enumerate(drawn):
        parts.append(_bar(bar, place * width, width, most))
        if place % every == 0:
            label = Markup('<text class="{}" x="{:.2f}%" y="150" text-anchor="middle">{}</text>')
            parts.append(label.format("opt" if place // every % 3 else "", (place + 0.5) * width, bar.label))
    return Markup('<svg class="chart" height="{}" role="img" aria-label="{}">{}</svg>').format(
        HEIGHT, sentence, Markup("").join(parts)
    )


def _grid(most: int) -> Markup:
    line = Markup('<line class="{}" x1="0" x2="100%" y1="{:.1f}" y2="{:.1f}"/>')
    top = Markup('<text x="0" y="{:.1f}">{}</text>').format(_TOP - 6, number(most))
    return line.format("g", _TOP, _TOP) + top + line.format("g0", _BASE, _BASE)


def _bar(bar: Bar, x: float, width: float, most: int) -> Markup:
    scale = (_BASE - _TOP) / most
    answered, lost = bar.answered * scale, bar.lost * scale
    rect = Markup('<rect class="{}" x="{:.2f}%" width="{:.2f}%" y="{:.1f}" height="{:.1f}"/>')
    left, wide = x + width * 0.15, width * 0.7
    before = "" if bar.before is None else f", {number(bar.before)} in the period before"
    title = f"{bar.label}: {number(bar.offered)} offered, {number(bar.lost)} lost{before}"
    drawn = rect.format("dm", left, wide, _BASE - answered, answered)
    drawn += rect.format("dl", left, wide, _BASE - answered - lost, lost)
    if bar.before is not None:
        drawn += rect.format("pv", x + width * 0.05, width * 0.9, _BASE - bar.before * scale - 1, 2)
    return Markup("<g><title>{}</title>{}</g>").format(title, drawn)


def range_of(median: int | None, p90: int | None, most: int, goal: int | None = None) -> Markup:
    """A line from the median (a dot) to the 90th percentile (a ring). All values are in seconds, and `most` is the
    value at the right end. Empty if `median` is None."""
    if median is None:
        return Markup("")
    place = 100 / max(1, most)
    sentence = f"Half by {lasting(median)}" + ("" if p90 is None else f", nine in ten by {lasting(p90)}")
    drawn = Markup('<line class="tr" x1="0" x2="100%" y1="11" y2="11"/>')
    if p90 is not None:
        ends = (median * place, p90 * place)
        drawn += Markup('<line class="rg" x1="{:.1f}%" x2="{:.1f}%" y1="11" y2="11"/>').format(*ends)
        drawn += Markup('<circle class="nd" cx="{:.1f}%" cy="11" r="3.5"/>').format(p90 * place)
    drawn += Markup('<circle class="md" cx="{:.1f}%" cy="11" r="4"/>').format(median * place)
    return Markup('<svg class="range" role="img" aria-label="{}">{}</svg>').format(sentence, drawn)


def share_bar(part: float) -> Markup:
    """A horizontal bar. `part` is the share of its width that is filled, from 0 to 1."""
    return Markup(
        '<svg class="hbar" aria-hidden="true"><rect class="b" width="{:.1f}%" height="8" rx="2"/></svg>'
    ).format(100 * part)
