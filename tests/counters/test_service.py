from __future__ import annotations

import asyncio
from collections.abc import Sequence

from counters.adapters.memory import MemoryCounters
from counters.ports import Added, Addition, Charge, Unreachable
from counters.service import RETRY_S, SharedCounters


class Server:
    """Counts of two processes, which can become unreachable or silent."""

    def __init__(self) -> None:
        self.now = 0.0
        self.counts = MemoryCounters(self.ms)
        self.away = self.silent = False
        self.asked = 0
        self.processes = [SharedCounters(self, MemoryCounters(self.ms), lambda: self.now, 0.02) for _ in range(2)]

    def ms(self) -> int:
        return int(self.now * 1000)

    async def add(self, additions: Sequence[Addition]) -> Added:
        await self._answer()
        return await self.counts.add(additions)

    async def charge(self, charges: Sequence[Charge]) -> Sequence[int]:
        await self._answer()
        return await self.counts.charge(charges)

    async def _answer(self) -> None:
        self.asked += 1
        if self.silent:
            await asyncio.Event().wait()
        if self.away:
            raise Unreachable("gone")


TRY = [Addition("a", 1, 600_000, 4)]


async def test_processes_count_together() -> None:
    server = Server()
    tries = [(await server.processes[n % 2].add(TRY)).added for n in range(6)]
    assert tries == [True] * 4 + [False] * 2
    assert await server.processes[0].charge([Charge("b", 5, 10)]) == [5]
    assert await server.processes[1].charge([Charge("b", 5, 10)]) == [10]


async def test_each_process_counts_on_for_itself_while_the_server_is_away() -> None:
    """It goes on from what it has counted: never unlimited. Afterwards all count together again."""
    server = Server()
    one = server.processes[0]
    assert [(await one.add(TRY)).added for _ in range(3)] == [True] * 3
    server.away = True
    assert [(await one.add(TRY)).added for _ in range(3)] == [True, False, False]
    assert not one.reached and server.asked == 4
    assert (await one.charge([Charge("b", 5, 10)]), await one.charge([Charge("b", 5, 10)])) == ([5], [10])
    server.away, server.now = False, RETRY_S
    assert (await one.add(TRY)).added and one.reached
    assert not (await one.add(TRY)).added


async def test_idle_process_finds_the_counts_again() -> None:
    """It asks only while they are away, and not more often than others do."""
    server = Server()
    idle = server.processes[0]
    await idle.find_again()
    assert (server.asked, idle.reached) == (0, True)
    server.away = True
    await idle.add(TRY)
    server.away = False
    await idle.find_again()
    assert (server.asked, idle.reached) == (1, False)
    server.now = RETRY_S
    await idle.find_again()
    assert (server.asked, idle.reached) == (2, True)


async def test_silent_server_delays_nobody_twice() -> None:
    server = Server()
    server.silent = True
    assert (await server.processes[0].add(TRY)).added
    assert server.asked == 1
    for _ in range(5):
        await server.processes[0].add(TRY)
    assert server.asked == 1
