"""Draws the figures as bars, in SVG for light and dark pages.

A bar shows the median of the rounds. A line across the end of the bar reaches from the lowest value to the highest. The
numbers are beside the bars and in the tables of the same page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from bench.figures import NAMES, Load, Round, Spread, Subject, spread
from bench.verdicts import CALM, HALF, HUNDRED, TEN, THOUSAND, WATCHED

WIDTH, LABELS, VALUES = 760, 250, 130
ROW, BAR, TOP = 30, 18, 58
STYLE = """
  svg { color-scheme: light dark; font: 13px system-ui, sans-serif; }
  text { fill: #1f2328; } .quiet { fill: #59636e; } .ground { fill: #ffffff; }
  .switchboard { fill: #0a6ebd; } .relay { fill: #6e7781; } .other { fill: #b4690e; }
  .ends { stroke: #1f2328; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; } .quiet { fill: #9198a1; } .ground { fill: #0d1117; }
    .switchboard { fill: #58a6ff; } .relay { fill: #9198a1; } .other { fill: #e3a64a; }
    .ends { stroke: #f0f6fc; }
  }
"""


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    subject: Subject
    measured: Spread


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture and its text alternative."""

    name: str
    says: str
    svg: str


def drawn(rounds: Sequence[Round]) -> list[Plot]:
    """The plots for which there is data."""
    plots = [
        _plot(
            "bench-compared.svg",
            f"CPU µs a message, {HUNDRED.name}: less is better",
            [(NAMES[who], who, _us(HUNDRED, who)) for who in NAMES],
            rounds,
            ".0f",
        ),
        _plot(
            "bench-pairs.svg",
            "CPU µs a message as there are more of them: less is better",
            [(_named(load.name, who), who, _us(load, who)) for load in _GROWING for who in _BOTH],
            rounds,
            ".1f",
        ),
        _plot(
            "bench-latency.svg",
            "ms until a message has arrived: less is better",
            [
                (_named(f"{percentile}, {when}", who), who, _ms(load, who, percentile))
                for load, when in ((CALM, CALM.name), (HALF, "at half"))
                for percentile in ("p50", "p99")
                for who in _BOTH
            ],
            rounds,
            ".2f",
        ),
    ]
    return [plot for plot in plots if plot is not None]


def _named(what: str, who: Subject) -> str:
    return f"{what}: {'A' if who == 'relay' else NAMES[who]}"


_BOTH: tuple[Subject, ...] = ("relay", "switchboard")
_GROWING = (TEN, HUNDRED, WATCHED, THOUSAND)


def _us(load: Load, who: Subject) -> Callable[[Round], float]:
    return lambda each: each.loads[load.name][who].us


def _ms(load: Load, who: Subject, percentile: str) -> Callable[[Round], float]:
    def value(each: Round) -> float:
        report = each.loads[load.name][who]
        return report.p50_ms if percentile == "p50" else report.p99_ms

    return value


def _plot(
    name: str,
    says: str,
    wanted: Sequence[tuple[str, Subject, Callable[[Round], float]]],
    rounds: Sequence[Round],
    form: str,
) -> Plot | None:
    found = [(label, who, spread(rounds, value)) for label, who, value in wanted]
    bars = [Bar(label, who, measured) for label, who, measured in found if measured is not None]
    return Plot(name, says, svg(says, bars, form)) if bars else None


def svg(title: str, bars: Sequence[Bar], form: str) -> str:
    """A picture of horizontal bars with their names and values."""
    place = _scale([bar.measured for bar in bars])
    height = TOP + ROW * len(bars) + 14
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"',
        f' aria-label="{escape(title)}">',
        f"<style>{STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{height}" rx="8"/>',
        f'<text x="16" y="30" font-weight="600">{escape(title)}</text>',
    ]
    for at, bar in enumerate(bars):
        top = TOP + ROW * at
        middle = top + BAR / 2
        kind = bar.subject if bar.subject in _BOTH else "other"
        low, end, high = (place(value) for value in (bar.measured.low, bar.measured.median, bar.measured.high))
        lines += [
            f'<text x="{LABELS - 10}" y="{middle + 4.5:.1f}" text-anchor="end">{escape(bar.name)}</text>',
            f'<rect class="{kind}" x="{LABELS}" y="{top}" width="{end - LABELS:.1f}" height="{BAR}" rx="2"/>',
            f'<path class="ends" d="M{low:.1f} {middle}H{high:.1f}"/>',
            f'<text class="quiet" x="{high + 8:.1f}" y="{middle + 4.5:.1f}">{format(bar.measured.median, form)}</text>',
        ]
    return "\n".join([*lines, "</svg>", ""])


def _scale(measured: Sequence[Spread]) -> Callable[[float], float]:
    """A function that returns the x coordinate of a value."""
    most, room = max(each.high for each in measured), WIDTH - LABELS - VALUES
    return lambda value: LABELS + room * value / most
