from __future__ import annotations

import pytest

from bench import placements
from bench.command import Made
from bench.placements import Measured
from bench.processes import Cores


@pytest.mark.scaled
def test_smoke(cores: Cores) -> None:
    measured = placements.measure(cores, chats=4, agents=2)
    assert measured.a_second > 0 and measured.cpu_us > 0


def test_page_compares_the_placements_with_the_aim() -> None:
    def page(a_second: float) -> str:
        return placements.page([Measured(a_second, 4_000)], Made("command", 0.2, {"code": "x"}))

    assert "| 240 | 5,000: not reached |" in page(240) and "| 5,000: reached |" in page(5_100)
    assert "| 4,000 µs |" in page(240)
