"""The lease on leading the desk: one process at a time has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from unittest.mock import Mock

import pytest
from structlog.testing import capture_logs

from server.live.processes.leading import LEASE_MS, MARGIN_MS, Leading
from storage.ports import Storage, StorageUnavailable, Tx
from tests.running import SettableClock

T = TypeVar("T")


class Process:
    """A process, and what it did."""

    def __init__(self, storage: Storage, clock: SettableClock) -> None:
        self.did = list[str]()
        self.away = False
        self._storage = storage
        self.leading = Leading(
            Mock(write=self._write),
            clock,
            clock.steady,
            self._take_over,
            lambda: self.did.append("start"),
            self._stop,
        )

    async def _write(self, unit: Callable[[Tx], T]) -> T:
        if self.away:
            raise StorageUnavailable("no answer")
        return await self._storage.write(unit)

    async def _take_over(self) -> None:
        self.did.append("read")

    async def _stop(self) -> None:
        self.did.append("stop")


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def two(storage: Storage, clock: SettableClock) -> tuple[Process, Process]:
    """Two processes. The first one leads."""
    first, second = Process(storage, clock), Process(storage, clock)
    with capture_logs():
        for process in (first, second):
            await process.leading.beat()
    assert (first.leading.leads, second.leading.leads) == (True, False)
    return first, second


async def test_process_that_leads_first_reads_everything_and_then_starts(two: tuple[Process, Process]) -> None:
    first, second = two
    assert (first.did, second.did) == (["read", "start"], [])


async def test_process_takes_over_once_the_lease_has_ended(two: tuple[Process, Process], clock: SettableClock) -> None:
    first, second = two
    with capture_logs():
        clock.forward((LEASE_MS - MARGIN_MS) / 1000)
        await second.leading.beat()
        assert not first.leading.leads and not second.leading.leads
        clock.forward(MARGIN_MS / 1000)
        await second.leading.beat()
        assert second.leading.leads
        await first.leading.beat()
    assert not first.leading.leads
    assert first.did == ["read", "start", "stop"]


async def test_process_that_renews_its_lease_goes_on_leading(
    two: tuple[Process, Process], clock: SettableClock
) -> None:
    first, second = two
    for _ in range(10):
        clock.forward(LEASE_MS / 3000)
        for process in (first, second):
            await process.leading.beat()
    assert first.leading.leads and not second.leading.leads
    assert first.did == ["read", "start"]


async def test_process_without_a_database_leads_until_its_lease_nearly_ends(
    two: tuple[Process, Process], clock: SettableClock
) -> None:
    first, _ = two
    first.away = True
    with capture_logs():
        clock.forward(5)
        await first.leading.beat()
        assert first.leading.leads
        clock.forward(LEASE_MS / 1000)
        assert not first.leading.leads
        await first.leading.beat()
    assert first.did == ["read", "start", "stop"]


async def test_released_lease_can_be_taken_at_once(two: tuple[Process, Process]) -> None:
    first, second = two
    await first.leading.release()
    with capture_logs():
        await second.leading.beat()
    assert (first.leading.leads, second.leading.leads) == (False, True)


async def test_wall_clock_that_is_set_ends_no_lease(two: tuple[Process, Process], clock: SettableClock) -> None:
    clock.jump(3_600)
    assert two[0].leading.leads
