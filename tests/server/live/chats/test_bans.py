"""Blocks in memory follow the database. What a block does: `tests/stories/test_bans.py`."""

from __future__ import annotations

import asyncio
from unittest.mock import create_autospec

import pytest

from identity.actor import Actor
from identity.bans import Ban
from server.live.chats.bans import Bans
from storage.ports import Storage, StorageUnavailable

ANA = Actor("customer", "ana")
BAN = Ban(id="b1", kind="customer", subject="ana", reason="", chat=None, created_by=None, created_at=0, until=10)


def is_blocked(bans: Bans) -> bool:
    return bans.refusal(ANA, "203.0.113.9", "messages") is not None


async def test_blocks_stay_in_force_while_the_database_is_away() -> None:
    storage = create_autospec(Storage, instance=True)
    storage.read.side_effect = [("first", [BAN]), StorageUnavailable("no answer"), ("first", None), ("second", [])]
    bans = Bans(storage, lambda: 5)
    await bans.follow()
    with pytest.raises(StorageUnavailable):
        await bans.follow()
    await bans.follow()
    assert is_blocked(bans) and bans.any
    await bans.follow()
    assert not is_blocked(bans) and not bans.any


async def test_counts_that_cannot_be_stored_are_stored_later() -> None:
    storage = create_autospec(Storage, instance=True)
    storage.read.side_effect = [("first", [BAN]), ("first", None), ("first", None)]
    storage.write.side_effect = [StorageUnavailable("no answer"), None]
    bans = Bans(storage, lambda: 5)
    await bans.follow()
    assert is_blocked(bans)
    with pytest.raises(StorageUnavailable):
        await bans.follow()
    await bans.follow()
    assert storage.write.await_count == 2


async def test_reload_that_is_asked_for_during_another_reads_after_it() -> None:
    """A block is in force once its own reload returns, however slow the reload before it is."""
    storage, answered = create_autospec(Storage, instance=True), asyncio.Event()

    async def read(query: object) -> tuple[str, list[Ban]]:
        if storage.read.await_count == 1:
            await answered.wait()
            return "before the block", []
        return "after the block", [BAN]

    storage.read.side_effect = read
    bans = Bans(storage, lambda: 5)
    slow, own = asyncio.create_task(bans.follow()), asyncio.create_task(bans.follow())
    await asyncio.sleep(0)
    answered.set()
    await asyncio.gather(slow, own)
    assert is_blocked(bans)
