"""A sweep that frees the slots of closed chats once their wrap-up time is over.

The end of the wrap-up time is stored with the chat, so a restart does not free the slot earlier.
"""

from __future__ import annotations

from chat.adapters import clocks
from clock import Clock
from routing.service import Dispatcher
from storage.ports import Storage


class WrapUps:
    def __init__(self, storage: Storage, clock: Clock, routing: Dispatcher) -> None:
        self._storage = storage
        self._clock = clock
        self._routing = routing

    async def sweep(self) -> None:
        now = self._clock()
        over = await self._storage.read(lambda tx: clocks.wrapped_up(tx, now))
        # Free the slots first: if the answer to the commit is lost, the next sweep no longer finds these chats.
        for chat in over:
            self._routing.chat_released(chat)
        if over:
            await self._storage.write(lambda tx: clocks.end_wrap_ups(tx, over))
