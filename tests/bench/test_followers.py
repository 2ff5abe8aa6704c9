from __future__ import annotations

from bench import followers
from bench.command import Made
from bench.followers import Round


def page(took_s: float, run: float) -> str:
    rounds = [Round([10.0] * 100, [run] * 100, took_s)]
    return followers.page({"sqlite": rounds}, Made("command", 0.2, {"code": "x"}))


def test_page_compares_time_and_delay_with_their_limits() -> None:
    assert "| SQLite | 4.2 s | 10.0 ms | 10.5 ms |" in page(4.2, 10.5)
    assert "4.2 s (must: ≤ 5 s: met)" in page(4.2, 10.5) and "≤ +10%: met" in page(4.2, 10.5)
    assert "5.2 s (must: ≤ 5 s: missed)" in page(5.2, 12.0) and "≤ +10%: missed" in page(5.2, 12.0)
