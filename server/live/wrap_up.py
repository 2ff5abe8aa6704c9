"""After a chat its agent has a while for the ticket: the seat stays taken, where the team grants that.

Until when is a column of the chat, so that a restart finds the seat as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.adapters import clocks

if TYPE_CHECKING:
    from server.live.desk import Desk


class WrapUp:
    """The seats of chats that are over."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def keep(self) -> None:
        """Free the seats whose time is over."""
        desk = self._desk
        over = await desk.storage.read(lambda tx: clocks.wrapped_up(tx, desk.clock()))
        # The seats first: where the store does not answer it may know of them no more, and nobody would free them.
        for chat in over:
            desk.routing.chat_released(chat)
        if over:
            await desk.storage.write(lambda tx: clocks.end_wrap_ups(tx, over))
