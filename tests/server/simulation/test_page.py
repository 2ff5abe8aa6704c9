"""A simulated day as a page and as plots: what is drawn is what was reckoned."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from routing.desk import Team
from routing.simulation.day import Day
from routing.simulation.figures import Figures, Goal, Report, Told
from routing.simulation.staffing import Needed
from server.simulation.page import PAGE, write
from server.simulation.plots import HIGH, drawn, plots, scale
from tests.routing.desks import desk_of

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script> & Co"
DAY = Day(date(2026, 11, 24), desk_of(Team(key="media", name=HOSTILE, schedule="standard")), {}, ())
NINE = Figures([0, 10_000, 90_000], left=1, busy_ms=30, present_ms=40)
TEN = Figures([], left=0)
REPORT = Report(
    ("media",),
    (9, 10),
    {("media", 9): NINE, (None, 9): NINE, ("media", 10): TEN, ("media", None): NINE, (None, None): NINE},
    Told(30, 1, 7, 0.1, 1),
    {"vip": NINE, "other": TEN},
    40,
    2,
)


def bars(name: str) -> list[tuple[str, float]]:
    """Each bar of a plot: what it says, and how much of the scale it takes."""
    plot = next(plot for plot in plots(Goal()) if plot.file == name)
    root = ElementTree.fromstring(drawn(plot, DAY, REPORT))
    found = [
        (bar.findtext(f"{SVG}title"), round(float(bar.attrib["height"]) / HIGH, 2)) for bar in root.iter(f"{SVG}rect")
    ]
    return [(said, high) for said, high in found if said is not None]


def test_a_bar_is_as_high_as_its_figure() -> None:
    """Bars stand for the figures of their team and hour, to one scale; an hour without any has none."""
    both = (HOSTILE, "All")
    assert bars("occupancy") == [(f"{name}, 09–10: 75 %", 0.75) for name in both]
    assert bars("abandonment") == [(f"{name}, 09–10: 25 %", round(25 / 30, 2)) for name in both]
    assert bars("waits") == [(f"{name}, 09–10: {wait} s", wait / 100) for name in both for wait in (90, 10)]


@given(st.floats(0, 1e9))
def test_a_scale_holds_its_values(highest: float) -> None:
    """A scale ends at or above the highest value, and not far above it."""
    assert highest <= scale(highest) <= max(1, highest * 2.0001)


def test_the_page_stands_alone(tmp_path: Path) -> None:
    """Page and plots are written into the folder; texts of the day's file are texts; nothing is asked of any host."""
    needed = ([Needed("media", 3, None)], Needed(None, 3, 4))
    write(tmp_path / "made" / "here", DAY, REPORT, Goal(80, 20), needed)
    files = {file.name: file.read_text("utf-8") for file in (tmp_path / "made" / "here").iterdir()}
    assert set(files) == {PAGE, "waits.svg", "abandonment.svg", "occupancy.svg"}
    for text in files.values():
        assert "<script" not in text and "&lt;script&gt;" in text
        assert set(re.findall(r"https?://[^\"'\s<]+", text)) <= {"http://www.w3.org/2000/svg"}
    page = files[PAGE]
    assert "Answered within 20 s" in page and "not with these shifts" in page
    assert "off by at most 7 s" in page
    assert "VIP clients" in page and "Of 40 offers 2 were let pass (5.0 %)." in page
    assert "Handed on" not in page
    write(tmp_path, DAY, REPORT, Goal(), None)
    assert "it takes" not in (tmp_path / PAGE).read_text("utf-8")
