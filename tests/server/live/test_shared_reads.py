from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeVar
from unittest.mock import create_autospec

import pytest

from server.live.shared_reads import AT_ONCE, TOGETHER, SharedReads, each
from storage.ports import ReadKind, Storage, StorageUnavailable, Tx

T = TypeVar("T")


class Stage:
    """A storage whose transactions wait until `goes_on` is set."""

    def __init__(self) -> None:
        self.goes_on = asyncio.Event()
        self.transactions = 0
        self.down = False
        storage = create_autospec(Storage, instance=True)
        storage.read.side_effect = self._read
        self.reads = SharedReads[Callable[[Tx], int], int](storage, each)

    async def _read(self, query: Callable[[Tx], T], kind: ReadKind = "quick") -> T:
        self.transactions += 1
        await self.goes_on.wait()
        if self.down:
            raise StorageUnavailable("no answer")
        return query(create_autospec(Tx, instance=True))

    async def ask(self, numbers: list[int]) -> list[int | BaseException]:
        """Each at the same time; 0 fails."""
        asked = [asyncio.create_task(self.reads.read(partial(_divided, number))) for number in numbers]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self.goes_on.set()
        return await asyncio.gather(*asked, return_exceptions=True)


def _divided(number: int, tx: Tx) -> int:
    return 100 // number


async def test_reads_that_arrive_meanwhile_share_transactions() -> None:
    stage = Stage()
    numbers = [1 + number for number in range(AT_ONCE + TOGETHER)]
    assert await stage.ask(numbers) == [100 // number for number in numbers]
    assert stage.transactions <= AT_ONCE + 2


async def test_query_that_fails_fails_alone() -> None:
    stage = Stage()
    found = await stage.ask([*[50] * AT_ONCE, 5, 0, 4])
    assert found[AT_ONCE:][::2] == [20, 25]
    assert isinstance(found[AT_ONCE + 1], ZeroDivisionError)
    assert await stage.reads.read(lambda tx: 7) == 7


async def test_all_reads_fail_while_the_database_is_away() -> None:
    stage = Stage()
    stage.down = True
    found = await stage.ask([1] * (AT_ONCE + 3))
    assert all(isinstance(one, StorageUnavailable) for one in found)
    stage.down = False
    assert await stage.reads.read(lambda tx: 7) == 7


async def test_caller_who_leaves_does_not_disturb_the_others() -> None:
    stage = Stage()
    first, second = (asyncio.create_task(stage.reads.read(lambda tx: 7)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    stage.goes_on.set()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await second == 7


async def test_read_while_the_last_transactions_end_is_not_forgotten() -> None:
    stage = Stage()

    async def twice() -> list[int]:
        return [await stage.reads.read(lambda tx: 7), await stage.reads.read(lambda tx: 8)]

    asked = asyncio.create_task(twice())
    others = []
    for _ in range(AT_ONCE):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        others.append(asyncio.create_task(stage.reads.read(lambda tx: 7)))
    others.pop().cancel()
    stage.goes_on.set()
    assert await asyncio.wait_for(asked, 60) == [7, 8]
    assert await asyncio.gather(*others) == [7] * (AT_ONCE - 1)
