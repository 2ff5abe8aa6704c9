"""Charts of waits by day, of handle times, and of seats by hour. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from widgets.reports.plots import Label, Rect, group, labels_below, line, plot, text, ticks
from widgets.reports.words import lasting, number, per_cent

_TOP, _BASE, _HEIGHT = 12, 150, 174
_LABELS = 6
"""The chart of waits is half as wide as the page."""
_APART = 14
"""The least distance of two labels, in pixels."""
_DURATIONS = (10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """The waits of a day, in seconds. `before` is the 90th percentile on the matching day of the period before."""

    label: str
    half: int | None
    most: int | None
    before: int | None


def waits(days: Sequence[Waited], goal: int | None, half: str, most: str, sentence: str) -> Markup:
    """The waits as two lines, with the area between them. `half` and `most` are written beside the ends of the
    lines. A dotted line shows `goal`, in seconds."""
    known = [value for one in days for value in (one.half, one.most, one.before) if value is not None]
    marks = ticks(max([*known, goal or 0]), _DURATIONS)
    scale, width = (_BASE - _TOP) / marks[-1], 100 / max(1, len(days))

    def points(values: Sequence[int | None]) -> list[list[tuple[float, float]]]:
        """The places of values, in runs without a gap."""
        places = [((place + 0.5) * width, value) for place, value in enumerate(values)]
        runs = groupby(places, key=lambda one: one[1] is not None)
        return [[(x, _BASE - (value or 0) * scale) for x, value in run] for there, run in runs if there]

    halves, mosts = [one.half for one in days], [one.most for one in days]
    lines = [("l2", points(halves)), ("lp", points([one.before for one in days])), ("l1", points(mosts))]
    both = points(
        [value if value is not None and halves[place] is not None else None for place, value in enumerate(mosts)]
    )
    below = points(
        [value if value is not None and mosts[place] is not None else None for place, value in enumerate(halves)]
    )
    area = Markup("").join(
        _path("ar", [*upper, *reversed(lower)], closed=True) for upper, lower in zip(both, below, strict=True)
    )
    inner = area + Markup("").join(_path(kind, run) for kind, runs in lines for run in runs)
    drawn = Markup("").join(line("g", _BASE - mark * scale) for mark in marks[1:]) + line("g0", _BASE)
    drawn += Markup('<svg width="100%" height="{0}" viewBox="0 0 100 {0}" preserveAspectRatio="none">{1}</svg>').format(
        _BASE, inner
    )
    if goal is not None:
        drawn += line("tgt", _BASE - goal * scale)
    drawn += _peak(days, width, scale) + labels_below([one.label for one in days], _HEIGHT - 4, _LABELS)
    axis = [Label(_BASE - mark * scale, lasting(mark)) for mark in marks[1:]]
    right = _ends([(lines[2][1], most), (lines[0][1], half)])
    return plot(axis, drawn, _HEIGHT, sentence, right)


def _path(kind: str, run: Sequence[tuple[float, float]], *, closed: bool = False) -> Markup:
    # A line from a point to itself, so that a single point can be seen.
    places = [*run, *run] if len(run) == 1 else run
    steps = " L".join(f"{x:.2f} {y:.1f}" for x, y in places)
    return Markup('<path class="{}" d="M{}{}"/>').format(kind, steps, "Z" if closed else "")


def _peak(days: Sequence[Waited], width: float, scale: float) -> Markup:
    """The day with the longest wait."""
    found = [(one.most if one.most is not None else one.half, place) for place, one in enumerate(days)]
    value, place = max(((value, place) for value, place in found if value is not None), default=(0, 0))
    if not value:
        return Markup("")
    x, y = (place + 0.5) * width, _BASE - value * scale
    point = Markup('<circle class="pt" cx="{:.2f}%" cy="{:.1f}" r="4"/>').format(x, y)
    shown = Markup(
        '<text class="lb" x="{:.2f}%" dx="{}" y="{:.1f}" text-anchor="{}">{} <tspan class="q">{}</tspan></text>'
    )
    side = (-9, "end") if x > 70 else (9, "start")
    return point + shown.format(x, side[0], max(10, y - 4), side[1], lasting(value), days[place].label)


def _ends(lines: Sequence[tuple[Sequence[Sequence[tuple[float, float]]], str]]) -> list[Label]:
    """The labels at the right ends of lines, from top to bottom, without overlaps."""
    found: list[Label] = []
    for runs, shown in lines:
        if runs:
            y = runs[-1][-1][1]
            found.append(Label(max(y, found[-1].y + _APART) if found else y, shown))
    return found


_BARS_BASE, _BARS_TOP = 112, 14


def lengths(counts: Sequence[int], names: Sequence[str], half: int, most: int | None, sentence: str) -> Markup:
    """Handle times: a bar for each 10 minutes, with marks at the median and the 90th percentile (in seconds)."""
    width, top = 100 / len(counts), max([*counts, 1])
    parts = [line("g0", _BARS_BASE)]
    for place, count in enumerate(counts):
        height = (_BARS_BASE - _BARS_TOP) * count / top
        bar = Rect("d2", place * width + 0.4, width - 0.8, _BARS_BASE - height, height)
        parts.append(group(f"{names[place]}: {number(count)}", [bar]))
    for value, named, y in ((half, "half", 0), (most, "nine in ten", 26)):
        if value is not None:
            x = min(100.0, value / 600 * width)
            parts.append(
                Markup('<line class="mk" x1="{0:.1f}%" x2="{0:.1f}%" y1="{1}" y2="{2}"/>').format(x, y, _BARS_BASE)
            )
            shown = Markup(
                '<text class="lb" x="{:.1f}%" dx="{}" y="{}" text-anchor="{}">{} <tspan class="q">{}</tspan></text>'
            )
            side = (-6, "end") if x > 60 else (6, "start")
            parts.append(shown.format(x, side[0], y + 10, side[1], lasting(value), named))
    for place in range(0, len(counts), 2):
        name = "0 min" if not place else str(place * 10)
        parts.append(text("", place * width, _BARS_BASE + 18, name, "middle" if place else "start"))
    return Markup('<svg class="chart" height="136" role="img" aria-label="{}">{}</svg>').format(
        sentence, Markup("").join(parts)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An hour of the day. `part` is the share of the seats that were taken, and `before` that of the period before."""

    hour: int
    agents: int
    part: float
    before: float | None


def seats(hours: Sequence[Taken], sentence: str) -> Markup:
    """A bar for each hour, with the number of agents below it. A mark shows the period before."""
    most = max((value for one in hours for value in (one.part, one.before) if value is not None), default=0) or 1
    busiest, width = max((one.part for one in hours), default=0), 100 / max(1, len(hours))
    scale = (_BARS_BASE - _BARS_TOP - 6) / most
    parts = []
    for place, one in enumerate(hours):
        height, middle = one.part * scale, (place + 0.5) * width
        before = "" if one.before is None else f"; before {per_cent(one.before)} %"
        title = f"{one.hour:02}:00: {per_cent(one.part)} % of slots taken, {one.agents} agents available{before}"
        rects = [
            Rect(
                "dm" if one.part == busiest else "d2", middle - width * 0.36, width * 0.72, _BARS_BASE - height, height
            )
        ]
        if one.before is not None:
            rects.append(Rect("pv", middle - width * 0.45, width * 0.9, _BARS_BASE - one.before * scale - 1, 2))
        kind = "lb" if one.part == busiest else "lq"
        parts.append(group(title, rects))
        parts.append(text(kind, middle, _BARS_BASE - max(height, (one.before or 0) * scale) - 5, per_cent(one.part)))
        parts.append(
            text("", middle, _BARS_BASE + 17, f"{one.hour:02}") + text("a", middle, _BARS_BASE + 35, str(one.agents))
        )
    axis = [Label(_BARS_BASE + 13, "hour"), Label(_BARS_BASE + 31, "agents")]
    return plot(axis, Markup("").join(parts) + line("g0", _BARS_BASE), 152, sentence)
