"""Reads of many connections in a few transactions.

After a restart, all customers say `hello` and catch up at once. So do agents who get many chats. A transaction for each
read would cost more than the queries.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from storage.ports import Storage, StorageUnavailable, Tx

Asked = TypeVar("Asked")
T = TypeVar("T")

AT_ONCE = 4
"""Maximum number of transactions at the same time."""
TOGETHER = 20
"""Maximum number of reads in one transaction."""


def each(tx: Tx, queries: Sequence[Callable[[Tx], T]]) -> list[T]:
    """The `answer` of reads that are queries."""
    return [query(tx) for query in queries]


class SharedReads(Generic[Asked, T]):
    """Reads at once while fewer than AT_ONCE transactions run. Reads that arrive meanwhile share the next ones."""

    def __init__(self, storage: Storage, answer: Callable[[Tx, Sequence[Asked]], Sequence[T]]) -> None:
        """`answer(tx, asked)` returns the result of each read, in order."""
        self._storage = storage
        self._answer = answer
        self._waiting: deque[_Read[Asked, T]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._running = 0

    async def read(self, asked: Asked) -> T:
        """Raises StorageUnavailable."""
        one = _Read[Asked, T](asked)
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

    async def _succeeds(self, batch: list[_Read[Asked, T]]) -> bool:
        """Returns False if a query of several has failed, so that each must be tried alone."""
        reading = self._storage.read(lambda tx: self._answer(tx, [one.asked for one in batch]))
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


class _Read(Generic[Asked, T]):
    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.result: asyncio.Future[T] = asyncio.get_running_loop().create_future()
