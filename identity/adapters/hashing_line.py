"""The line for hashing passwords: few at a time, few waiting, since hashing is slow on purpose.

A request enters before anything is looked up (`enter`) and waits for its turn to hash (`turn`). A place hashes one
password at a time and has a few waiting; beyond that, and beyond WAITING overall, a request is refused at once. Lower
ranks go first, and push out the highest where the line is full. Whoever is cancelled while waiting is never hashed.
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
"""Hashes at the same time: each takes 64 MiB for a tenth of a second."""
WAITING = 8
OF_ONE_PLACE = 4
"""Requests of one place that are inside: one hashing, three waiting."""
RETRY_AFTER_S = 2.0


@dataclass(slots=True, order=True)
class Waiter:
    """Somebody in the line."""

    rank: int
    number: int
    place: str = field(compare=False)
    turn: asyncio.Future[None] = field(compare=False)


class HashingLine:
    """Turns at the hasher, for one event loop."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING, of_one_place: int = OF_ONE_PLACE) -> None:
        self._at_once = at_once
        self._most = waiting
        self._of_one_place = of_one_place
        self.inside: Counter[str] = Counter()
        """How many of each place entered."""
        self._hashing: set[str] = set()
        self.waiting: list[Waiter] = []
        """Who waits for a turn, by rank, then by arrival."""
        self._numbers = count()

    @contextmanager
    def enter(self, place: str) -> Iterator[None]:
        """Be inside, as one of `place`. Raises Refused(unavailable) where enough of that place are."""
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
        """Wait for a turn, then `start` the hash and return its result. The turn ends with the hash, even where the
        caller is cancelled meanwhile. Raises Refused(unavailable) where the line is full of ranks as low as this."""
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
                # Cancelled in the moment in which it got its turn.
                self._give_back(waiter.place)
            raise

    def _give(self) -> None:
        """Turns to whoever is next, as long as there are any."""
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
            # Nobody else may be there to hear of it.
            hashing.exception()
        self._give_back(place)

    def _give_back(self, place: str) -> None:
        self._hashing.discard(place)
        self._give()


def busy() -> Refused:
    """For who is one too many."""
    return Refused(
        "unavailable", "Many people are signing in right now. Try again in a few seconds.", retry_after_s=RETRY_AFTER_S
    )
