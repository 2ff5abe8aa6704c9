from __future__ import annotations

import pytest

from bench import waiting_clock
from bench.command import Made
from bench.processes import Cores
from bench.waiting_clock import Round, parts


@pytest.mark.soak
def test_smoke(cores: Cores) -> None:
    """A day's steps run on a server while a customer chats."""
    measured = waiting_clock.measure(cores, "sqlite", tickets=21, rounds=2, rest_s=2, mailed_s=1)
    assert [each.steps for each in measured] == [4, 5]
    assert all(each.rest and each.swept and each.mailed for each in measured)


def test_parts_have_all_due_tickets_once() -> None:
    numbers = [number for part in parts(100, 5) for number in range(part.first, part.last + 1)]
    assert numbers == [*range(1, 100 * 3 // 7 + 1)]


def test_page_compares_the_sweep_and_the_delay_with_their_limits() -> None:
    def page(swept: float, sweep_s: float) -> str:
        rounds = [Round([2.0] * 3, [swept] * 3, [4.0] * 3, sweep_s, 8_571)] * 5
        return waiting_clock.page({"sqlite": rounds}, Made("command", 0.2, {"code": "x"}))

    assert "| SQLite | during the sweep | 20.0 ms | 20.0 ms | 10.0 |" in page(20.0, 2.0)
    assert "took 10.0 s (must: ≤ 30 s: met)" in page(20.0, 2.0)
    assert "18.0 ms above the one at rest (must: ≤ 25 ms: met)" in page(20.0, 2.0)
    assert "25 ms: missed" in page(28.0, 2.0) and "30 s: missed" in page(20.0, 6.1)
