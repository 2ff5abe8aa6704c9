"""Turns at the processes for pictures: one at a time for each lane, lanes round robin, in a lane its people likewise.

A lane is a person who has proven who they are, or one address of those who have not. Who sends a hundred pictures waits
behind themself; everybody else waits behind one of theirs.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

Waiting = deque["asyncio.Future[None]"]


class TooMany(Exception):
    """The queue is full, of this lane or of all, or the turn did not come in time."""


class PictureTurns:
    """`at_once` turns together. `lane_max` may wait in a lane, `all_max` in all, for `wait_s` seconds each."""

    def __init__(self, at_once: int, *, lane_max: int, all_max: int, wait_s: float) -> None:
        self._free = at_once
        self._lane_max = lane_max
        self._all_max = all_max
        self._wait_s = wait_s
        self._lanes: OrderedDict[str, OrderedDict[str, Waiting]] = OrderedDict()
        """Who waits: lanes, in each its people, of each what they asked. First comes first."""
        self._taking: set[str] = set()
        """Lanes whose turn it is."""

    @asynccontextmanager
    async def turn(self, lane: str, person: str) -> AsyncIterator[None]:
        """Held while it is their turn. Raises TooMany."""
        future = asyncio.get_running_loop().create_future()
        self._enter(lane, person, future)
        self._advance()
        try:
            async with asyncio.timeout(self._wait_s):
                await future
        except BaseException as error:
            if future.done() and not future.cancelled() and future.exception() is None:
                self._leave(lane, person)
            else:
                self._withdraw(lane, person, future)
            if isinstance(error, TimeoutError):
                raise TooMany from None
            raise
        try:
            yield
        finally:
            self._leave(lane, person)

    def waiting(self, lane: str | None = None) -> int:
        """How many wait, in one lane or in all."""
        lanes = self._lanes.values() if lane is None else [self._lanes.get(lane, OrderedDict())]
        return sum(len(theirs) for people in lanes for theirs in people.values())

    def _enter(self, lane: str, person: str, future: asyncio.Future[None]) -> None:
        if self.waiting(lane) >= self._lane_max or (self.waiting() >= self._all_max and not self._make_room(lane)):
            raise TooMany
        self._lanes.setdefault(lane, OrderedDict()).setdefault(person, deque()).append(future)

    def _make_room(self, lane: str) -> bool:
        """Refuse who came last in the longest lane, for somebody in a lane that has nobody."""
        longest = max(self._lanes, key=self.waiting)
        if self.waiting(lane) or self.waiting(longest) < 2:
            return False
        person, theirs = max(self._lanes[longest].items(), key=lambda item: len(item[1]))
        future = theirs[-1]
        self._withdraw(longest, person, future)
        future.set_exception(TooMany())
        return True

    def _advance(self) -> None:
        while self._free and (lane := next((key for key in self._lanes if key not in self._taking), None)) is not None:
            people = self._lanes[lane]
            person, theirs = next(iter(people.items()))
            future = theirs[0]
            self._free -= 1
            self._taking.add(lane)
            self._withdraw(lane, person, future)
            future.set_result(None)

    def _leave(self, lane: str, person: str) -> None:
        self._free += 1
        self._taking.discard(lane)
        # Who just had a turn comes last: others in the lane, and other lanes, came meanwhile.
        people = self._lanes.get(lane, OrderedDict())
        if people:
            self._lanes.move_to_end(lane)
        if person in people:
            people.move_to_end(person)
        self._advance()

    def _withdraw(self, lane: str, person: str, future: asyncio.Future[None]) -> None:
        people = self._lanes.get(lane, OrderedDict())
        if future not in people.get(person, ()):
            return
        people[person].remove(future)
        if not people[person]:
            del people[person]
        if not people:
            del self._lanes[lane]
