"""A sweep that frees the slots of closed chats once their wrap-up time is over.

The end of the wrap-up time is stored with the chat, so a restart does not free the slot earlier.
"""

from __future__ import annotations

from collections.abc import Sequence

from chat.adapters import clocks
from clock import Clock
from routing.service import Dispatcher
from server.live.sweeps import Intervals, Job
from storage.ports import Storage


class WrapUps:
    def __init__(self, storage: Storage, clock: Clock, routing: Dispatcher) -> None:
        self._storage = storage
        self._clock = clock
        self._routing = routing

    def jobs(self, every: Intervals) -> Sequence[Job]:
        return (
            Job("wrap_ups", every.sweep, "one process", self.sweep),
            Job("other_wrap_ups", every.sweep, "other processes", self.free_slots),
        )

    async def free_slots(self) -> None:
        """Free the slots of chats whose wrap-up is over, whichever process ended it."""
        wrapping = self._routing.floor.wrapping_up()
        if wrapping:
            now = self._clock()
            still = await self._storage.read(lambda tx: clocks.still_wrapping_up(tx, wrapping, now))
            for chat in wrapping - still:
                self._routing.chat_released(chat)

    async def sweep(self) -> None:
        await self.free_slots()
        now = self._clock()
        over = await self._storage.read(lambda tx: clocks.wrapped_up(tx, now))
        # Free the slots first: if the answer to the commit is lost, the next sweep no longer finds these chats.
        for chat in over:
            self._routing.chat_released(chat)
        if over:
            await self._storage.write(lambda tx: clocks.end_wrap_ups(tx, over))
