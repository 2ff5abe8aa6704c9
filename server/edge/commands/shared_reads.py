"""Reads of many connections in a few transactions.

After a restart, all customers say `hello` at once. A transaction for each of them would cost more than their queries.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from storage.ports import Storage, StorageUnavailable, Tx

T = TypeVar("T")

AT_ONCE = 4
"""Maximum number of transactions at the same time."""
TOGETHER = 20
"""Maximum number of reads in one transaction."""


class SharedReads(Generic[T]):
    """Reads at once while fewer than AT_ONCE transactions run. Reads that arrive meanwhile share the next ones."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._waiting: deque[_Read[T]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._running = 0

    async def read(self, query: Callable[[Tx], T]) -> T:
        """Run `query` and return its result. Raises StorageUnavailable."""
        one = _Read(query)
        self._waiting.append(one)
        if self._running < AT_ONCE:
            self._running += 1
            task = asyncio.create_task(self._run())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await one.result

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(TOGETHER, len(self._waiting)))]
                if not await self._succeeds(batch):
                    for one in batch:
                        await self._succeeds([one])
        finally:
            # Not when the event loop notices the end: a read that arrives in between would wait for another one.
            self._running -= 1

    async def _succeeds(self, batch: list[_Read[T]]) -> bool:
        """Returns False if a query of several has failed, so that each must be tried alone."""
        reading = self._storage.read(lambda tx: [one.query(tx) for one in batch])
        (found,) = await asyncio.gather(reading, return_exceptions=True)
        if isinstance(found, BaseException):
            if len(batch) > 1 and not isinstance(found, StorageUnavailable):
                return False
            for one in batch:
                if not one.result.done():
                    one.result.set_exception(found)
            return True
        for one, value in zip(batch, found, strict=True):
            if not one.result.done():
                one.result.set_result(value)
        return True


class _Read(Generic[T]):
    def __init__(self, query: Callable[[Tx], T]) -> None:
        self.query = query
        self.result: asyncio.Future[T] = asyncio.get_running_loop().create_future()
