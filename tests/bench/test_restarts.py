from __future__ import annotations

import pytest

from bench import restarts
from bench.command import Made
from bench.figures import Back
from bench.processes import Cores


def back(all_s: float) -> Back:
    return Back(5_000, 5_000, down_s=2, half_s=1, all_s=all_s, cpu_s=5, greeting_cpu_s=3)


@pytest.mark.scaled
def test_smoke(cores: Cores) -> None:
    found = restarts.measure(cores, clients=20, rounds=1)
    assert [of.clients for (of,) in found.values()] == [20, 20, 20]


def test_page_compares_each_round_with_the_relay_in_it() -> None:
    found: restarts.Rounds = {
        "relay": [back(3), back(6)],
        "sqlite": [back(4), back(7.4)],
        "workers": [back(5), back(9)],
    }
    page = restarts.page(found, Made("command", 0.2, {"code": "x"}))
    assert "| SQLite, one process | 5.7 s | +1.2 s: met | 1.0 s | 2.0 s | 600 µs |" in page
    assert "| +2.5 s: missed |" in page
