"""A chat's details for staff: the fields of its row, and the customer's client."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec import structs

from chat.adapters import archive
from chat.adapters.tables import ChatRow
from chat.frames.people import About, Staff
from identity.adapters.people import People
from routing.queue import came_back, is_vip
from storage.ports import Tx


class ChatDetails:
    def __init__(self, people: People) -> None:
        self._people = people

    def of(self, tx: Tx, row: ChatRow) -> About:
        return archive.about(
            tx, row, self._client_of(tx, row), vip=is_vip(row.priority), came_back=came_back(row.priority)
        )

    def live(self, tx: Tx, teams: Collection[str], state: str | None = None) -> list[About]:
        """The open chats of these teams with their agents, oldest first. With `state`, only chats in that state."""
        rows = archive.live(tx, teams, state)
        names = self._people.names(tx, {row.agent for row in rows if row.agent is not None})
        return [structs.replace(self.of(tx, row), agent=_agent(row, names.get(row.agent or ""))) for row in rows]

    def all_of(self, tx: Tx, rows: Iterable[ChatRow]) -> list[About]:
        return [self.of(tx, row) for row in rows]

    def _client_of(self, tx: Tx, row: ChatRow) -> str | None:
        """The name of the customer's client. None if the chat's customer is not verified or has no client."""
        account = self._people.account(tx, row.customer) if row.verified else None
        if account is None or account.client is None:
            return None
        return self._people.client_names(tx, [account.client]).get(account.client)


def _agent(row: ChatRow, name: str | None) -> Staff | None:
    return None if row.agent is None else Staff(row.agent, name or "")
