"""Fair shares of the event loop: no stranger's data keeps others from their turn.

Each turn of the loop has `UNITS` of work for what may be a flood: frames beyond the first of a read, control frames,
parts, pieces of requests, requests that begin. What does not fit waits. Those who wait are served address by address,
so that many connections from one address get no more than one connection from another.
"""

from __future__ import annotations

import asyncio
import sys
from collections import OrderedDict, deque
from collections.abc import Callable

UNITS = 64
"""Work a turn. One unit is about the cost of a small frame, 10 to 30 µs."""

BUSY_SWITCH_S = 0.0005
"""Seconds for which the loop keeps the interpreter from other threads, while work waits for turns."""

_USUAL_SWITCH_S = sys.getswitchinterval()

GoOn = Callable[[], int]
"""Goes on with work that waited; returns the units it took."""


class Turns:
    """The shares of one loop. `take` for work at hand; where it says no, `wait`."""

    def __init__(self, loop: asyncio.AbstractEventLoop, units: int = UNITS) -> None:
        self._loop = loop
        self._units = units
        self._waiting: OrderedDict[str, deque[GoOn]] = OrderedDict()
        self._ending = False
        self._busy = False
        self.left = units
        """Units left in this turn."""

    def take(self, units: int) -> bool:
        """Take `units` of this turn. False where none are left: the work has to wait. The last units may be
        overdrawn, so that large work fits as well."""
        if self.left <= 0:
            return False
        self.spend(units)
        return True

    def spend(self, units: int) -> None:
        """Count work that was done."""
        self.left -= units
        self._end_later()

    def wait(self, share: str, go_on: GoOn) -> None:
        """Have `go_on` called in a later turn. `share` is who it is for: an address, or a proven person."""
        waiting = self._waiting.get(share)
        if waiting is None:
            waiting = self._waiting[share] = deque()
        waiting.append(go_on)
        self._end_later()

    async def turn(self, share: str, units: int) -> None:
        """Return once there is room for `units` of work."""
        if self.take(units):
            return
        begun: asyncio.Future[None] = self._loop.create_future()

        def begin() -> int:
            if begun.done():
                return 0
            begun.set_result(None)
            return units

        self.wait(share, begin)
        await begun

    def _end_later(self) -> None:
        if not self._ending:
            self._ending = True
            self._loop.call_soon(self._next)

    def _next(self) -> None:
        """A new turn: who waits comes first, one piece of work for each address at a time."""
        self._ending = False
        self.left = self._units
        waiting = self._waiting
        try:
            while waiting and self.left > 0:
                share, first = waiting.popitem(last=False)
                go_on = first.popleft()
                if first:
                    waiting[share] = first
                # It may itself take units meanwhile.
                units = go_on()
                self.left -= units
        finally:
            if waiting:
                self._end_later()
            self._hurry(bool(waiting))

    def _hurry(self, busy: bool) -> None:
        """While work waits the loop never rests, and keeps the interpreter until it is asked for it: other threads,
        such as the one that stores messages, are to wait less than the usual 5 ms for each of their steps."""
        if busy is not self._busy:
            self._busy = busy
            sys.setswitchinterval(BUSY_SWITCH_S if busy else _USUAL_SWITCH_S)


_turns: dict[asyncio.AbstractEventLoop, Turns] = {}


def turns_of(loop: asyncio.AbstractEventLoop) -> Turns:
    """The shares of this loop."""
    turns = _turns.get(loop)
    if turns is None:
        for ended in [other for other in _turns if other.is_closed()]:
            del _turns[ended]
        turns = _turns[loop] = Turns(loop)
    return turns
