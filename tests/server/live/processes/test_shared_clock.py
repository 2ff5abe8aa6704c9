from __future__ import annotations

from unittest.mock import create_autospec

import pytest

from clock import Clock, EvenClock
from server.live.processes import shared_clock
from server.live.processes.shared_clock import SharedClock
from storage.leases import now_of
from storage.ports import Storage, Tx
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


async def test_answer_after_which_the_process_stood_still_sets_no_clock_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, tx = SettableClock(), create_autospec(Tx, instance=True)
    shared = SharedClock(create_autospec(Storage, instance=True), EvenClock(clock, clock.steady))
    monkeypatch.setattr(shared_clock, "now_of", lambda _, now: now())
    shared.set_by(tx)
    began = shared()

    def slow(_: Tx, now: Clock) -> int:
        answer = now()
        clock.forward(5)
        return answer

    monkeypatch.setattr(shared_clock, "now_of", slow)
    shared.set_by(tx)
    assert shared() == began + 5_000
