"""A short queue for scarce work, such as hashing passwords or redrawing pictures. It stays usable in a flood of
requests.

A *share* belongs to a person, a network or a device. Each share has at most one turn at a time. Waiters with a lower
rank go first. Waiters of the same rank take turns by share, and within a share by person.
"""

from __future__ import annotations

import asyncio
import time
from bisect import insort
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

REST_MIN_S = 0.01


class NoTurn(Exception):
    """The waiter gets no turn. `late` is True if the time limit passed, and False if too many were waiting."""

    def __init__(self, *, late: bool = False) -> None:
        super().__init__()
        self.late = late


@dataclass(slots=True, order=True)
class _Waiter:
    rank: int
    number: int
    share: str = field(compare=False)
    person: str = field(compare=False)
    called: asyncio.Future[None] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn in progress. Its holder must call `end` exactly once."""

    end: Callable[[], None]


class Turns:
    """Gives turns to waiters. Used on one event loop.

    - `at_once`: the number of simultaneous turns.
    - `all_max`: the maximum number of waiters in all shares together.
    - `others`: the maximum number of simultaneous turns for ranks above 0. A turn that has ended still counts toward
      this maximum for a time equal to its length. So on average at most `others` / 2 of these turns run at once.
    - `seconds`: a monotonic clock.
    - `later`: calls a function after a delay.
    """

    def __init__(
        self,
        at_once: int,
        *,
        all_max: int | None = None,
        others: int | None = None,
        seconds: Callable[[], float] = time.monotonic,
        later: Callable[[float, Callable[[], None]], object] | None = None,
    ) -> None:
        self._free = at_once
        self._all_max = all_max
        self._free_for_others = others
        self._seconds = seconds
        self._later = later or (lambda delay, call: asyncio.get_running_loop().call_later(delay, call))
        self._shares: OrderedDict[str, OrderedDict[str, list[_Waiter]]] = OrderedDict()
        """Waiters by share and person. At each level, the one whose turn is next comes first."""
        self._busy: set[str] = set()
        self._numbers = count()

    def waiting(self, share: str | None = None) -> int:
        """The number of waiters in one share, or in all shares if `share` is None."""
        people = self._shares.values() if share is None else [self._shares.get(share, OrderedDict())]
        return sum(len(waiters) for theirs in people for waiters in theirs.values())

    @asynccontextmanager
    async def turn(
        self, share: str, person: str = "", *, rank: int = 0, share_max: int | None = None, wait_s: float | None = None
    ) -> AsyncIterator[None]:
        """Take a turn for the duration of the `with` block. Arguments and errors are those of `take`."""
        turn = await self.take(share, person, rank=rank, share_max=share_max, wait_s=wait_s)
        try:
            yield
        finally:
            turn.end()

    async def take(
        self, share: str, person: str = "", *, rank: int = 0, share_max: int | None = None, wait_s: float | None = None
    ) -> Turn:
        """Wait for a turn.

        - Raises NoTurn after `wait_s` seconds.
        - Raises NoTurn at once if there are now more than `share_max` waiters in this share.
        - If there are now more than `all_max` waiters in all shares together, one waiter gets NoTurn. This is not
          always the new waiter: see `_last`.
        """
        called = asyncio.get_running_loop().create_future()
        waiter = _Waiter(rank, next(self._numbers), share, person, called)
        insort(self._shares.setdefault(share, OrderedDict()).setdefault(person, []), waiter)
        self._call_next()
        self._shorten(waiter, share_max)
        try:
            async with asyncio.timeout(wait_s):
                await called
        except BaseException as error:
            self._leave(waiter)
            if isinstance(error, TimeoutError):
                raise NoTurn(late=True) from None
            raise
        began = self._seconds()
        return Turn(lambda: self._end(waiter, self._seconds() - began))

    def _shorten(self, waiter: _Waiter, share_max: int | None) -> None:
        """Refuse one waiter if the new `waiter` makes the queue too long."""
        if waiter.called.done():
            return
        if share_max is not None and self.waiting(waiter.share) > share_max:
            refused = waiter
        elif self._all_max is not None and self.waiting() > self._all_max:
            refused = self._last()
        else:
            return
        self._remove(refused)
        if not refused.called.done():
            refused.called.set_exception(NoTurn())

    def _last(self) -> _Waiter:
        """The waiter to refuse.

        Only waiters of the highest rank are considered. Of these, it is one from the share with the most waiters, then
        from the person with the most waiters, then the newest.
        """

        def keys() -> Iterator[tuple[int, int, int, int, _Waiter]]:
            for share, people in self._shares.items():
                size = self.waiting(share)
                for waiters in people.values():
                    yield from ((one.rank, size, len(waiters), one.number, one) for one in waiters)

        return max(keys())[-1]

    def _leave(self, waiter: _Waiter) -> None:
        called = waiter.called
        if called.done() and not called.cancelled() and called.exception() is None:
            # The waiter got a turn at the moment of the cancellation, so the turn must end.
            self._end(waiter, 0.0)
        else:
            self._remove(waiter)

    def _end(self, waiter: _Waiter, took_s: float) -> None:
        self._free += 1
        self._busy.discard(waiter.share)
        # The other shares, and the other people of this share, go first now.
        if (people := self._shares.get(waiter.share)) is not None:
            self._shares.move_to_end(waiter.share)
            if waiter.person in people:
                people.move_to_end(waiter.person)
        if waiter.rank > 0 and self._free_for_others is not None:
            self._later(max(took_s, REST_MIN_S), self._rested)
        self._call_next()

    def _rested(self) -> None:
        if self._free_for_others is not None:
            self._free_for_others += 1
        self._call_next()

    def _call_next(self) -> None:
        while (waiter := self._next()) is not None:
            self._remove(waiter)
            if waiter.called.done():
                continue  # cancelled, and not yet gone
            self._free -= 1
            self._busy.add(waiter.share)
            if waiter.rank > 0 and self._free_for_others is not None:
                self._free_for_others -= 1
            waiter.called.set_result(None)

    def _next(self) -> _Waiter | None:
        first: _Waiter | None = None
        if not self._free:
            return None
        for share, people in self._shares.items():
            waiter = next(iter(people.values()))[0]
            if share in self._busy or (waiter.rank > 0 and self._free_for_others == 0):
                continue
            if first is None or waiter.rank < first.rank:
                first = waiter
        return first

    def _remove(self, waiter: _Waiter) -> None:
        people = self._shares.get(waiter.share, OrderedDict())
        waiters = people.get(waiter.person, [])
        if waiter not in waiters:
            return
        waiters.remove(waiter)
        if not waiters:
            del people[waiter.person]
        if not people:
            del self._shares[waiter.share]
