"""Notifies agents of offered chats and of the outcome of each offer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from operator import itemgetter

from chat.adapters import archive
from chat.adapters.peer import Peer
from chat.adapters.tables import ChatRow
from chat.conversation import Chat, outcome_of_offer
from chat.frames.ephemeral import ChatOffered, ChatWithdrawn
from chat.frames.people import About, Staff
from clock import rfc3339
from routing.agents import Agent
from server.live.background_tasks import BackgroundTasks
from server.live.chats.open_chats import OpenChats
from server.live.ports import Telling
from storage.ports import Storage, Tx


class Offers:
    def __init__(
        self,
        storage: Storage,
        open_chats: OpenChats,
        telling: Telling,
        background_tasks: BackgroundTasks,
        about: Callable[[Tx, ChatRow], About],
        first_ready: Callable[[str, Collection[str]], Agent | None],
    ) -> None:
        """`first_ready(team, besides)` is the agent who would get a chat of the team now.

        Agents in `besides` are left out.
        """
        self._storage = storage
        self._open_chats = open_chats
        self._notifying = telling
        self._background_tasks = background_tasks
        self._about = about
        self._first_ready = first_ready

    def changed(self, before: Chat | None, after: Chat) -> None:
        """Notify the agents who gained or lost the offer of a changed chat."""
        was = before.offered_to if before is not None else None
        if was == after.offered_to:
            return
        if before is not None and was is not None:
            self._withdrawn(before, after, was)
        self.notify_again(after)

    def notify_again(self, chat: Chat) -> None:
        """Send the agent the offer of this chat again, for example because its deadline has changed."""
        if chat.offered_to is not None:
            self._background_tasks.spawn("offer", partial(self._notify, chat.id, chat.offered_to))

    def greet(self, peer: Peer) -> None:
        """Send an agent who has just connected their current offers. The offer that expires first comes first."""
        staff = peer.person
        theirs = [chat.id for chat in self._open_chats.all() if chat.offered_to == staff]
        if theirs:
            self._background_tasks.spawn("offer", partial(self._greet, theirs, staff, peer))

    def _withdrawn(self, before: Chat, after: Chat, staff: str) -> None:
        to_staff, to_sender = outcome_of_offer(after, staff)
        if to_staff != "accepted":
            self._notifying.to_person(staff, ChatWithdrawn(chat=after.id, reason=to_staff), after.id)
        if before.offered_by is not None:
            self._notifying.to_person(before.offered_by, ChatWithdrawn(chat=after.id, reason=to_sender), after.id)

    async def _notify(self, chat: str, staff: str) -> None:
        for event in await self._events([chat], staff):
            self._notifying.to_person(staff, event, chat)

    async def _greet(self, chats: Sequence[str], staff: str, peer: Peer) -> None:
        for event in await self._events(chats, staff):
            self._notifying.to_connection(peer, event, event.about.chat)

    async def _events(self, chats: Sequence[str], staff: str) -> list[ChatOffered]:
        """The current offers of these chats to this agent. The offer that expires first comes first."""
        after = {chat: self._next(chat, staff) for chat in chats}

        def read(tx: Tx) -> list[ChatOffered]:
            rows = [row for chat in chats if (row := archive.chat_row(tx, chat)) is not None]
            due = [(row.offer_due_at, row) for row in rows if row.offered_to == staff and row.offer_due_at is not None]
            return [
                ChatOffered(
                    about=self._about(tx, row), expires_at=rfc3339(at), words=row.first_line, next=after[row.id]
                )
                for at, row in sorted(due, key=itemgetter(0))
            ]

        return await self._storage.read(read)

    def _next(self, chat: str, staff: str) -> Staff | None:
        team = self._open_chats.team_of(chat)
        agent = None if team is None else self._first_ready(team, self._open_chats.kept_from(chat) | {staff})
        return None if agent is None else Staff(agent.staff, agent.name)
