"""A simulated day as plots: what is drawn is what was reckoned."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from routing.desk import Team
from routing.simulation.day import Day
from routing.simulation.figures import Goal
from server.simulation.plots import HIGH, NAME_MAX, drawn, legend, plots, scale
from tests.routing.desks import desk_of
from tests.server.simulation.days import DAY, HOSTILE, REPORT

SVG = "{http://www.w3.org/2000/svg}"


def bars(name: str) -> list[tuple[str, float]]:
    """Each bar of a plot: what it says, and how much of the scale it takes."""
    plot = next(plot for plot in plots(Goal()) if plot.file == name)
    root = ElementTree.fromstring(drawn(plot, DAY, REPORT).whole)
    found = [
        (bar.findtext(f"{SVG}title"), round(float(bar.attrib["height"]) / HIGH, 2)) for bar in root.iter(f"{SVG}rect")
    ]
    return [(said, high) for said, high in found if said is not None]


def test_bar_height_is_proportional_to_its_value() -> None:
    """Bars show the values of their team and hour on one scale. An hour without a value has none."""
    both = (HOSTILE, "All")
    assert bars("answered") == [(f"{name}, 09–10: 50 %", 0.5) for name in both]
    assert bars("occupancy") == [(f"{name}, 09–10: 75 %", 0.75) for name in both]
    assert bars("abandonment") == [(f"{name}, 09–10: 25 %", round(25 / 30, 2)) for name in both]
    assert bars("waits") == [(f"{name}, 09–10: {wait} s", wait / 100) for name in both for wait in (90, 10)]


def test_each_team_has_its_own_panel() -> None:
    """For narrow pages, on the scale of the whole plot. An hour without a value has a dash, which the legend
    explains."""
    waits = next(plot for plot in plots(Goal()) if plot.file == "waits")
    picture = drawn(waits, DAY, REPORT)
    assert [ElementTree.fromstring(panel).attrib["aria-label"] for panel in picture.panels] == [
        f"{waits.title}, {name}" for name in (HOSTILE, "All")
    ]
    heights = [
        [bar.attrib["height"] for bar in ElementTree.fromstring(panel).iter(f"{SVG}rect")] for panel in picture.panels
    ]
    whole = [bar.attrib["height"] for bar in ElementTree.fromstring(picture.whole).iter(f"{SVG}rect") if len(bar)]
    assert [*heights[0], *heights[1]] == whole
    texts = [one.text for one in ElementTree.fromstring(picture.panels[0]).iter(f"{SVG}text")]
    assert "–" in texts and "100 s" in texts
    assert legend(waits, dashes=picture.dashes) == [
        ("front", "half of them at most, s"),
        ("behind", "9 of 10 at most, s"),
        ("goal", "goal: 60 s"),
        ("–", "nobody was answered"),
    ]
    assert ("–", "nobody was answered") not in legend(waits, dashes=False)


def test_long_team_name_is_shortened_in_its_panel() -> None:
    """The titles of the bars contain the full name."""
    long = Day(date(2026, 11, 24), desk_of(Team(key="media", name="M" * 99, schedule="standard")), {}, ())
    panel = drawn(plots(Goal())[0], long, REPORT).panels[0]
    assert f">{'M' * (NAME_MAX - 1)}…</text>" in panel and f">{'M' * 99}, 09–10: 50 %</title>" in panel


@given(st.floats(0, 1e9))
def test_scale_covers_its_values(highest: float) -> None:
    """It ends at or above the highest value, and not far above it."""
    assert highest <= scale(highest) <= max(1, highest * 2.0001)
