from __future__ import annotations

from dataclasses import replace

import pytest

from bench import closing
from bench.closing import Taken
from bench.command import Made
from bench.processes import Cores

TAKEN = Taken(10_000, unit=[4.0, 5.0, 6.0], cpu=[3.0], first=[9.0, 12.0, 30.0], slowest=[7.0, 8.0, 9.0])


@pytest.mark.soak
def test_smoke(cores: Cores) -> None:
    """Chats are seeded and closed, with and without a server, while messages are queued behind the closes."""
    rest, (few, more) = closing.measure(cores, 1, sizes=(3, 30), rest_s=0)
    assert len(rest) == 100 and (few.size, more.size) == (3, 30)
    assert all(
        len(times) == 1 for taken in (few, more) for times in (taken.unit, taken.cpu, taken.first, taken.slowest)
    )


def test_page_compares_medians_of_the_longest_chats_with_bounds() -> None:
    text = closing.page(
        [1.0, 2.0, 3.0],
        [Taken(200, [50.0], [50.0], [50.0], [50.0]), TAKEN],
        Made("command", 0.2, {"code": "x"}),
    )
    assert "| 10,000 | 3.0 ms | 5.0 (4.0–6.0) ms | 12.0 (9.0–30.0) ms | 8.0 (7.0–9.0) ms |" in text
    assert "transaction 20 ms, first message 25 ms: met." in text
    for slower in (replace(TAKEN, unit=[21.0]), replace(TAKEN, first=[26.0])):
        assert "25 ms: missed." in closing.page([1.0], [slower], Made("command", 0.2, {}))
