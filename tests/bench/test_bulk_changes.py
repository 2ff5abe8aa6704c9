from __future__ import annotations

from dataclasses import replace

from bench import bulk_changes
from bench.bulk_changes import Taken
from bench.command import Made
from bench.processes import Cores
from storage.ports import Dialect

TAKEN = Taken(changes=[1.0, 2.0, 2.5], rest=[1.0, 2.0, 3.0], during=[3.0, 4.0, 26.5], slowest=[26.5, 4.0, 3.0])


def test_smoke(cores: Cores, dialect: Dialect) -> None:
    """All tickets are opened, and changed twice while messages are sent."""
    taken = bulk_changes.measure(cores, dialect, tickets=3, rounds=2)
    assert len(taken.changes) == len(taken.slowest) == 2 and taken.during


def test_page_compares_the_change_and_the_delay_with_their_limits() -> None:
    def page(taken: Taken) -> str:
        return bulk_changes.page({"sqlite": taken}, Made("command", 0.2, {"code": "x"}))

    row = "| SQLite | 2.0 (1.0–2.5) s | 2.0 ms | 4.0 ms | 26.5 ms | 4.0 (3.0–26.5) ms | +24.5 ms |"
    assert row in page(TAKEN) and "Must: 3 s (met), and a delay of 25 ms (met)." in page(TAKEN)
    assert "3 s (missed)" in page(replace(TAKEN, changes=[3.1]))
    assert "25 ms (missed)" in page(replace(TAKEN, rest=[1.0]))
