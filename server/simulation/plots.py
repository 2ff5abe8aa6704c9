"""Plots as SVG, for light and dark. A plot has a panel for each team, with hours on the x axis. All panels have the
same scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, log10

from markupsafe import Markup

from routing.simulation.day import Day
from routing.simulation.figures import Figures, Goal, Report
from server.simulation.text_report import names

STYLE = Markup("""\
  text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #3f4851; }
  .ground { fill: #fff; }
  .name, .heading { font-weight: 600; fill: #1d242b; } .heading { font-size: 15px; }
  .grid { stroke: #e4e3de; } .axis { stroke: #8b8f93; }
  .halo { stroke: #fff; stroke-width: 3; stroke-opacity: .6; }
  .goal { stroke: #8a5208; stroke-width: 1.5; stroke-dasharray: 5 3; } .aside { fill: #8a5208; }
  .front { fill: #1f6688; } .whisker { stroke: #1f6688; stroke-width: 2; }
  .behind { fill: #d3e5ee; stroke: #1f6688; stroke-width: 1; }
  @media screen and (prefers-color-scheme: dark) {
    text { fill: #b9c0c7; } .ground { fill: #1a1f24; } .name, .heading { fill: #eceff1; }
    .grid { stroke: #333a41; } .axis { stroke: #737c85; }
    .halo { stroke: #1a1f24; } .goal { stroke: #ecc07a; } .aside { fill: #ecc07a; }
    .front { fill: #5fb0d6; } .whisker { stroke: #5fb0d6; } .behind { fill: #23404f; stroke: #5fb0d6; }
  }
""")
"""The style for the light and the dark theme. Bars differ in fill and outline, and the goal is dashed, so nothing
depends on color alone."""
WIDE, HIGH = 276, 128
"""Size of a team's panel, without its name, scale and hours."""
COLUMNS = 3
NAME_MAX = 40
"""Maximum number of characters of a team's name in its panel."""
_LEFT, _ABOVE, _BELOW, _GAP = 48, 26, 22, 14
_ACROSS, _DOWN = _LEFT + WIDE + _GAP, _ABOVE + HIGH + _BELOW
_HEAD = 62


@dataclass(frozen=True, slots=True)
class Plot:
    """A figure by team and hour, as bars. If the figure has a second value, the bar of this value is behind the first
    one."""

    file: str
    title: str
    unit: str
    legend: tuple[str, ...]
    none: str
    """The text of the legend that explains a dash. A dash stands in place of a bar."""
    values: Callable[[Figures], tuple[float | None, ...]]
    top: float | None = None
    """The highest value on the scale. If None, it is chosen from the values."""
    goal: float | None = None
    """The value at which a horizontal line is drawn. If None, there is no line."""

    def said(self, value: float) -> str:
        return f"{value:,.0f} {self.unit}"


def plots(goal: Goal) -> tuple[Plot, ...]:
    return (
        Plot(
            "answered",
            f"Answered within {goal.within_s} s",
            "%",
            ("of those that came",),
            "nobody came",
            lambda figures: (_hundred(figures.within(goal.within_s)),),
            top=100,
            goal=goal.percent,
        ),
        Plot(
            "waits",
            "Waits of those who were answered",
            "s",
            ("half of them at most", "9 of 10 at most"),
            "nobody was answered",
            lambda figures: (figures.wait_s(50), figures.wait_s(90)),
            goal=goal.within_s,
        ),
        Plot(
            "abandonment",
            "Left the queue",
            "%",
            ("of those that came",),
            "nobody came",
            lambda figures: (_hundred(figures.abandonment),),
        ),
        Plot(
            "occupancy",
            "Occupancy",
            "%",
            ("occupied slots, of those present",),
            "nobody was there",
            lambda figures: (_hundred(figures.occupancy),),
            top=100,
        ),
    )


def _hundred(share: float | None) -> float | None:
    return None if share is None else share * 100


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn plot, with a panel for each team and one for all teams together. Each panel is an SVG of its own."""

    plot: Plot
    panels: tuple[Markup, ...]
    whole: Markup
    """One SVG with all panels."""
    dashes: bool
    """True if at least one hour has no value, and a dash instead."""


def drawn(plot: Plot, day: Day, report: Report) -> Picture:
    panels = [
        (name, [(hour, plot.values(report.of(team, hour))) for hour in report.hours])
        for team, name in names(day, report)
    ]
    every = [value for _, bars in panels for _, values in bars for value in values]
    top = plot.top or scale(max([plot.goal or 0, *(value for value in every if value is not None)]))
    dashes = any(all(value is None for value in values) for _, bars in panels for _, values in bars)
    width, height = COLUMNS * _ACROSS, _HEAD + ceil(len(panels) / COLUMNS) * (_DOWN + _GAP) + 8
    parts, single = [_legend(plot, dashes, day)], []
    for number, (name, bars) in enumerate(panels):
        x, y = number % COLUMNS * _ACROSS, _HEAD + number // COLUMNS * (_DOWN + _GAP)
        parts.append(_panel(plot, name, bars, top, x + _LEFT, y + _ABOVE))
        said = f"{plot.title}, {name}"
        single.append(_svg(said, _ACROSS, _DOWN, _panel(plot, name, bars, top, _LEFT, _ABOVE)))
    return Picture(plot, tuple(single), svg(plot.title, width, height, Markup("\n").join(parts)), dashes)


def hours_said(day: Day) -> str:
    """The label of the x axis."""
    return f"by hour of the day, {day.desk.timezone}"


def svg(title: str, width: int, height: int, inside: Markup) -> Markup:
    """An SVG element with our style and a background."""
    ground = Markup('<style>\n{}</style>\n<rect class="ground" width="{}" height="{}"/>\n')
    return _svg(title, width, height, ground.format(STYLE, width, height) + inside)


def _svg(title: str, width: int, height: int, inside: Markup) -> Markup:
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' role="img" aria-label="{title}">\n{inside}\n</svg>\n'
    ).format(title=title, width=width, height=height, inside=inside)


def scale(highest: float) -> float:
    """The end of a scale for values up to `highest`. It is a round number, and at least 1."""
    if highest <= 1:
        return 1
    power = 10.0 ** int(log10(highest))
    return next(step * power for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * power >= highest)


def text(x: float, y: float, said: str, kind: str = "", anchor: str = "start") -> Markup:
    return Markup('<text x="{:g}" y="{:g}" class="{}" text-anchor="{}">{}</text>').format(x, y, kind, anchor, said)


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return Markup('<line x1="{:g}" y1="{:g}" x2="{:g}" y2="{:g}" class="{}"/>').format(x1, y1, x2, y2, kind)


def swatch(kind: str) -> Markup:
    """A sample of a bar or of the goal line, for the legend."""
    inside = line(0, 6, 22, 6, "goal") if kind == "goal" else _box(kind, 0.5, 0.5)
    return Markup('<svg width="{}" height="13" aria-hidden="true">{}</svg>').format(
        22 if kind == "goal" else 13, inside
    )


def legend(plot: Plot, *, dashes: bool) -> list[tuple[str, str]]:
    """The kind and the meaning of each mark in a plot."""
    found = [(kind, f"{said}, {plot.unit}") for kind, said in zip(("front", "behind"), plot.legend, strict=False)]
    if plot.goal is not None:
        found.append(("goal", f"goal: {plot.said(plot.goal)}"))
    return [*found, ("–", plot.none)] if dashes else found


def _box(kind: str, x: float, y: float) -> Markup:
    return Markup('<rect class="{}" x="{:g}" y="{:g}" width="12" height="12" rx="2"/>').format(kind, x, y)


def _legend(plot: Plot, dashes: bool, day: Day) -> Markup:
    parts = [text(_LEFT - 36, 24, f"{plot.title}, {hours_said(day)}", "heading")]
    x: float = _LEFT - 36
    for kind, said in legend(plot, dashes=dashes):
        if kind == "goal":
            parts.append(line(x, 42, x + 22, 42, kind))
            x += 10
        else:
            parts.append(text(x + 2, 46, kind) if kind == "–" else _box(kind, x, 36))
        parts.append(text(x + 18, 46, said, "aside" if kind == "goal" else ""))
        x += 18 + 6.5 * len(said) + 28
    return Markup("\n").join(parts)


def _panel(
    plot: Plot, name: str, bars: Sequence[tuple[int, tuple[float | None, ...]]], top: float, x: float, y: float
) -> Markup:
    said = name if len(name) <= NAME_MAX else f"{name[: NAME_MAX - 1]}…"
    parts = [text(x, y - 10, said, "name")]
    for share in (0, 0.5, 1):
        at = y + HIGH * (1 - share)
        parts += [
            line(x, at, x + WIDE, at, "grid" if share else "axis"),
            text(x - 6, at + 4, f"{top * share:g} {plot.unit}", "", "end"),
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
                        f"{name}, {hour:02d}–{(hour + 1) % 24:02d}: {plot.said(value)}",
                    )
                )
        if all(value is None for value in values):
            parts.append(text(left + slot / 2, y + HIGH - 5, "–", "", "middle"))
        if place % every == 0:
            parts.append(text(left + slot / 2, y + HIGH + 16, f"{hour:02d}", "", "middle"))
    if plot.goal is not None:
        at = y + HIGH * (1 - plot.goal / top)
        parts += [line(x, at, x + WIDE, at, kind) for kind in ("halo", "goal")]
    return Markup("\n").join(parts)
