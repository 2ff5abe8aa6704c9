"""One timer for all connections.

It pings each connection once per heartbeat, and checks blocked connections every second.
"""

from __future__ import annotations

import asyncio
from typing import Protocol


class Beating(Protocol):
    """A connection with a heartbeat. Its methods are called on the event loop."""

    blocked: bool

    def beat(self) -> None: ...
    def look_at_blocked(self) -> None: ...


class Heartbeat:
    """Pings each connection once in `seconds` seconds.

    Divides the connections into as many slots as there are seconds. Each second, it pings the connections of the next
    slot.
    """

    def __init__(self, seconds: int) -> None:
        self._slots: list[set[Beating]] = [set() for _ in range(seconds)]
        self._slot_of: dict[Beating, int] = {}
        self._tick = 0
        self._timer: asyncio.TimerHandle | None = None

    def add(self, protocol: Beating) -> None:
        # The slot that was served last: the first ping comes a whole heartbeat from now.
        slot = self._tick % len(self._slots)
        self._slots[slot].add(protocol)
        self._slot_of[protocol] = slot
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(1.0, self._sweep)

    def discard(self, protocol: Beating) -> None:
        slot = self._slot_of.pop(protocol, None)
        if slot is not None:
            self._slots[slot].discard(protocol)

    def _sweep(self) -> None:
        self._tick += 1
        for protocol in [p for p in self._slot_of if p.blocked]:
            protocol.look_at_blocked()
        for protocol in list(self._slots[self._tick % len(self._slots)]):
            protocol.beat()
        self._timer = asyncio.get_running_loop().call_later(1.0, self._sweep) if self._slot_of else None
