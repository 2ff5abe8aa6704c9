from __future__ import annotations

from dataclasses import replace

from bench.routing import BURST, Measured, Size, burst, decisions, drain, page

MEASURED = Measured(40, 50, 60, 70, 90_000, 55_000, 0.3, 4)


async def test_each_decision_places_one_chat() -> None:
    """The requested number of decisions is timed on a full floor. The bench itself checks that each decision places one
    chat, that a drain leaves nobody waiting, and that a burst keeps its order."""
    assert len(await decisions(Size(30, 5), 50)) == 50
    proposed, placed = await drain(5, 4, 3)
    assert 0 < placed < proposed
    assert await burst() > 0 and BURST == 10


def test_table_says_whether_each_bound_is_met() -> None:
    text = page(MEASURED, "bench", {"machine": "mine"})
    assert MEASURED.met and text.count(": met |") == 3
    slow = replace(MEASURED, large_us=121, placed_a_second=49_999, burst_ms=10)
    assert not slow.met
    assert page(slow, "bench", {}).count(": missed |") == 3
    assert "× 3.02" in page(slow, "bench", {})
