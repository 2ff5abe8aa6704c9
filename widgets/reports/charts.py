"""Charts as SVG, drawn by the server. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from widgets.reports.plots import Label, Rect, group, labels_below, line, plot, text, ticks
from widgets.reports.words import lasting, number, share

_TOP, _BASE, _REMARK = 24, 140, 11
_LOST_BASE, _LOST = 190, 24
"""The strip of lost chats below the bars: its base, and its height."""
_HEIGHT = 212
_WIDEST = 16
"""The widest bar, in per cent of the chart. A day alone is not half a chart wide."""
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar of the chart of days. `before` is the number of chats on the matching day of the period before. `remark` is
    a line about the day, empty for none."""

    label: str
    answered: int
    lost: int
    before: int | None
    remark: str = ""

    @property
    def offered(self) -> int:
        return self.answered + self.lost

    @property
    def lost_share(self) -> float:
        return self.lost / self.offered if self.offered else 0.0


def bars(drawn: Sequence[Bar], sentence: str) -> Markup:
    """A chart with a bar for each day. A bar has the answered chats below and the lost chats above. A mark shows the
    number of chats on the matching day of the period before. A strip below has the shares of lost chats. The first
    remark is written beside its bar."""
    marks = ticks(max((max(bar.offered, bar.before or 0) for bar in drawn), default=0), _STEPS)
    scale, worst = (_BASE - _TOP) / marks[-1], max((bar.lost_share for bar in drawn), default=0.0)
    axis = [Label(_BASE - mark * scale, number(mark)) for mark in marks[1:]]
    parts = [line("g", label.y) for label in axis]
    for place, bar in enumerate(drawn):
        parts.append(_bar(bar, place, 100 / len(drawn), scale, worst))
    parts += [line("g0", _BASE), line("g0", _LOST_BASE)]
    parts.append(labels_below([bar.label for bar in drawn], _HEIGHT - 4))
    if worst:
        axis.append(Label(_LOST_BASE - _LOST / 2, "lost", "opt"))
        parts.append(_worst(drawn))
    parts.append(_remark(drawn, scale))
    return plot(axis, Markup("").join(parts), _HEIGHT, sentence)


def _bar(bar: Bar, place: int, width: float, scale: float, worst: float) -> Markup:
    x, answered, lost = place * width, bar.answered * scale, bar.lost * scale
    wide, mark = min(width * 0.7, _WIDEST), min(width * 0.9, _WIDEST * 9 / 7)
    left = x + (width - wide) / 2
    before = "" if bar.before is None else f", {number(bar.before)} in the period before"
    remark = f". {bar.remark}" if bar.remark else ""
    title = f"{bar.label}: {number(bar.offered)} offered, {number(bar.lost)} lost{before}{remark}"
    height = _LOST * bar.lost_share / worst if worst else 0
    rects = [
        Rect("dm", left, wide, _BASE - answered, answered),
        Rect("dl", left, wide, _BASE - answered - lost, lost),
        Rect("dl" if bar.lost_share == worst else "ds", left, wide, _LOST_BASE - height, height),
    ]
    if bar.before is not None:
        rects.append(Rect("pv", x + (width - mark) / 2, mark, _BASE - bar.before * scale - 1, 2))
    return group(title, rects)


def _worst(drawn: Sequence[Bar]) -> Markup:
    """The share of lost chats of the day on which it was highest."""
    place = max(range(len(drawn)), key=lambda place: drawn[place].lost_share)
    x = (place + 0.5) * 100 / len(drawn)
    return text("lb", x, _LOST_BASE - _LOST - 3, share(drawn[place].lost_share), _anchor(x))


def _remark(drawn: Sequence[Bar], scale: float) -> Markup:
    """Above all bars, because a line is wider than its bar. A mark leads to the bar."""
    place = next((place for place, bar in enumerate(drawn) if bar.remark), None)
    if place is None:
        return Markup("")
    bar, x = drawn[place], (place + 0.5) * 100 / len(drawn)
    lead = Markup('<line class="mk" x1="{0:.2f}%" x2="{0:.2f}%" y1="{1}" y2="{2:.1f}"/>')
    top = _BASE - max(bar.offered, bar.before or 0) * scale
    return lead.format(x, _REMARK + 4, max(_REMARK + 4, top - 4)) + text("lq", x, _REMARK, bar.remark, _anchor(x))


def _anchor(x: float) -> str:
    """The anchor of a text at `x`, with which the text stays in the chart."""
    return "start" if x < 20 else "end" if x > 70 else "middle"


def range_of(
    median: int | None, p90: int | None, most: int, *, goal: int | None = None, before: int | None = None
) -> Markup:
    """A line from the median (a dot) to the 90th percentile (a ring). All values are in seconds, and `most` is the
    value at the right end. A dotted mark is the goal, a short one the 90th percentile of the period before. Empty if
    `median` is None."""
    if median is None:
        return Markup("")
    place = 100 / max(1, most)
    late = " o" if goal is not None and p90 is not None and p90 > goal else ""
    sentence = f"Half by {lasting(median)}" + ("" if p90 is None else f", nine in ten by {lasting(p90)}")
    sentence += ("" if goal is None else f", goal {lasting(goal)}") + ("" if before is None else _before(before))
    drawn = Markup('<line class="tr" x1="0" x2="100%" y1="11" y2="11"/>')
    if goal is not None and goal <= most:
        drawn += Markup('<line class="tg" x1="{0:.1f}%" x2="{0:.1f}%" y1="1" y2="21"/>').format(goal * place)
    if p90 is not None:
        ends = (late, median * place, p90 * place)
        drawn += Markup('<line class="rg{}" x1="{:.1f}%" x2="{:.1f}%" y1="11" y2="11"/>').format(*ends)
    if before is not None and before <= most:
        drawn += Markup('<line class="pb" x1="{0:.1f}%" x2="{0:.1f}%" y1="6" y2="16"/>').format(before * place)
    if p90 is not None:
        drawn += Markup('<circle class="nd{}" cx="{:.1f}%" cy="11" r="3.5"/>').format(late, p90 * place)
    drawn += Markup('<circle class="md" cx="{:.1f}%" cy="11" r="4"/>').format(median * place)
    return Markup('<svg class="range" role="img" aria-label="{}">{}</svg>').format(sentence, drawn)


def _before(p90: int) -> str:
    return f", nine in ten by {lasting(p90)} in the period before"


def share_bar(part: float, before: float | None = None) -> Markup:
    """A horizontal bar. `part` is the share of its width that is filled, from 0 to 1. A mark shows `before`."""
    mark = Markup("")
    if before is not None:
        mark = Markup('<rect class="p" x="{:.1f}%" y="-2" width="1.5" height="12"/>').format(100 * min(1, before))
    return Markup(
        '<svg class="hbar" aria-hidden="true"><rect class="b" width="{:.1f}%" height="8" rx="2"/>{}</svg>'
    ).format(100 * part, mark)
