"""One database as two processes use it, for suites that were written for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from typing import Generic, TypeVar

from storage.ports import Dialect, Lane, ReadKind, Storage, Tx

T = TypeVar("T")
Item = TypeVar("Item")
Result = TypeVar("Result")


class TwoProcesses:
    """A storage whose writes go through two storages in turn. A read goes through the one that did not write last."""

    def __init__(self, first: Storage, second: Storage) -> None:
        self.dialect: Dialect = first.dialect
        self._writes, self._reads = first, second

    async def write(self, unit: Callable[[Tx], T], *, durable: bool = True) -> T:
        return await self.turn().write(unit, durable=durable)

    async def read(self, query: Callable[[Tx], T], kind: ReadKind = "quick", within_s: float | None = None) -> T:
        return await self._reads.read(query, kind, within_s)

    async def check(self) -> None:
        await self._writes.check()
        await self._reads.check()

    def lane(
        self,
        apply: Callable[..., object],
        deliver: Callable[[Sequence[Item], Sequence[Result] | Exception], None],
    ) -> Lane[Item]:
        return LaneInTurns(self, apply, deliver)

    async def close(self) -> None:
        await self._writes.close()
        await self._reads.close()

    def turn(self) -> Storage:
        """The storage of the next write."""
        self._writes, self._reads = self._reads, self._writes
        return self._writes


class LaneInTurns(Generic[Item]):
    """A lane in each of two storages. The order of items is kept within one process only, so the other one is used
    when nothing is under way."""

    def __init__(
        self,
        storages: TwoProcesses,
        apply: Callable[..., object],
        deliver: Callable[[Sequence[Item], Sequence[Result] | Exception], None],
    ) -> None:
        def delivered(items: Sequence[Item], results: Sequence[Result] | Exception) -> None:
            self._under_way -= len(items)
            deliver(items, results)

        self._under_way = 0
        self._lanes: Iterator[Lane[Item]] = cycle([storages.turn().lane(apply, delivered) for _ in range(2)])
        self._now = next(self._lanes)

    def submit(self, item: Item) -> None:
        if not self._under_way:
            self._now = next(self._lanes)
        self._under_way += 1
        self._now.submit(item)
