from __future__ import annotations

from bench import review
from bench.command import Made


def test_page_compares_the_95th_percentile_with_its_limit() -> None:
    def page(*slow: float) -> str:
        return review.page({"sqlite": [*[30.0] * 18, *slow]}, Made("command", 0.2, {"code": "x"}))

    assert "| SQLite | 30 ms | 40 ms | 250 ms |" in page(40.0, 250.0)
    assert "for 95 % of 20 chats: met." in page(40.0, 250.0) and ": missed." in page(120.0, 250.0)
