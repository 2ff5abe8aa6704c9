"""A chat's details for staff: the fields of its row, and the customer's client."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import structs

from chat.adapters import archive, visited_pages
from chat.adapters.tables import ChatRow
from chat.adapters.unread import unread
from chat.errors import NotFound
from chat.frames.people import About, Staff
from chat.visits import Visit
from identity.actor import Actor
from identity.adapters.people import People
from routing.queue import came_back, is_vip
from storage.ports import Tx

_AT_ONCE = 100


class ChatDetails:
    def __init__(self, people: People) -> None:
        self._people = people

    def of(self, tx: Tx, row: ChatRow) -> About:
        (about,) = self.all_of(tx, [row])
        return about

    def live(self, tx: Tx, teams: Collection[str], state: str | None = None) -> list[About]:
        """The open chats of these teams with their agents and first words, oldest first. With `state`, only
        chats in that state."""
        rows = archive.live(tx, teams, state)
        names = self._people.names(tx, {row.agent for row in rows if row.agent is not None})
        # Not all at once: databases limit the values of a query, and PostgreSQL would read the whole table of events.
        parts = (rows[place : place + _AT_ONCE] for place in range(0, len(rows), _AT_ONCE))
        found = zip((about for part in parts for about in self.all_of(tx, part)), rows, strict=True)
        return [
            structs.replace(about, agent=_agent(row, names.get(row.agent or "")), words=row.first_line)
            for about, row in found
        ]

    def visits(self, tx: Tx, actor: Actor, chat: str) -> list[Visit]:
        """The pages on which the customer was during a chat, oldest first. Raises NotFound if the actor may not see the
        chat."""
        row = archive.chat_row(tx, chat)
        if row is None or not actor.sees(row.team):
            raise NotFound
        return visited_pages.of(tx, row)

    def all_of(self, tx: Tx, rows: Sequence[ChatRow]) -> list[About]:
        """The details of these chats, with a few queries for all of them."""
        # Only the account of a verified customer has a client.
        clients = self._people.clients_of(tx, {row.customer for row in rows if row.verified})
        messages = unread(tx, rows)
        return [
            archive.about(
                row,
                clients.get(row.customer) if row.verified else None,
                messages[row.id],
                vip=is_vip(row.priority),
                came_back=came_back(row.priority),
            )
            for row in rows
        ]


def _agent(row: ChatRow, name: str | None) -> Staff | None:
    return None if row.agent is None else Staff(row.agent, name or "")
