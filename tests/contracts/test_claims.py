"""The contract of `storage.claims`, on both databases."""

from __future__ import annotations

import asyncio

from storage import claims
from storage.ports import Storage

NOW = 1_700_000_000_000
LEASE = 30_000


async def claim(storage: Storage, holder: str, at: int = NOW, job: str = "sweep") -> bool:
    return await storage.write(lambda tx: claims.claim(tx, job, holder, at, LEASE))


async def test_one_holder_at_a_time(storage: Storage) -> None:
    """While one holder's lease lasts no other gets the job; another job is free."""
    assert await claim(storage, "a")
    assert not await claim(storage, "b", NOW + LEASE - 1)
    assert await claim(storage, "b", job="another")


async def test_a_lease_ends_by_itself(storage: Storage) -> None:
    """A holder who does not come back loses the job to the next who asks."""
    assert await claim(storage, "a")
    assert await claim(storage, "b", NOW + LEASE)
    assert not await claim(storage, "a", NOW + LEASE)


async def test_a_holder_prolongs_its_lease(storage: Storage) -> None:
    """Who holds the job may claim it again and holds it for longer."""
    assert await claim(storage, "a")
    assert await claim(storage, "a", NOW + LEASE - 1)
    assert not await claim(storage, "b", NOW + LEASE)
    assert await claim(storage, "b", NOW + 2 * LEASE - 1)


async def test_a_released_job_is_free_at_once(storage: Storage) -> None:
    """Its holder can give a job back, and nobody else can."""
    assert await claim(storage, "a")
    await storage.write(lambda tx: claims.release(tx, "sweep", "b"))
    assert not await claim(storage, "b")
    await storage.write(lambda tx: claims.release(tx, "sweep", "a"))
    assert await claim(storage, "b")


async def test_of_many_at_once_one_wins(storage: Storage) -> None:
    """Twenty who ask at the same moment: one gets the job."""
    won = await asyncio.gather(*(claim(storage, f"holder {n}") for n in range(20)))
    assert won.count(True) == 1
