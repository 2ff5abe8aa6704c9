from __future__ import annotations

import asyncio

from clock import system_clock
from storage import leases
from storage.ports import Storage

NOW = 1_700_000_000_000
LEASE = 30_000


async def claim(storage: Storage, holder: str, at: int = NOW, job: str = "sweep") -> bool:
    return await storage.write(lambda tx: leases.claim(tx, job, holder, at, LEASE))


async def test_lease_keeps_others_away(storage: Storage) -> None:
    assert await claim(storage, "a")
    assert not await claim(storage, "b", NOW + LEASE - 1)
    assert await claim(storage, "b", job="another")


async def test_expired_lease_is_free(storage: Storage) -> None:
    assert await claim(storage, "a")
    assert await claim(storage, "b", NOW + LEASE)
    assert not await claim(storage, "a", NOW + LEASE)


async def test_lease_from_before_the_clock_was_set_back_is_free(storage: Storage) -> None:
    assert await claim(storage, "a", NOW + 3_600_000)
    assert await claim(storage, "b")
    assert not await claim(storage, "a")


async def test_clock_of_leases_is_that_of_the_database_if_hosts_share_it(storage: Storage) -> None:
    now = await storage.read(lambda tx: leases.now_of(tx, lambda: NOW))
    assert (now == NOW) == (storage.dialect == "sqlite")
    assert abs(now - system_clock()) < 60_000 or storage.dialect == "sqlite"


async def test_holder_renews_its_lease(storage: Storage) -> None:
    assert await claim(storage, "a")
    assert await claim(storage, "a", NOW + LEASE - 1)
    assert not await claim(storage, "b", NOW + LEASE)
    assert await claim(storage, "b", NOW + 2 * LEASE - 1)


async def test_released_job_is_free_at_once(storage: Storage) -> None:
    assert await claim(storage, "a")
    await storage.write(lambda tx: leases.release(tx, "sweep", "b"))
    assert not await claim(storage, "b")
    await storage.write(lambda tx: leases.release(tx, "sweep", "a"))
    assert await claim(storage, "b")


async def test_concurrent_claims_have_one_winner(storage: Storage) -> None:
    won = await asyncio.gather(*(claim(storage, f"holder {n}") for n in range(20)))
    assert won.count(True) == 1


async def test_lease_of_one_object_is_its_own_until_released(storage: Storage) -> None:
    mine, other = (leases.Lease("sweep", lambda: NOW, LEASE) for _ in range(2))
    assert await storage.write(mine.claim)
    assert await storage.write(mine.claim)
    assert not await storage.write(other.claim)
    await storage.write(other.release)
    assert not await storage.write(other.claim)
    await storage.write(mine.release)
    assert await storage.write(other.claim)
