from __future__ import annotations

from bench import command
from bench.command import Made
from bench.run import OTHERS


def test_page_ends_with_how_its_figures_were_made() -> None:
    foot = Made("python -m bench.run closing", 3.4, {"code": "x", "parts": "y"}).foot()
    assert foot == "The load average was 3 before. Made by `python -m bench.run closing`.\n\n- code: x\n- parts: y\n"


def test_documentation_has_a_place_for_the_figures_of_each_benchmark() -> None:
    page = command.PAGE.read_text()
    for name in OTHERS:
        begin, end = command.marks(name)
        assert 0 <= page.find(begin) < page.find(end), name
