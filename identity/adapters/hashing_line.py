"""The queue for hashing passwords: few at a time and few waiting, because hashing is slow on purpose.

A request enters before any query (`enter`) and then waits for its turn to hash (`turn`). Each place hashes one
password at a time and has at most OF_ONE_PLACE requests inside. Others are refused at once, and so are requests beyond
WAITING. Lower ranks go first; when the queue is full, the highest rank is refused. A request that is cancelled while
waiting is not hashed.
"""

from __future__ import annotations

import asyncio
from bisect import insort
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import TypeVar

from refusals import Refused

T = TypeVar("T")

AT_ONCE = 2
"""Parallel hashes. Each takes 64 MiB for a tenth of a second."""
WAITING = 8
OF_ONE_PLACE = 4
"""Most requests of one place inside: one hashing, three waiting."""
RETRY_AFTER_S = 2.0


@dataclass(slots=True, order=True)
class Waiter:
    rank: int
    number: int
    place: str = field(compare=False)
    turn: asyncio.Future[None] = field(compare=False)


class HashingLine:
    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING, of_one_place: int = OF_ONE_PLACE) -> None:
        self._at_once = at_once
        self._most = waiting
        self._of_one_place = of_one_place
        self.inside: Counter[str] = Counter()
        """Requests inside, by place."""
        self._hashing: set[str] = set()
        self.waiting: list[Waiter] = []
        """By rank, then by arrival."""
        self._numbers = count()

    @contextmanager
    def enter(self, place: str) -> Iterator[None]:
        """Be inside for the `with` block. Raises Refused(unavailable) if the place has too many requests inside."""
        if self.inside[place] >= self._of_one_place:
            raise busy()
        self.inside[place] += 1
        try:
            yield
        finally:
            self.inside[place] -= 1
            if not self.inside[place]:
                del self.inside[place]

    async def turn(self, place: str, rank: int, start: Callable[[], asyncio.Future[T]]) -> T:
        """Wait for a turn, then `start` the hash and return its result.

        The turn ends with the hash, even if the caller is cancelled. Raises Refused(unavailable) if the queue is full
        of ranks at least as low.
        """
        await self._wait(Waiter(rank, next(self._numbers), place, asyncio.get_running_loop().create_future()))
        try:
            hashing = start()
        except BaseException:
            self._give_back(place)
            raise
        hashing.add_done_callback(partial(self._hashed, place))
        return await asyncio.shield(hashing)

    async def _wait(self, waiter: Waiter) -> None:
        insort(self.waiting, waiter)
        self._give()
        if len(self.waiting) > self._most:
            self.waiting.pop().turn.set_exception(busy())
        try:
            await waiter.turn
        except BaseException:
            if waiter in self.waiting:
                self.waiting.remove(waiter)
            elif not waiter.turn.cancelled() and waiter.turn.exception() is None:
                # Cancelled just after it got its turn.
                self._give_back(waiter.place)
            raise

    def _give(self) -> None:
        """Hand out free turns."""
        self.waiting = [waiter for waiter in self.waiting if not waiter.turn.done()]
        for waiter in list(self.waiting):
            if len(self._hashing) >= self._at_once:
                return
            if waiter.place not in self._hashing:
                self.waiting.remove(waiter)
                self._hashing.add(waiter.place)
                waiter.turn.set_result(None)

    def _hashed(self, place: str, hashing: asyncio.Future[T]) -> None:
        if not hashing.cancelled():
            # Keep asyncio from reporting an exception that no caller is left to take.
            hashing.exception()
        self._give_back(place)

    def _give_back(self, place: str) -> None:
        self._hashing.discard(place)
        self._give()


def busy() -> Refused:
    return Refused(
        "unavailable", "Many people are signing in right now. Try again in a few seconds.", retry_after_s=RETRY_AFTER_S
    )
