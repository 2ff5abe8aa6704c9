"""One timer for all connections of a loop: each is checked once per heartbeat, blocked ones every second."""

from __future__ import annotations

import asyncio
from typing import Protocol

HEARTBEAT_S = 10
"""Seconds between pings. A connection that stays silent until the next one is closed."""


class Beating(Protocol):
    """All calls come on the event loop."""

    blocked: bool

    def beat(self) -> None: ...
    def look_at_blocked(self) -> None: ...


class Heartbeat:
    """Each second a tenth of the connections is pinged."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._slots: list[set[Beating]] = [set() for _ in range(HEARTBEAT_S)]
        self._slot_of: dict[Beating, int] = {}
        self._tick = 0
        self._timer: asyncio.TimerHandle | None = None

    def add(self, protocol: Beating) -> None:
        # The slot that was served last: the first ping comes a whole heartbeat from now.
        slot = self._tick % HEARTBEAT_S
        self._slots[slot].add(protocol)
        self._slot_of[protocol] = slot
        if self._timer is None:
            self._timer = self._loop.call_later(1.0, self._sweep)

    def discard(self, protocol: Beating) -> None:
        slot = self._slot_of.pop(protocol, None)
        if slot is not None:
            self._slots[slot].discard(protocol)

    def _sweep(self) -> None:
        self._tick += 1
        for protocol in [p for p in self._slot_of if p.blocked]:
            protocol.look_at_blocked()
        for protocol in list(self._slots[self._tick % HEARTBEAT_S]):
            protocol.beat()
        self._timer = self._loop.call_later(1.0, self._sweep) if self._slot_of else None


_heartbeats: dict[asyncio.AbstractEventLoop, Heartbeat] = {}


def heartbeat_of(loop: asyncio.AbstractEventLoop) -> Heartbeat:
    heartbeat = _heartbeats.get(loop)
    if heartbeat is None:
        heartbeat = _heartbeats[loop] = Heartbeat(loop)
    return heartbeat
