from __future__ import annotations

from bench import waiting_clock
from bench.command import Made
from bench.processes import Cores
from bench.waiting_clock import Measured


def test_smoke(cores: Cores) -> None:
    """A day's steps run on a server while a customer chats."""
    measured = waiting_clock.measure(cores, tickets=21, before_s=4)
    assert measured.steps == 9 and measured.rest and measured.swept


def test_page_compares_the_sweep_and_the_delay_with_their_limits() -> None:
    def page(swept: float, sweep_s: float) -> str:
        return waiting_clock.page(
            Measured([1.0] * 3, [swept] * 3, sweep_s, 42_857), Made("command", 0.2, {"code": "x"})
        )

    assert "| during the sweep | 3 | 20.0 ms | 20.0 ms | 20.0 ms |" in page(20.0, 12.0)
    assert "above the median at rest: met." in page(20.0, 12.0)
    assert "missed." in page(27.0, 12.0) and "missed." in page(20.0, 31.0)
