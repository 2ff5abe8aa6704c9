"""After a chat its agent has a while for the ticket: the seat stays taken, where the team grants that.

Kept in memory: a restart ends it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.conversation import Chat

if TYPE_CHECKING:
    from server.desk import Desk


class WrapUp:
    """The seats of chats that are over, and until when (ms) they are taken."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._until: dict[str, int] = {}

    def closed(self, chat: Chat) -> None:
        """A chat is over: its seat is free, at once or after the team's time for it."""
        team = self._desk.teams.get(chat.team)
        if team is None or team.wrap_up_s == 0 or chat.agent is None:
            self._desk.routing.chat_released(chat.id)
            return
        self._until[chat.id] = self._desk.clock() + 1000 * team.wrap_up_s
        self._desk.routing.chat_wraps_up(chat.id)

    async def keep(self) -> None:
        """Free the seats whose time is over."""
        now = self._desk.clock()
        for chat in [chat for chat, until in self._until.items() if until <= now]:
            del self._until[chat]
            self._desk.routing.chat_released(chat)
