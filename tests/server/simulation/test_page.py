"""A simulated day as one page."""

from __future__ import annotations

import re
from pathlib import Path

from routing.simulation.figures import Goal, Report
from routing.simulation.staffing import Needed
from server.simulation.page import PAGE, write
from tests.server.simulation.days import DAY, REPORT


def test_page_loads_nothing_from_other_hosts(tmp_path: Path) -> None:
    """Page and plots are written to the folder, and texts of the day's file are escaped."""
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
    assert "VIP clients" in page and "Of 40 offers 2 were declined (5.0 %)." in page
    assert "Handed on" not in page
    write(tmp_path, DAY, REPORT, Goal(), None)
    assert "it takes" not in (tmp_path / PAGE).read_text("utf-8")


def test_page_of_an_empty_day_has_no_figures(tmp_path: Path) -> None:
    """Without customers and agents."""
    write(tmp_path, DAY, Report((), (), {}, None), Goal(), None)
    page = (tmp_path / PAGE).read_text("utf-8")
    assert "nobody came." in page and "Nobody waited long enough for an estimate to matter." in page
