from __future__ import annotations

from xml.etree import ElementTree

from bench import simulation
from bench.simulation import ERROR_MUST, ERROR_MUST_S, WITHIN_MUST, page, plot, sample_day
from bench.theory import ERLANG_A, ERLANG_C, Agreement, Interval
from routing.simulation.figures import Told

SVG = "{http://www.w3.org/2000/svg}"
HOLDS, OFF = Interval(1.0, 0.02, 1.01), Interval(1.0, 0.02, 1.03)


def test_estimated_waits_on_the_sample_day_are_accurate() -> None:
    """For chats that waited 30 s or longer, the median error of the first estimate is at most 30 % or 20 s, and 80 %
    were answered within 1.5 times the estimate."""
    found, _ = sample_day(simulation.SEED)
    assert found.chats > 1_000
    assert found.error <= ERROR_MUST or found.error_s <= ERROR_MUST_S
    assert found.within >= WITHIN_MUST


def test_table_marks_settings_outside_the_interval() -> None:
    """A setting is met if theory is inside both of its narrow intervals."""
    found = [Agreement(ERLANG_C[0], HOLDS, HOLDS), Agreement(ERLANG_A[0], HOLDS, OFF)]
    days = [(Told(30, 9, 10, 0.4, 0.9), 1.0), (Told(30, 9, 30, 0.4, 0.9), 1.0)]
    text = page(found, days, "bench", {"machine": "mine"})
    assert [line.rsplit("|", 2)[1].strip() for line in text.splitlines() if "seats" in line] == ["met", "missed"]
    assert "Theory is inside 3 of 4 intervals of 95 %, of which the widest is ± 2.0 %" in text
    assert "1.0000 ± 2.0 %, outside" in text
    assert [line.split("|")[-3].strip() for line in text.splitlines() if "| 9 |" in line] == ["met", "missed"]


def test_plot_shows_each_interval_at_its_position() -> None:
    """One dot per interval, left of the middle where the simulation is below theory."""
    root = ElementTree.fromstring(plot([Agreement(ERLANG_C[0], HOLDS, Interval(1.02, 0.01, 1.0))]))
    dots = [float(dot.attrib["cx"]) for dot in root.iter(f"{SVG}circle")]
    left, right = (float(line.attrib["x1"]) for line in root.iter(f"{SVG}line") if line.attrib["class"] == "axis")
    assert len(dots) == 2 and dots[0] < left < dots[1] and dots[1] > right
