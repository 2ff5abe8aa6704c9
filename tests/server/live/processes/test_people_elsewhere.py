"""Two processes that tell each other who is connected to them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from unittest.mock import Mock

import pytest

from clock import EvenClock
from server.live.presence.attendance import Attendance
from server.live.presence.connected import ConnectedPeople
from server.live.presence.presence import Presence
from server.live.processes.people_elsewhere import LEASE_MS, PeopleElsewhere
from server.live.wakes import Wakes
from storage.ports import Storage
from tests.running import SettableClock, cancelled, eventually


class Process:
    """A process, and whom its hub has connected."""

    def __init__(self, storage: Storage, clock: SettableClock) -> None:
        self._here = set[str]()
        self.woken = list[str]()
        wakes = Wakes()
        wakes.connect(lambda kind, id_, seq=0, news="": self.woken.append(id_))
        self.connected = ConnectedPeople(self)
        self.presence, self.attendance = Mock(spec=Presence), Mock(spec=Attendance)
        self.attendance.seen.return_value = Mock(active_at=0)
        given = (self.connected, self.presence, self.attendance, lambda: True)
        self.people = PeopleElsewhere(storage, EvenClock(clock, clock.steady), clock, wakes, *given)
        (self._moved,) = self.presence.watch.call_args.args

    def is_here(self, id_: str) -> bool:
        return id_ in self._here

    def came(self, id_: str, *, staff: bool = False) -> None:
        self._here.add(id_)
        self._moved([id_], staff, True)

    def went(self, id_: str, *, staff: bool = False) -> None:
        self._here.discard(id_)
        self._moved([id_], staff, False)


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def two(storage: Storage, clock: SettableClock) -> AsyncIterator[tuple[Process, Process]]:
    processes = Process(storage, clock), Process(storage, clock)
    assert [await storage.write(process.people.join) for process in processes] == [True, False]
    tasks = [asyncio.create_task(process.people.run()) for process in processes]
    yield processes
    await cancelled(*tasks)


async def stored(process: Process, *ids: str) -> None:
    """Wait until the others were told of these people."""
    await eventually(lambda: process.woken == list(ids), f"{ids} are stored")
    process.woken.clear()


async def test_person_of_one_process_is_here_in_the_other_until_they_go(two: tuple[Process, Process]) -> None:
    first, second = two
    first.came("ada", staff=True)
    await stored(first, "ada")
    await second.people.read(["ada"])
    assert second.connected.is_here("ada")
    second.presence.came_elsewhere.assert_called_once_with("ada", staff=True, first=True)
    first.went("ada", staff=True)
    await stored(first, "ada")
    await second.people.read(["ada"])
    assert not second.connected.is_here("ada")
    second.presence.went_elsewhere.assert_called_once_with("ada", staff=True, last=True)


async def test_person_of_both_processes_is_here_until_they_leave_the_last(two: tuple[Process, Process]) -> None:
    first, second = two
    for process in two:
        process.came("ann")
        await stored(process, "ann")
    await second.people.read()
    second.presence.came_elsewhere.assert_called_once_with("ann", staff=False, first=False)
    first.went("ann")
    await stored(first, "ann")
    await second.people.read()
    second.presence.went_elsewhere.assert_called_once_with("ann", staff=False, last=False)
    assert second.connected.is_here("ann")


async def test_people_of_a_process_without_a_lease_are_gone(two: tuple[Process, Process], clock: SettableClock) -> None:
    first, second = two
    first.came("ann")
    await stored(first, "ann")
    await second.people.beat()
    await second.people.read()
    assert second.connected.is_here("ann")
    clock.forward(LEASE_MS / 1000)
    await second.people.beat()
    assert not second.connected.is_here("ann")


async def test_process_that_was_stopped_tells_again_who_is_here(
    two: tuple[Process, Process], clock: SettableClock
) -> None:
    """The leading process has removed its people meanwhile."""
    first, second = two
    first.came("ann")
    await stored(first, "ann")
    clock.forward(LEASE_MS / 1000)
    await second.people.beat()
    await first.people.beat()
    await stored(first, "ann")
    await second.people.beat()
    await second.people.read()
    assert second.connected.is_here("ann")


async def test_process_that_leaves_has_nobody_here(two: tuple[Process, Process]) -> None:
    first, second = two
    first.came("ann")
    await stored(first, "ann")
    await first.people.leave()
    assert first.woken == ["ann"]
    await second.people.read()
    assert not second.connected.is_here("ann")
