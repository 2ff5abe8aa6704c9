from __future__ import annotations

import asyncio
import os
from collections.abc import Hashable

import pytest

from tests.faults.lag import TICK_S, LagClock, counted_s, waits_of
from tests.faults.nemesis import CAUGHT_UP_S, late


class Machine:
    def __init__(self) -> None:
        self.now = 0.0
        self.waits: dict[Hashable, float] = {"worker": 7.0, "tests": 3.0}
        self.clock = LagClock(lambda: self.now, lambda: dict(self.waits))

    def passes(self, seconds: float, **waits: float) -> float:
        """What the clock counts of these seconds, in which threads wait for so long."""
        before = self.clock.counted_s
        self.now += seconds
        for thread, waited in waits.items():
            self.waits[thread] = self.waits.get(thread, 0.0) + waited
        self.clock.tick()
        return self.clock.counted_s - before


def test_time_without_lag_counts_in_full() -> None:
    assert Machine().passes(TICK_S) == pytest.approx(TICK_S)


def test_time_in_which_a_thread_waits_does_not_count() -> None:
    """The longest wait at the same time counts. A wait from before a thread was known does not."""
    machine = Machine()
    assert machine.passes(TICK_S, worker=0.3 * TICK_S, tests=0.8 * TICK_S) == pytest.approx(0.2 * TICK_S)
    assert machine.passes(TICK_S, another=100.0) == pytest.approx(TICK_S)
    assert machine.passes(TICK_S, another=2 * TICK_S) == 0


def test_late_tick_counts_as_one() -> None:
    assert Machine().passes(60.0) == pytest.approx(TICK_S)


async def test_work_is_measured() -> None:
    assert waits_of([os.getpid()])
    began = asyncio.get_running_loop().time()
    counted = await counted_s(asyncio.sleep(TICK_S), lambda: [os.getpid()])
    assert 0 <= counted <= asyncio.get_running_loop().time() - began


def test_fault_after_which_somebody_catches_up_too_late_is_found() -> None:
    assert [*late([("kill", CAUGHT_UP_S), ("cut", 0.1)])] == []
    assert [*late([("kill", 6.04), ("cut", 0.1)])] == ["everybody had caught up only 6.0 s after kill"]
