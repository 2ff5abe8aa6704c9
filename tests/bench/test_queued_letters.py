from __future__ import annotations

from bench import queued_letters
from bench.command import Made
from bench.processes import Cores
from bench.queued_letters import Measured
from storage.ports import Dialect


def test_smoke(cores: Cores, dialect: Dialect) -> None:
    measured = queued_letters.measure(cores, dialect, letters=7, at_once=3)
    assert len(measured.cpu) == len(measured.whole) == 3


def test_page_compares_the_median_with_its_limit() -> None:
    def page(whole: float) -> str:
        return queued_letters.page({"sqlite": Measured([5.0] * 3, [whole] * 3)}, Made("command", 0.2, {"code": "x"}))

    assert "| SQLite | until the commit | 3 | 12.0 ms | 12.0 ms |" in page(12.0)
    assert "until the commit: met." in page(12.0) and "until the commit: missed." in page(20.5)
