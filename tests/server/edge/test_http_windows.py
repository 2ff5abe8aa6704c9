from __future__ import annotations

from collections.abc import Sequence

import pytest

from counters.adapters.memory import MemoryCounters
from server.edge.http_windows import CountedWindows, Windows


async def test_number_of_windows_is_bounded() -> None:
    """The window used longest ago is forgotten first."""
    windows = Windows(lambda: 0.0, most=10)
    for n in range(1_000):
        assert await windows.acquire_sliding_window_entry("always here", 10_000, 20)
        assert await windows.acquire_sliding_window_entry(f"passing {n}", 1, 20)
    assert await windows.get("always here") == 1_000
    assert await windows.reset() == 10


async def test_sliding_window_includes_the_overlap_of_the_previous_one() -> None:
    """The count of the previous window is included in proportion to its overlap."""
    now = 0.0
    windows = Windows(lambda: now)
    assert await windows.acquire_sliding_window_entry("k", 10, 20, 10)
    assert not await windows.acquire_sliding_window_entry("k", 10, 20)
    now = 30.0
    assert await windows.acquire_sliding_window_entry("k", 10, 20, 5)
    assert not await windows.acquire_sliding_window_entry("k", 10, 20)
    now = 100.0
    assert await windows.acquire_sliding_window_entry("k", 10, 20, 10)
    await windows.clear_sliding_window("k", 20)
    assert await windows.get("k") == 0


async def test_other_rate_limit_strategies_are_not_implemented() -> None:
    """A limit that counts nothing must not seem to work."""
    windows = Windows()
    assert await windows.check()
    with pytest.raises(NotImplementedError):
        await windows.incr("k", 1)


async def taken(processes: Sequence[CountedWindows], times: int) -> list[bool]:
    return [await processes[n % 2].acquire_sliding_window_entry("k", 10, 20) for n in range(times)]


async def test_counted_windows_count_together_as_one() -> None:
    """The count of the previous window is included in proportion to its overlap. What is refused is not counted."""
    now = 0.0
    counters = MemoryCounters(lambda: int(now * 1000))
    processes = [CountedWindows(counters, lambda: now) for _ in range(2)]
    assert await taken(processes, 12) == [True] * 10 + [False] * 2
    assert await processes[0].get_sliding_window("k", 20) == (0, 0.0, 10, 40.0)
    now = 30.0
    assert await processes[1].get_sliding_window("k", 20) == (10, 10.0, 0, 30.0)
    assert await taken(processes, 6) == [True] * 5 + [False]
    await processes[0].clear_sliding_window("k", 20)
    assert await processes[1].acquire_sliding_window_entry("k", 10, 20, 10)


async def test_windows_share_what_they_count() -> None:
    """A little is not shared."""
    processes, shared = [Windows(lambda: 0.0) for _ in range(2)], 0
    assert [await processes[0].acquire_sliding_window_entry("k", 80, 20) for _ in range(9)] == [True] * 9
    assert processes[0].due() == {}
    for one in (processes[0], processes[1]):
        assert all([await one.acquire_sliding_window_entry("k", 80, 20) for _ in range(40)])
        (added,) = one.due().values()
        shared += added.amount
        one.learn({"k": shared})
    assert not await processes[1].acquire_sliding_window_entry("k", 80, 20)
    assert await processes[0].acquire_sliding_window_entry("k", 80, 20)
