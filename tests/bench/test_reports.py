from __future__ import annotations

import pytest

from bench import reports, two_sizes
from bench.command import Made
from bench.processes import Cores
from bench.reports import MONTH, YEAR
from bench.two_sizes import Taken


@pytest.mark.soak
def test_smoke(cores: Cores) -> None:
    """Two desks are built, counted and started, and each page is requested from both. None is empty."""
    found = two_sizes.measure(reports.visited, cores, "sqlite", (400, 1_000), requests=1, rounds=1)
    assert len(found) == 9 and all(len(taken.few) == len(taken.many) == 1 for taken in found)


def test_page_compares_the_overviews_with_their_limits_and_no_other_page() -> None:
    def page(month: float, year: float) -> str:
        found = [
            Taken(MONTH, [100.0], [month]),
            Taken(YEAR, [100.0], [year]),
            Taken("an agent", [100.0], [9_000.0]),
        ]
        return reports.page({"sqlite": found}, (10_000, 1_000_000), Made("command", 0.2, {"code": "x"}))

    assert "| SQLite | overview of a month | 100 ms | 300 ms | 3.00 | ≤ 300 ms: met |" in page(300, 800)
    assert "≤ 800 ms: met" in page(300, 800)
    assert "≤ 300 ms: missed" in page(301, 801) and "≤ 800 ms: missed" in page(301, 801)
    assert "| an agent | 100 ms | 9000 ms | 90.00 |  |" in page(1, 1)
