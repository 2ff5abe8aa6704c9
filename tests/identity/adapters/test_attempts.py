from __future__ import annotations

import pytest

from counters.adapters.memory import MemoryCounters
from identity.adapters.attempts import (
    ACCOUNT_LIMIT,
    DEVICE_LIMIT,
    HOUR_MS,
    PAIR_LIMIT,
    PLACE_LIMIT,
    WINDOW_MS,
    Attempts,
)
from tests.running import SettableClock

HERE, ELSEWHERE = "203.0.113.9", "198.51.100.4"


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def counters(clock: SettableClock) -> MemoryCounters:
    return MemoryCounters(clock)


@pytest.fixture
def attempts(counters: MemoryCounters, clock: SettableClock) -> Attempts:
    return Attempts(counters, MemoryCounters(clock))


async def waits(attempts: Attempts, email: str, place: str, device: str | None = None) -> int:
    return (await attempts.begin(email, place, device)).wait_ms


async def test_failures_from_one_place_block_only_that_place(attempts: Attempts, clock: SettableClock) -> None:
    assert [await waits(attempts, "ana@x", HERE) for _ in range(PAIR_LIMIT)] == [0] * PAIR_LIMIT
    clock.at += 1_000
    assert await waits(attempts, "ana@x", HERE) == WINDOW_MS - 1_000
    assert await waits(attempts, "ana@x", ELSEWHERE) == 0
    assert await waits(attempts, "ben@x", HERE) == 0
    clock.at += WINDOW_MS - 1_000
    assert await waits(attempts, "ana@x", HERE) == 0


async def test_success_clears_earlier_failures(attempts: Attempts) -> None:
    for _ in range(ACCOUNT_LIMIT):
        made = [await attempts.begin("ana@x", HERE) for _ in range(PAIR_LIMIT)]
        assert not any(one.wait_ms for one in made)
        await attempts.succeeded(made[-1])


async def test_place_is_blocked_after_failures_with_many_addresses(attempts: Attempts, clock: SettableClock) -> None:
    for n in range(PLACE_LIMIT):
        assert await waits(attempts, f"{n}@x", HERE) == 0
    assert await waits(attempts, "next@x", HERE) == WINDOW_MS
    clock.at += WINDOW_MS
    assert await waits(attempts, "next@x", HERE) == 0


async def test_account_has_an_hourly_limit_over_all_places(attempts: Attempts, clock: SettableClock) -> None:
    for n in range(ACCOUNT_LIMIT):
        assert await waits(attempts, "ana@x", f"10.0.{n}.1") == 0
    assert await waits(attempts, "ben@x", ELSEWHERE) == 0
    clock.at += 60_000
    refused = await attempts.begin("ana@x", ELSEWHERE)
    assert (refused.wait_ms, refused.over) == (HOUR_MS - 60_000, "account")
    clock.at += HOUR_MS - 60_000
    assert await waits(attempts, "ana@x", ELSEWHERE) == 0


async def test_known_device_ignores_failures_elsewhere(attempts: Attempts) -> None:
    for n in range(PLACE_LIMIT):
        await attempts.begin(f"{n}@x", HERE)
    for n in range(ACCOUNT_LIMIT):
        await attempts.begin("ana@x", f"10.0.{n}.1")
    assert await waits(attempts, "ana@x", HERE) > 0
    assert await waits(attempts, "ana@x", HERE, "her laptop") == 0


async def test_known_device_has_its_own_limit(attempts: Attempts) -> None:
    for n in range(ACCOUNT_LIMIT):
        await attempts.begin("ana@x", f"10.0.{n}.1")
    tries = [await attempts.begin("ana@x", HERE, "stolen") for _ in range(DEVICE_LIMIT + 1)]
    assert [one.wait_ms > 0 for one in tries] == [False] * DEVICE_LIMIT + [True]
    assert [one.trusted for one in tries] == [True] * DEVICE_LIMIT + [False]
    assert await waits(attempts, "ana@x", HERE, "her laptop") == 0


async def test_device_failures_count_for_the_account(attempts: Attempts, clock: SettableClock) -> None:
    first = await attempts.begin("ana@x", HERE)
    clock.at += 5
    second = await attempts.begin("ana@x", HERE, "her laptop")
    assert (first.failures, second.failures) == ((1, 0), (2, 5))
    assert (await attempts.begin("ben@x", ELSEWHERE)).failures == (1, 0)
    assert await attempts.at(HERE) == first.at_place == 1


async def test_unchecked_try_does_not_count(attempts: Attempts, counters: MemoryCounters) -> None:
    for _ in range(3 * PLACE_LIMIT):
        await attempts.withdrawn(await attempts.begin("ana@x", HERE))
    assert await attempts.at(HERE) == 0
    assert counters.size == 0


async def test_requests_of_a_place_are_counted_for_a_minute(attempts: Attempts, clock: SettableClock) -> None:
    assert [await attempts.asked(HERE) for _ in range(300)] == list(range(1, 301))
    assert await attempts.asked(ELSEWHERE) == 1
    clock.at += 60_000
    assert await attempts.asked(HERE) == 1
    assert await waits(attempts, "ana@x", HERE) == 0


async def test_clock_set_back_opens_a_new_window(attempts: Attempts, clock: SettableClock) -> None:
    for _ in range(PAIR_LIMIT):
        await attempts.begin("ana@x", HERE)
    clock.at -= 3_600_000
    assert await waits(attempts, "ana@x", HERE) == 0


async def test_processes_count_together(counters: MemoryCounters, clock: SettableClock) -> None:
    processes = [Attempts(counters, MemoryCounters(clock)) for _ in range(2)]
    assert [await waits(processes[n % 2], "ana@x", HERE) for n in range(PAIR_LIMIT)] == [0] * PAIR_LIMIT
    assert [await waits(one, "ana@x", HERE) for one in processes] == [WINDOW_MS] * 2
