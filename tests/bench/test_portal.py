from __future__ import annotations

import pytest

from bench import portal, two_sizes
from bench.command import Made
from bench.processes import Cores
from bench.two_sizes import Taken


@pytest.mark.soak
def test_smoke(cores: Cores) -> None:
    """Two desks are built and started, and each page is requested from both. None is empty."""
    found = two_sizes.measure(portal.visited, cores, "sqlite", (400, 1_000), requests=1, rounds=1)
    assert len(found) == 12 and all(len(taken.few) == len(taken.many) == 1 for taken in found)


def test_page_compares_the_slowest_page_and_the_highest_ratio_with_their_limits() -> None:
    def page(many: float) -> str:
        found = [Taken("start page", [10.0, 20.0, 30.0], [many] * 3)]
        return portal.page({"sqlite": found}, (10_000, 1_000_000), Made("command", 0.2, {"code": "x"}))

    assert "| SQLite | start page | 20.0 (10.0–30.0) ms | 30.0 ms | 1.50 (1.00–3.00) |" in page(30.0)
    assert "≤ 60 ms: met" in page(30.0) and "≤ 2: met" in page(30.0)
    assert "≤ 60 ms: missed" in page(61.0) and "≤ 2: missed" in page(61.0)
