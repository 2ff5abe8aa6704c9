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
    return [float(rect.get("width", "")) for rect in ElementTree.fromstring(svg).iter(f"{SVG}rect")][1:]


def test_bar_length_is_proportional_to_its_value() -> None:
    svg = plots.svg(
        "A & B", [Bar("a <b>", "relay", Spread.of([2.0])), Bar("b", "switchboard", Spread.of([4.0]))], ".1f"
    )
    short, long = widths(svg)
    assert abs(long - 2 * short) < 0.2
    texts = [text.text for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]
    assert texts == ["A & B", "a <b>", "2.0", "b", "4.0"]


def test_longest_bar_fits_into_the_picture() -> None:
    """Together with the end of its spread and its value."""
    for plot in plots.drawn([a_round(40), a_round(90)]):
        ends = [float(end) for end in re.findall(r"H([\d.]+)", plot.svg)]
        assert ends and max(ends) <= plots.WIDTH - plots.VALUES + 0.1


def test_plots_are_readable_in_light_and_dark_themes() -> None:
    """Each has colors for both themes, its own background and a text alternative."""
    drawn = plots.drawn([a_round()])
    assert [plot.name for plot in drawn] == ["bench-compared.svg", "bench-pairs.svg", "bench-latency.svg"]
    for plot in drawn:
        assert "prefers-color-scheme: dark" in plot.svg and 'class="ground"' in plot.svg
        assert ElementTree.fromstring(plot.svg).get("aria-label") == plot.says


def test_unmeasured_comparison_has_no_bar() -> None:
    """With no figures at all there is no picture."""
    (compared, *_) = plots.drawn([without(a_round(), HUNDRED, "channels")])
    assert "Django" not in compared.svg and "socket.io" in compared.svg
    assert plots.drawn([]) == []
