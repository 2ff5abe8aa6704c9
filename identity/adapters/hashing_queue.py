"""The queue for hashing passwords. Hashing is slow on purpose, so only a few requests hash at a time, and only a few
wait.

A request enters the queue before any query (`enter`), and then waits for its turn to hash (`turn`). A *place* is a
network, a known device or a signed-in person.

- Each place hashes one password at a time, and has at most OF_ONE_PLACE requests inside the queue. Further requests
  from the place are refused at once.
- At most WAITING requests wait, over all places. A request with a lower rank goes first. If WAITING requests wait and
  another one arrives, a request with the highest rank is refused.
- A request that is cancelled while it waits is not hashed.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from fairness import NoTurn, Turn, Turns
from refusals import Refused

T = TypeVar("T")

AT_ONCE = 2
"""Maximum number of hashes at the same time. Each hash takes 64 MiB of memory for a tenth of a second."""
WAITING = 8
OF_ONE_PLACE = 4
"""Maximum number of requests from one place inside the queue: one whose password is hashed, and three that wait. A
place is a network, a known device or a signed-in person."""
RETRY_AFTER_S = 2.0


class HashingQueue:
    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING, of_one_place: int = OF_ONE_PLACE) -> None:
        self.turns = Turns(at_once, all_max=waiting)
        self._of_one_place = of_one_place
        self.inside: Counter[str] = Counter()
        """Number of requests inside the queue, by place."""

    @contextmanager
    def enter(self, place: str) -> Iterator[None]:
        """Count a request of this place as inside the queue during the `with` block. Raises Refused(unavailable) if
        too many requests of the place are inside."""
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
        """Wait for a turn, call `start` to begin the hash, and return the result of the hash.

        The turn lasts until the hash is done, even if the caller is cancelled. Raises Refused(unavailable) if the queue
        is full and no waiting request has a higher rank.
        """
        try:
            turn = await self.turns.take(place, rank=rank)
        except NoTurn:
            raise busy() from None
        try:
            hashing = start()
        except BaseException:
            turn.end()
            raise
        hashing.add_done_callback(partial(_hashed, turn))
        return await asyncio.shield(hashing)


def _hashed(turn: Turn, hashing: asyncio.Future[T]) -> None:
    if not hashing.cancelled():
        # Keep asyncio from reporting an exception that no caller is left to take.
        hashing.exception()
    turn.end()


def busy() -> Refused:
    return Refused(
        "unavailable", "Many people are signing in right now. Try again in a few seconds.", retry_after_s=RETRY_AFTER_S
    )
