from __future__ import annotations

from bench import several
from bench.command import Made
from bench.figures import Report
from bench.several import Saturated


def report(us: float, p50_ms: float) -> Report:
    return Report(
        pairs=100,
        window=1,
        rate=5,
        seconds=10,
        messages=5_000,
        server_cpu_s=us * 5_000 / 1e6,
        server_busy=0.1,
        driver_idle=0.5,
        others_busy=0,
        p50_ms=p50_ms,
        p99_ms=9,
        sent=0,
        first_messages=0,
        oks=0,
        events=0,
        watched=0,
    )


def test_page_compares_each_round_with_the_embedded_desk_in_it() -> None:
    """The second round ran on a slower machine."""
    found: several.Rounds = {
        "sqlite": [report(100, 1), report(200, 2)],
        "postgresql": [report(150, 1.5), report(300, 2.5)],
        "several": [report(250, 2), report(500, 3)],
    }
    saturated = {
        "100 pairs": Saturated([report(30, 1), report(60, 1)], [report(51, 1), report(96, 1)]),
        "1,000 pairs": Saturated([report(50, 1)], [report(70, 1)]),
    }
    page = several.page(found, saturated, Made("command", 0.2, {"code": "x"}))
    assert "| PostgreSQL, two processes | 375 µs | 2.50 | 2.5 ms | +1.0 ms | 9.0 ms |" in page
    assert "(met; aim 2.2: not reached)" in page and "median latency (met)" in page
    assert "| 1.65 (1.60–1.70) × A (must: ≤ 1.7: met) |" in page
    assert "| 1.40 × A (must: ≤ 1.3: missed) |" in page
