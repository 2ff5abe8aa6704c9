"""The shared counts of limits: `counters.ports`. Real time passes, because servers have clocks of their own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from itertools import cycle
from pathlib import Path
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from counters.adapters.memory import MemoryCounters
from counters.adapters.postgres import PostgresCounters
from counters.adapters.redis import RedisCounters
from counters.adapters.used_once import MemoryUsedOnce, StoredUsedOnce
from counters.ports import Added, Addition, Charge, Count, Counters, UsedOnce
from storage.opening import open_storage
from storage.ports import Storage
from tests.redis_server import shared_redis
from tests.running import DEADLINE_S
from tests.servers import database

LONG = 600_000
SHORT = 30


def now() -> int:
    return time.monotonic_ns() // 1_000_000


class InTurns:
    """Counts as two processes have them: each call goes through the next one."""

    def __init__(self, *processes: Counters) -> None:
        self._turns = cycle(processes)

    async def add(self, additions: Sequence[Addition]) -> Added:
        return await next(self._turns).add(additions)

    async def charge(self, charges: Sequence[Charge]) -> Sequence[int]:
        return await next(self._turns).charge(charges)


ONE, TWO = 1, 2
PROCESSES = [
    pytest.param(("memory", ONE), id="memory"),
    *(
        pytest.param((name, count), id=f"{name}-{count}", marks=pytest.mark.scaled)
        for name in ("postgresql", "redis")
        for count in (ONE, TWO)
    ),
]


@pytest.fixture(params=PROCESSES)
async def counters(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Counters]:
    where, count = request.param
    async with AsyncExitStack() as opened:
        if where == "memory":
            yield MemoryCounters(now)
        elif where == "redis":
            prefix, path = f"{uuid4()}:", str(shared_redis().socket)
            clients = [await opened.enter_async_context(Redis(unix_socket_path=path)) for _ in range(count)]
            yield InTurns(*(RedisCounters(redis, prefix) for redis in clients))
        else:
            url = opened.enter_context(database("postgresql", tmp_path))
            storages = [await open_storage(url) for _ in range(count)]
            for storage in storages:
                opened.push_async_callback(storage.close)
            yield InTurns(*(PostgresCounters(storage) for storage in storages))


async def added(counters: Counters, key: str, amount: int = 1, window_ms: int = LONG, most: int | None = None) -> Count:
    return (await counters.add([Addition(key, amount, window_ms, most)])).counts[0]


async def test_count_grows_until_its_window_ends(counters: Counters) -> None:
    first = await added(counters, "a")
    second = await added(counters, "a", 4)
    assert (first.value, second.value, (await added(counters, "b")).value) == (1, 5, 1)
    assert LONG - 60_000 < second.left_ms <= first.left_ms <= LONG
    assert (await added(counters, "short", 3, SHORT)).value == 3
    async with asyncio.timeout(DEADLINE_S):
        while (await added(counters, "short", 0, SHORT)).value:
            await asyncio.sleep(0.005)
    assert (await added(counters, "short", 1, SHORT)).value == 1


async def test_count_never_falls_below_zero(counters: Counters) -> None:
    assert (await added(counters, "a", -3)).value == 0
    assert (await added(counters, "a", 2)).value == 2
    assert (await added(counters, "a", -5)).value == 0
    assert (await added(counters, "a", 1)).value == 1


async def test_addition_of_nothing_only_reads(counters: Counters) -> None:
    assert (await added(counters, "a", 0)) == Count(0, LONG)
    await added(counters, "a", 2)
    assert (await added(counters, "a", 0)).value == 2


async def test_charge_of_nothing_is_answered(counters: Counters) -> None:
    """Somebody who only wants to know whether the counts can be reached asks so."""
    assert await counters.charge([]) == []


async def test_additions_are_made_together_or_not_at_all(counters: Counters) -> None:
    assert (await counters.add([Addition("a", 2, LONG, 2), Addition("b", 1, LONG)])).added
    refused = await counters.add([Addition("b", 1, LONG), Addition("a", 1, LONG, 2), Addition("c", 0, LONG)])
    assert not refused.added
    assert [count.value for count in refused.counts] == [1, 2, 0]
    assert [(await added(counters, key, 0)).value for key in "abc"] == [2, 1, 0]


async def test_simultaneous_additions_stay_within_the_limit(counters: Counters) -> None:
    additions = [Addition("a", 1, LONG, 8), Addition("b", 1, LONG)]
    tries = await asyncio.gather(*(counters.add(additions) for _ in range(30)))
    made = sum(one.added for one in tries)
    assert 0 < made <= 8
    assert [(await added(counters, key, 0)).value for key in "ab"] == [made, made]


async def test_count_of_a_longer_window_is_not_taken_over(counters: Counters) -> None:
    """For example after a jump of a clock."""
    await added(counters, "a", 5, 100 * LONG)
    count = await added(counters, "a", 1, SHORT)
    assert count.value == 1 and count.left_ms <= SHORT


async def test_debt_grows_with_charges_and_shrinks_with_time(counters: Counters) -> None:
    first, other = await counters.charge([Charge("a", 1_000_000, 9_000_000), Charge("b", 7, 7)])
    assert (first, other) == (1_000_000, 7)
    (second,) = await counters.charge([Charge("a", 1_000_000, 9_000_000)])
    assert 1_900_000 < second <= 2_000_000
    async with asyncio.timeout(DEADLINE_S):
        while await counters.charge([Charge("b", 0, 7)]) != [0]:
            await asyncio.sleep(0.005)


async def test_debt_has_a_maximum_and_charges_can_be_taken_back(counters: Counters) -> None:
    assert await counters.charge([Charge("a", 5_000_000, 2_000_000)]) == [2_000_000]
    (debt,) = await counters.charge([Charge("a", 5_000_000, 2_000_000)])
    assert 1_900_000 < debt <= 2_000_000
    (debt,) = await counters.charge([Charge("a", -1_500_000, 2_000_000)])
    assert 400_000 < debt <= 500_000
    assert await counters.charge([Charge("a", -1_500_000, 2_000_000)]) == [0]
    (debt,) = await counters.charge([Charge("a", 1_000_000, 2_000_000)])
    assert 900_000 < debt <= 1_000_000


@pytest.fixture(params=["memory", "database"])
def used(request: pytest.FixtureRequest, storage: Storage) -> UsedOnce:
    return MemoryUsedOnce(now) if request.param == "memory" else StoredUsedOnce(storage, now)


async def test_first_holder_keeps_what_it_used(used: UsedOnce) -> None:
    ends = now() + LONG
    assert await used.first("identity planner/j1", "ana", ends)
    assert await used.first("identity planner/j1", "ana", ends)
    assert not await used.first("identity planner/j1", "mallory", ends)
    assert await used.first("identity buyer/j1", "ben", ends)


async def test_used_thing_is_forgotten_at_its_end(used: UsedOnce) -> None:
    assert await used.first("a", "ana", now() - 1)
    assert await used.first("a", "ben", now() + LONG)
    assert not await used.first("a", "ana", now() + LONG)


async def test_one_of_several_processes_is_first(storage: Storage, other: Storage) -> None:
    """A process that starts later knows it too."""
    processes = [StoredUsedOnce(one, now) for one in (storage, other)]
    ends = now() + LONG
    tries = await asyncio.gather(*(processes[n % 2].first("a", f"holder {n}", ends) for n in range(10)))
    assert tries.count(True) == 1
    winner = f"holder {tries.index(True)}"
    late = StoredUsedOnce(other, now)
    assert await late.first("a", winner, ends) and not await late.first("a", "holder 11", ends)


async def test_memory_of_used_things_is_bounded() -> None:
    used = MemoryUsedOnce(now, most=2)
    assert [await used.first(what, "ana", now() + LONG) for what in "abc"] == [True] * 3
    assert await used.first("a", "ben", now() + LONG) and not await used.first("c", "ben", now() + LONG)


async def test_expired_rows_are_deleted(storage: Storage) -> None:
    used = StoredUsedOnce(storage, now)
    await used.first("old", "ana", now() - 1)
    await used.first("new", "ana", now() + LONG)
    await used.forget()
    assert not await used.first("new", "ben", now() + LONG)


async def test_memory_of_counts_is_bounded() -> None:
    counters = MemoryCounters(now, keys_max=2)
    for key in "abc":
        await added(counters, key)
    assert counters.size == 2
    assert (await added(counters, "a", 0)).value == 0 and (await added(counters, "c", 0)).value == 1
