"""A simulated day as a page and as plots: what is drawn is what was reckoned."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from routing.desk import Team
from routing.hours import Span
from routing.simulation.day import Day, Group
from routing.simulation.figures import Closing, Figures, Goal, Kind, Overflowed, Overtime, Report, Told
from routing.simulation.staffing import Needed
from server.simulation.page import PAGE, write
from server.simulation.plots import HIGH, NAME_MAX, drawn, legend, plots, scale
from server.simulation.words import by_kind, by_team, remarks, truth, vanished, verdict
from tests.routing.desks import desk_of

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script> & Co"
DAY = Day(date(2026, 11, 24), desk_of(Team(key="media", name=HOSTILE, schedule="standard")), {}, ())
NINE = Figures([0, 10_000, 90_000], left=1, busy_ms=30, present_ms=40)
TEN = Figures([], left=0)
KINDS: dict[Kind, Figures] = {"vip": NINE, "other": TEN}
REPORT = Report(
    ("media",),
    (9, 10),
    {("media", 9): NINE, (None, 9): NINE, ("media", 10): TEN, ("media", None): NINE, (None, None): NINE},
    Told(30, 1, 7, 0.1, 1),
    KINDS,
    40,
    2,
)


def bars(name: str) -> list[tuple[str, float]]:
    """Each bar of a plot: what it says, and how much of the scale it takes."""
    plot = next(plot for plot in plots(Goal()) if plot.file == name)
    root = ElementTree.fromstring(drawn(plot, DAY, REPORT).whole)
    found = [
        (bar.findtext(f"{SVG}title"), round(float(bar.attrib["height"]) / HIGH, 2)) for bar in root.iter(f"{SVG}rect")
    ]
    return [(said, high) for said, high in found if said is not None]


def test_a_bar_is_as_high_as_its_figure() -> None:
    """Bars stand for the figures of their team and hour, to one scale; an hour without any has none."""
    both = (HOSTILE, "All")
    assert bars("answered") == [(f"{name}, 09–10: 50 %", 0.5) for name in both]
    assert bars("occupancy") == [(f"{name}, 09–10: 75 %", 0.75) for name in both]
    assert bars("abandonment") == [(f"{name}, 09–10: 25 %", round(25 / 30, 2)) for name in both]
    assert bars("waits") == [(f"{name}, 09–10: {wait} s", wait / 100) for name in both for wait in (90, 10)]


def test_each_team_has_a_panel_of_its_own() -> None:
    """For narrow pages, to the scale of the whole; an hour without a figure has a dash, which the legend explains."""
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


def test_a_long_name_stays_within_its_panel() -> None:
    """It is cut, and whole where the pointer rests on a bar."""
    long = Day(date(2026, 11, 24), desk_of(Team(key="media", name="M" * 99, schedule="standard")), {}, ())
    panel = drawn(plots(Goal())[0], long, REPORT).panels[0]
    assert f">{'M' * (NAME_MAX - 1)}…</text>" in panel and f">{'M' * 99}, 09–10: 50 %</title>" in panel


@given(st.floats(0, 1e9))
def test_a_scale_holds_its_values(highest: float) -> None:
    """A scale ends at or above the highest value, and not far above it."""
    assert highest <= scale(highest) <= max(1, highest * 2.0001)


def test_the_page_stands_alone(tmp_path: Path) -> None:
    """Page and plots are written into the folder; texts of the day's file are texts; nothing is asked of any host."""
    needed = ([Needed("media", 3, None)], Needed(None, 3, 4))
    write(tmp_path / "made" / "here", DAY, REPORT, Goal(80, 20), needed)
    files = {file.name: file.read_text("utf-8") for file in (tmp_path / "made" / "here").iterdir()}
    assert set(files) == {PAGE, "answered.svg", "waits.svg", "abandonment.svg", "occupancy.svg"}
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


def test_a_day_on_which_nothing_happened(tmp_path: Path) -> None:
    """Nobody came and nobody was there: a page without figures, and no fault."""
    write(tmp_path, DAY, Report((), (), {}, None), Goal(), None)
    page = (tmp_path / PAGE).read_text("utf-8")
    assert "nobody came." in page and "Nobody waited for long." in page


def test_what_is_said_of_a_day() -> None:
    """Each thing that happened has its sentence, in numbers that add up; what did not happen has none."""
    assert remarks(DAY, replace(REPORT, offers=0)) == [truth(REPORT)]
    teams = [Team(key=key, name=key.title(), schedule="standard") for key in ("media", "prod")]
    early = Group("Early", 7, ("media",), (Span(540, 1020),), 3)
    found = replace(
        REPORT,
        kinds={**KINDS, "agent_gone": NINE},
        overflows=(Overflowed("media", "prod", 1, 0),),
        closing=Closing(asked=9, tickets=2, stayed=4, stayed_answered=3, answered=5, missed=1, left=1),
        vanished=1,
        overtime=Overtime(3, 90, 5400, 9000),
    )
    assert remarks(replace(DAY, desk=desk_of(*teams), groups=(early,)), found)[1:5] == [
        "1 chat flowed over from Media to Prod: 0 were answered there.",
        "Agents lost their connection 1 time: 4 chats went back to the head of the line, and 9 of 10 of those that "
        "were answered again were within 90 s.",
        "Closing time met 9 in line: 5 were answered, 2 left a ticket at once, 1 became a ticket unanswered and 1 left "
        "the queue. 4 had chosen to keep their place: 3 of these were answered.",
        "3 of 7 agents stayed past the end of their shift to finish what they held: half of them for at most 90 s, the "
        "longest for 90 min, 2.5 h in all.",
    ]
    assert "back in time for all" in vanished(replace(REPORT, vanished=2))


def test_columns_are_those_that_say_something() -> None:
    """Where no queue was ever full there is no column for it; by kind there are no seats."""
    full = replace(NINE, full=3)
    more = replace(REPORT, parts={**REPORT.parts, ("media", None): full}, overflows=(Overflowed("a", "b", 1, 1),))
    plain, (head, media, _) = by_team(DAY, REPORT, Goal()), by_team(DAY, more, Goal())
    assert set(head) - set(plain[0]) == {"line full", "overflow"}
    assert media[head.index("line full")] == "3" and media[head.index("chats")] == "7"
    assert plain[0][-1] == "occupancy" and "occupancy" not in by_kind(REPORT, Goal())[0]


def test_the_goal_is_judged_by_team() -> None:
    """Which reach it and which do not, each by its own share."""
    assert verdict(DAY, REPORT, Goal(50, 60)) == "50 % within 60 s: reached by every team."
    assert verdict(DAY, REPORT, Goal()) == f"80 % within 60 s: not reached by {HOSTILE} (50.0 %); reached by none."
