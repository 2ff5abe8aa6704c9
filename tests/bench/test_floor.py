from __future__ import annotations

from bench import floor
from bench.command import Made
from bench.floor import Measured
from bench.processes import Cores
from storage.ports import Dialect


def test_smoke(cores: Cores, dialect: Dialect) -> None:
    measured = floor.measure(cores, dialect, closed=20, rounds=2)
    assert len(measured.cpu) == 2
    assert measured.whole > 2 * max(measured.changes) > 0


def test_page_compares_the_share_of_a_core_with_its_limit() -> None:
    def page(cpu: float) -> str:
        return floor.page({"sqlite": Measured([cpu] * 3, 150_000, [9_000])}, Made("command", 0.2, {"code": "x"}))

    assert "| SQLite | 18.0 ms | 18.0 ms | 2.0 % | 146 KB | 9 KB |" in page(18.0)
    assert "open floors: met." in page(18.0) and "open floors: missed." in page(45.1)
