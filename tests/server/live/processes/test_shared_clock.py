from __future__ import annotations

from clock import EvenClock
from server.live.processes.shared_clock import SharedClock
from storage.leases import now_of
from storage.ports import Storage
from tests.running import SettableClock


async def test_clock_that_is_set_moves_no_lease(storage: Storage) -> None:
    """Time that goes by does. On PostgreSQL, the clock is that of the database from the first reading on."""
    clock = SettableClock()
    shared = SharedClock(storage, EvenClock(clock, clock.steady))
    await shared.read()
    began = shared()
    assert abs(began - await storage.read(lambda tx: now_of(tx, clock))) < 10_000
    clock.jump(3_600)
    clock.forward(2)
    assert shared() == began + 2_000
