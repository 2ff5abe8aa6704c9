"""A sweep that ends chats whose customer was silent for too long, or disconnected for too long while waiting."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from chat.adapters import clocks
from chat.service import Conversations
from clock import Clock
from server.live.presence.presence import Presence
from storage.ports import Storage, StorageUnavailable, Tx

SETTLE_MS = 3_000
"""After a clock jump, no chat ends for this long. Each process notices a jump by itself, within a second. Until then it
stores deadlines by the time before the jump."""

log = structlog.get_logger(__name__)


class DueChats:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        presence: Presence,
        conversations: Conversations,
        since_jump_ms: Callable[[], int],
    ) -> None:
        """`since_jump_ms()` is the time since the last clock jump."""
        self._storage = storage
        self._clock = clock
        self._presence = presence
        self._conversations = conversations
        self._since_jump_ms = since_jump_ms

    async def sweep(self) -> None:
        if self._since_jump_ms() < SETTLE_MS:
            return
        now = self._clock()
        due = await self._storage.read(lambda tx: clocks.due(tx, now))
        for chat in due.left:
            customer = self._presence.customer_here(chat)
            if customer is None:
                await self._end(chat, self._conversations.abandon)
            else:
                # The customer is back, but their clock could not be stopped while the database was unavailable.
                await self._presence.stop_left_clock(customer)
        for chat in due.silent:
            await self._end(chat, self._conversations.fall_silent)

    async def _end(self, chat: str, end: Callable[[Tx, str, int], bool]) -> None:
        def unit(tx: Tx) -> None:
            now = self._clock()
            if clocks.is_due(tx, chat, now):
                end(tx, chat, now)

        try:
            await self._storage.write(unit)
        except StorageUnavailable:
            raise
        except Exception as error:
            # The other chats end nevertheless.
            log.error("chat_not_ended", chat=chat, error=type(error).__name__, exc_info=True)
