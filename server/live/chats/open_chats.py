"""The open chats as last committed, in memory."""

from __future__ import annotations

from collections.abc import Iterable

from chat.conversation import WAITING, Chat


class OpenChats:
    """Follows the commits, and is rebuilt from the database when the server starts. Use it on the event loop only."""

    def __init__(self) -> None:
        self._open: dict[str, Chat] = {}
        self._of_customer: dict[str, str] = {}

    def keep(self, chat: Chat) -> None:
        """Store an open chat. Remove a closed one."""
        if chat.state == "closed":
            self._open.pop(chat.id, None)
            if self._of_customer.get(chat.customer) == chat.id:
                del self._of_customer[chat.customer]
        else:
            self._open[chat.id] = chat
            self._of_customer[chat.customer] = chat.id

    def get(self, chat: str) -> Chat | None:
        """The chat. None if it is not open."""
        return self._open.get(chat)

    def all(self) -> list[Chat]:
        return list(self._open.values())

    def count(self) -> int:
        return len(self._open)

    def open_of(self, customer_ids: Iterable[str]) -> set[str]:
        """The open chats of a customer who has these ids. Each id has at most one chat."""
        return {self._of_customer[id_] for id_ in customer_ids if id_ in self._of_customer}

    def team_of(self, chat: str) -> str | None:
        known = self._open.get(chat)
        return known.team if known else None

    def offered_to(self, chat: str) -> str | None:
        """The agent to whom this chat is offered. None if it is not offered."""
        known = self._open.get(chat)
        return known.offered_to if known else None

    def kept_from(self, chat: str) -> frozenset[str]:
        """The agents to whom this chat must not be offered or assigned."""
        known = self._open.get(chat)
        return known.kept_from if known else frozenset()

    def waits(self) -> dict[str, int]:
        """The start of the wait of each waiting chat, by chat."""
        return {chat.id: chat.waiting_since for chat in self._open.values() if chat.state in WAITING}
