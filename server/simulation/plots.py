"""Plots as SVG: a small picture for each team, hours from left to right, all to one scale.

They follow the reader's light or dark scheme by themselves, in a page and as files alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, log10

from markupsafe import Markup

from routing.simulation.day import Day
from routing.simulation.figures import Figures, Goal, Report
from server.simulation.words import names

STYLE = Markup("""\
  text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #3f4851; }
  .ground { fill: #fff; }
  .name, .heading { font-weight: 600; fill: #1d242b; } .heading { font-size: 15px; }
  .grid { stroke: #e4e3de; } .axis { stroke: #8b8f93; }
  .goal { stroke: #a4610a; stroke-dasharray: 4 3; } .aside { fill: #8a5208; }
  .front { fill: #1f6688; } .behind { fill: #b4d2e0; } .whisker { stroke: #1f6688; stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    text { fill: #b9c0c7; } .ground { fill: #1a1f24; } .name, .heading { fill: #eceff1; }
    .grid { stroke: #333a41; } .axis { stroke: #737c85; }
    .goal { stroke: #e0a94e; } .aside { fill: #ecc07a; }
    .front { fill: #5fb0d6; } .behind { fill: #2f5468; } .whisker { stroke: #5fb0d6; }
  }
""")
WIDE, HIGH = 284, 128
"""Of the picture of a team, without its name and the hours below it."""
COLUMNS = 3
_LEFT, _ABOVE, _BELOW, _GAP = 40, 26, 22, 14
_HEAD = 58


@dataclass(frozen=True, slots=True)
class Plot:
    """One figure by team and hour, as bars; where there are two, the second stands behind the first."""

    file: str
    title: str
    unit: str
    legend: tuple[str, ...]
    values: Callable[[Figures], tuple[float | None, ...]]
    top: float | None = None
    """The end of the scale; what the values need unless given."""
    goal: float | None = None
    """Where a line is drawn."""


def plots(goal: Goal) -> tuple[Plot, ...]:
    """The plots of a day."""
    return (
        Plot(
            "waits",
            "How long those waited who were answered",
            "s",
            ("half of them at most", "9 of 10 at most"),
            lambda figures: (figures.wait_s(50), figures.wait_s(90)),
            goal=goal.within_s,
        ),
        Plot(
            "abandonment",
            "Left the queue",
            "%",
            ("of those that came",),
            lambda figures: (_hundred(figures.abandonment),),
        ),
        Plot(
            "occupancy",
            "Occupancy",
            "%",
            ("seats taken, of those present",),
            lambda figures: (_hundred(figures.occupancy),),
            top=100,
        ),
    )


def _hundred(share: float | None) -> float | None:
    return None if share is None else share * 100


def drawn(plot: Plot, day: Day, report: Report) -> Markup:
    """The plot as an SVG element that can be a file of its own."""
    panels = [
        (name, [(hour, plot.values(report.of(team, hour))) for hour in report.hours])
        for team, name in names(day, report)
    ]
    highest = max(
        (value for _, bars in panels for _, values in bars for value in values if value is not None), default=0
    )
    top = plot.top or scale(max(highest, plot.goal or 0))
    rows = ceil(len(panels) / COLUMNS)
    width = COLUMNS * (_LEFT + WIDE + _GAP)
    height = _HEAD + rows * (_ABOVE + HIGH + _BELOW + _GAP)
    parts = [_legend(plot, width)]
    for number, (name, bars) in enumerate(panels):
        x = number % COLUMNS * (_LEFT + WIDE + _GAP) + _LEFT
        y = _HEAD + number // COLUMNS * (_ABOVE + HIGH + _BELOW + _GAP) + _ABOVE
        parts.append(_panel(plot, name, bars, top, x, y))
    return svg(plot.title, width, height, Markup("\n").join(parts))


def svg(title: str, width: int, height: int, inside: Markup) -> Markup:
    """An SVG element with our style, on a ground of its own."""
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' role="img" aria-label="{title}">\n<style>\n{style}</style>\n'
        '<rect class="ground" width="{width}" height="{height}"/>\n{inside}\n</svg>\n'
    ).format(title=title, width=width, height=height, style=STYLE, inside=inside)


def scale(highest: float) -> float:
    """The end of a scale that holds the highest value, 1 or more: a round number."""
    if highest <= 1:
        return 1
    power = 10.0 ** int(log10(highest))
    return next(step * power for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * power >= highest)


def text(x: float, y: float, said: str, kind: str = "", anchor: str = "start") -> Markup:
    """A text of an SVG."""
    return Markup('<text x="{:g}" y="{:g}" class="{}" text-anchor="{}">{}</text>').format(x, y, kind, anchor, said)


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    """A line of an SVG."""
    return Markup('<line x1="{:g}" y1="{:g}" x2="{:g}" y2="{:g}" class="{}"/>').format(x1, y1, x2, y2, kind)


def _legend(plot: Plot, width: int) -> Markup:
    parts = [text(_LEFT - 28, 24, plot.title, "heading")]
    x: float = _LEFT - 28
    for said, kind in zip(plot.legend, ("front", "behind"), strict=False):
        parts.append(Markup('<rect class="{}" x="{:g}" y="36" width="12" height="12" rx="2"/>').format(kind, x))
        parts.append(text(x + 18, 46, f"{said}, {plot.unit}"))
        x += 18 + 7 * len(said) + 40
    if plot.goal is not None:
        parts += [line(x, 42, x + 22, 42, "goal"), text(x + 28, 46, f"{plot.goal:g} {plot.unit}", "aside")]
    return Markup("\n").join(parts)


def _panel(
    plot: Plot, name: str, bars: Sequence[tuple[int, tuple[float | None, ...]]], top: float, x: float, y: float
) -> Markup:
    parts = [text(x, y - 10, name, "name")]
    for share in (0, 0.5, 1):
        at = y + HIGH * (1 - share)
        parts += [
            line(x, at, x + WIDE, at, "grid" if share else "axis"),
            text(x - 6, at + 4, f"{top * share:g}", "", "end"),
        ]
    slot = WIDE / max(1, len(bars))
    every = ceil(len(bars) / 12)
    for place, (hour, values) in enumerate(bars):
        left = x + place * slot
        for kind, value in reversed([*zip(("front", "behind"), values, strict=False)]):
            if value:
                high = min(1.0, value / top) * HIGH
                inset = 0.16 if kind == "front" and len(values) > 1 else 0.08
                parts.append(
                    Markup(
                        '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{}</title></rect>'
                    ).format(
                        kind,
                        left + slot * inset,
                        y + HIGH - high,
                        slot * (1 - 2 * inset),
                        high,
                        f"{name}, {hour:02d}–{(hour + 1) % 24:02d}: {value:,.0f} {plot.unit}",
                    )
                )
        if all(value is None for value in values):
            parts.append(text(left + slot / 2, y + HIGH - 5, "–", "", "middle"))
        if place % every == 0:
            parts.append(text(left + slot / 2, y + HIGH + 16, f"{hour:02d}", "", "middle"))
    if plot.goal is not None:
        at = y + HIGH * (1 - plot.goal / top)
        parts.append(line(x, at, x + WIDE, at, "goal"))
    return Markup("\n").join(parts)
