"""Fair shares of the event loop, so that the data of one connection does not delay other connections.

Each turn of the loop has `UNITS` for work that may come as a flood: frames beyond the first of a read, control frames,
fragments, pieces of requests, beginnings of requests. When the units are used up, further work waits for a later turn.
Network addresses then take turns. In each round, an address gets one piece of its work done. So all connections of one
address together get no more than a single connection of another address.
"""

from __future__ import annotations

import asyncio
import sys
from collections import OrderedDict, deque
from collections.abc import Callable

UNITS = 64
"""Units per turn. One unit costs about as much as a small frame, 10 to 30 µs."""

BUSY_SWITCH_S = 0.0005
"""The interpreter's switch interval while work waits."""

_USUAL_SWITCH_S = sys.getswitchinterval()

GoOn = Callable[[], int]
"""Continues waiting work, and returns the units that it took."""


class LoopBudget:
    """The budget of one loop. Call `take` before work, and `wait` if it returns False."""

    def __init__(self, loop: asyncio.AbstractEventLoop, units: int = UNITS) -> None:
        self._loop = loop
        self._units = units
        self._waiting: OrderedDict[str, deque[GoOn]] = OrderedDict()
        self._ending = False
        self._busy = False
        self.left = units
        """Units left in this turn."""

    def take(self, units: int) -> bool:
        """Take `units` of this turn. Returns False if no unit is left. The work must then wait.

        If at least one unit is left, work of any size may run.
        """
        if self.left <= 0:
            return False
        self.spend(units)
        return True

    def spend(self, units: int) -> None:
        """Count work that is already done."""
        self.left -= units
        self._end_later()

    def wait(self, share: str, go_on: GoOn) -> None:
        """Call `go_on` in a later turn. `share` is the network address or the proven person that the work is for."""
        waiting = self._waiting.get(share)
        if waiting is None:
            waiting = self._waiting[share] = deque()
        waiting.append(go_on)
        self._end_later()

    async def turn(self, share: str, units: int) -> None:
        """Wait until `units` of work may run."""
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
        """Begin a new turn. Waiting work runs first, in rounds: in each round, one piece of work of each share."""
        self._ending = False
        self.left = self._units
        waiting = self._waiting
        try:
            while waiting and self.left > 0:
                share, first = waiting.popitem(last=False)
                go_on = first.popleft()
                if first:
                    waiting[share] = first
                # The work may itself take units, which changes `left`.
                units = go_on()
                self.left -= units
        finally:
            if waiting:
                self._end_later()
            self._hurry(bool(waiting))

    def _hurry(self, busy: bool) -> None:
        """If `busy`, shorten the interpreter's switch interval, otherwise restore it.

        The loop never sleeps while work waits. With the default interval, other threads, such as the database's, would
        then wait 5 ms for each step.
        """
        if busy is not self._busy:
            self._busy = busy
            sys.setswitchinterval(BUSY_SWITCH_S if busy else _USUAL_SWITCH_S)


_budgets: dict[asyncio.AbstractEventLoop, LoopBudget] = {}


def budget_of(loop: asyncio.AbstractEventLoop) -> LoopBudget:
    budget = _budgets.get(loop)
    if budget is None:
        for ended in [other for other in _budgets if other.is_closed()]:
            del _budgets[ended]
        budget = _budgets[loop] = LoopBudget(loop)
    return budget
