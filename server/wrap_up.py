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

    def begins(self, chat: Chat) -> bool:
        """A chat is over: does its seat stay taken for a while?"""
        team = self._desk.teams.get(chat.team)
        if team is None or team.wrap_up_s == 0 or chat.agent is None:
            return False
        self._until[chat.id] = self._desk.clock() + 1000 * team.wrap_up_s
        return True

    async def keep(self) -> None:
        """Free the seats whose time is over."""
        now = self._desk.clock()
        for chat in [chat for chat, until in self._until.items() if until <= now]:
            del self._until[chat]
            self._desk.routing.chat_released(chat)
