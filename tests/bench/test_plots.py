from __future__ import annotations

import re
from xml.etree import ElementTree

from bench import plots
from bench.figures import Spread
from bench.plots import Bar
from bench.verdicts import HUNDRED
from tests.bench.rounds import a_round, without

SVG = "{http://www.w3.org/2000/svg}"


def widths(svg: str) -> list[float]:
    """Of the bars, from the first to the last."""
    return [float(rect.get("width", "")) for rect in ElementTree.fromstring(svg).iter(f"{SVG}rect")][1:]


def test_bars_are_as_long_as_what_they_show() -> None:
    """Twice as much is a bar twice as long, and the number stands behind it."""
    svg = plots.svg(
        "A & B", [Bar("a <b>", "relay", Spread.of([2.0])), Bar("b", "switchboard", Spread.of([4.0]))], ".1f"
    )
    short, long = widths(svg)
    assert abs(long - 2 * short) < 0.2
    texts = [text.text for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]
    assert texts == ["A & B", "a <b>", "2.0", "b", "4.0"]


def test_nothing_stands_beyond_the_edge() -> None:
    """The longest bar, the end of its spread and its number fit into the picture."""
    for plot in plots.drawn([a_round(40), a_round(90)]):
        ends = [float(end) for end in re.findall(r"H([\d.]+)", plot.svg)]
        assert ends and max(ends) <= plots.WIDTH - plots.VALUES + 0.1


def test_plots_read_on_light_and_on_dark() -> None:
    """Each picture has colours for both, a ground of its own, and says what it shows."""
    drawn = plots.drawn([a_round()])
    assert [plot.name for plot in drawn] == ["bench-compared.svg", "bench-pairs.svg", "bench-latency.svg"]
    for plot in drawn:
        assert "prefers-color-scheme: dark" in plot.svg and 'class="ground"' in plot.svg
        assert ElementTree.fromstring(plot.svg).get("aria-label") == plot.says


def test_what_was_not_measured_has_no_bar() -> None:
    """A comparison that was left out is missing from the picture; without any figure there is no picture."""
    (compared, *_) = plots.drawn([without(a_round(), HUNDRED, "channels")])
    assert "Django" not in compared.svg and "socket.io" in compared.svg
    assert plots.drawn([]) == []
