from __future__ import annotations

import pytest

from bench import floors
from bench.command import Made
from bench.floor import FLOORS
from bench.processes import Cores


@pytest.mark.scaled
def test_smoke(cores: Cores) -> None:
    lags = floors.measure(cores, steps=1)
    assert len(lags) == FLOORS and min(lags) > 0


def test_page_compares_the_longest_lag_with_its_limit() -> None:
    def page(longest: float) -> str:
        return floors.page([400.0] * 19 + [longest], Made("command", 0.2, {"code": "x"}))

    assert "| longest | 900 ms (must: ≤ 1,000 ms: met) |" in page(900)
    assert "| longest | 1100 ms (must: ≤ 1,000 ms: missed) |" in page(1_100)
