"""Whose expensive request is next: one under way a person, in turn, and never all places for strangers.

A place of strangers rests for as long as it was used: however much they ask, half of one core is left.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from refusals import Refused

WAITING = 16
"""Requests of one person that wait for a turn."""
WAITING_AT_ADDRESS = 32
"""Likewise of all who are not proven behind one address."""
WAIT_S = 5.0
RETRY_AFTER_S = 1.0
REST_MIN_S = 0.01
"""The shortest rest: a request costs more than its query."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who counts as one: a person who has proven who they are, or the network of all others (`stranger`)."""

    key: str
    stranger: bool = False


class HeavyTurns:
    """`at_once` requests under way, of which strangers have `strangers` at most.

    `seconds` is a clock that only rises, `later` calls back after so many seconds: by default those of the loop.
    """

    def __init__(
        self,
        at_once: int,
        strangers: int,
        *,
        seconds: Callable[[], float] = time.monotonic,
        later: Callable[[float, Callable[[], None]], object] | None = None,
    ) -> None:
        self._seconds = seconds
        self._later = later or (lambda delay, call: asyncio.get_running_loop().call_later(delay, call))
        self._free = at_once
        self._free_for_strangers = strangers
        self._busy: set[Asker] = set()
        self._lines: OrderedDict[Asker, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def turn(self, asker: Asker, *, patient: bool = False) -> AsyncIterator[None]:
        """Wait for a turn, and have it as long as the block runs.

        Raises Refused: `rate_limited` where too many of this asker wait, `unavailable` after WAIT_S. `patient`: wait
        as long as it takes.
        """
        if not self._may_go(asker):
            await self._wait(asker, patient=patient)
        else:
            self._go(asker)
        began = self._seconds()
        try:
            yield
        finally:
            self._end(asker, self._seconds() - began)

    def _may_go(self, asker: Asker) -> bool:
        return self._free > 0 and asker not in self._busy and (not asker.stranger or self._free_for_strangers > 0)

    def _go(self, asker: Asker) -> None:
        self._busy.add(asker)
        self._free -= 1
        self._free_for_strangers -= asker.stranger

    def _end(self, asker: Asker, took_s: float = 0.0) -> None:
        self._busy.discard(asker)
        self._free += 1
        if asker.stranger:
            self._later(max(took_s, REST_MIN_S), self._rested)
        self._let_in()

    def _rested(self) -> None:
        self._free_for_strangers += 1
        self._let_in()

    async def _wait(self, asker: Asker, *, patient: bool) -> None:
        line = self._lines.setdefault(asker, deque())
        if not patient and len(line) >= (WAITING_AT_ADDRESS if asker.stranger else WAITING):
            raise Refused(
                "rate_limited",
                "Too many requests at once. Wait for the current ones to finish.",
                retry_after_s=RETRY_AFTER_S,
            )
        called = asyncio.get_running_loop().create_future()
        line.append(called)
        try:
            async with asyncio.timeout(None if patient else WAIT_S):
                await called
        except (TimeoutError, asyncio.CancelledError) as error:
            self._leave(asker, called)
            if isinstance(error, TimeoutError):
                raise Refused(
                    "unavailable", "We're busy right now. Try again in a moment.", retry_after_s=RETRY_AFTER_S
                ) from None
            raise

    def _leave(self, asker: Asker, called: asyncio.Future[None]) -> None:
        if called.done() and not called.cancelled():
            # It was their turn at the same moment.
            self._end(asker)
            return
        line = self._lines.get(asker)
        if line is not None:
            with suppress(ValueError):
                line.remove(called)
            if not line:
                del self._lines[asker]

    def _let_in(self) -> None:
        """Those who wait, the proven first, else who has waited longest for a turn of theirs."""
        while (asker := self._next()) is not None:
            line = self._lines[asker]
            called = line.popleft()
            if line:
                self._lines.move_to_end(asker)
            else:
                del self._lines[asker]
            if not called.done():
                self._go(asker)
                called.set_result(None)

    def _next(self) -> Asker | None:
        stranger = None
        for asker in self._lines:
            if self._may_go(asker):
                if not asker.stranger:
                    return asker
                stranger = stranger or asker
        return stranger
