"""The table of committed events and their effects.

Each effect is idempotent and backed by a sweep (`server.live.sweeps`). If the program crashes between a commit and its
effects, the effects come later, but none is lost.
"""

from __future__ import annotations

from chat.adapters import archive
from chat.adapters.hub import Hub
from chat.adapters.peer import Peer
from chat.conversation import Chat
from chat.frames.durable import ChatAssigned, ChatClosed, ChatQueued, ChatStarted, ChatTransferred, Durable, Message
from chat.ports import Committed
from clock import Clock
from routing.queue import Waiting
from routing.service import Dispatcher
from server.live.alarms.alarms import Alarms
from server.live.chats.news import News
from server.live.chats.open_chats import OpenChats
from server.live.chats.unverified_chats import UnverifiedChats
from server.live.metrics import Metrics
from server.live.ports import Here
from server.live.presence.presence import Presence
from server.live.queues.offers import Offers
from server.live.supervision.watchers import Watchers
from server.live.wakes import Wakes

_JOINS_A_QUEUE: tuple[type[Durable], ...] = (ChatStarted, ChatQueued)
_MOVES: tuple[type[Durable], ...] = (*_JOINS_A_QUEUE, ChatAssigned, ChatTransferred, ChatClosed)
"""Events that move a chat to waiting, to an agent, or to closed."""


class Reactions:
    """Applies the effects of committed commands. `committed` runs on the event loop, in the order of commits."""

    def __init__(
        self,
        clock: Clock,
        hub: Hub,
        here: Here,
        routing: Dispatcher,
        open_chats: OpenChats,
        presence: Presence,
        unverified_chats: UnverifiedChats,
        alarms: Alarms,
        offers: Offers,
        news: News,
        watchers: Watchers,
        metrics: Metrics,
        wakes: Wakes,
    ) -> None:
        self._clock = clock
        self._hub = hub
        self._here = here
        self._routing = routing
        self._open_chats = open_chats
        self._presence = presence
        self._unverified_chats = unverified_chats
        self._alarms = alarms
        self._offers = offers
        self._news = news
        self._watchers = watchers
        self._metrics = metrics
        self._wakes = wakes

    def committed(self, command: Committed) -> None:
        """Notify a chat's followers of the stored events, then apply their effects."""
        chat = command.chat
        before = self._open_chats.get(chat.id)
        self._keep(chat)
        for event in command.rewritten:
            self._hub.rewrite(event)
        origin = command.stamp.origin if command.stamp else None
        for event in command.logged:
            self._hub.deliver(event, origin)
        kinds = {type(event) for event in command.events}
        for stored in command.events:
            if isinstance(stored, Message):
                self._unverified_chats.wrote(chat.id, staff=stored.from_.kind == "staff")
        if not kinds or not kinds.isdisjoint(_MOVES):
            self._moved(before, chat, self._clock())
        if not kinds.isdisjoint(_JOINS_A_QUEUE) and not self._here.is_here(chat.customer):
            self._presence.customer_left(chat)
        self._metrics.stored(command.events)
        for event in command.rewritten:
            self._wakes.redacted(event.chat, event.seq)
        self._wakes.chat(chat.id, command.logged[-1].seq if command.logged else 0)

    def adopt(self, chat: Chat, since: int) -> None:
        """Take over a chat from the database. `since` is the time at which the chat was assigned or offered."""
        self._keep(chat)
        self._route(chat, since)

    def make_up_for(self, snapshot: archive.Snapshot) -> None:
        """Apply the effects of a commit that was never published.

        The chat's followers get the events that they missed. If the chat has another agent now, the connections of this
        agent follow the chat from now on.
        """
        chat = snapshot.chat
        before = self._open_chats.get(chat.id)
        self._keep(chat)
        self._hub.heard_of(chat.id, snapshot.seq)
        if chat.state == "active" and chat.agent is not None and (before is None or before.agent != chat.agent):
            self._hub.let_join(chat.id, chat.agent)
        self._moved(before, chat, snapshot.since)

    def _keep(self, chat: Chat) -> None:
        self._unverified_chats.moved(chat)
        self._open_chats.keep(chat)
        if chat.state == "closed":
            self._presence.forget(chat.id)

    def _moved(self, before: Chat | None, chat: Chat, since: int) -> None:
        self._route(chat, since)
        self._offers.changed(before, chat)
        if before is not None and chat.state in ("active", "closed"):
            self._news.left_queue(chat.id, before.team)
        if before is not None and before.team != chat.team:
            self._hub.dismiss(chat.id, lambda peer: not peer.staff or _sees(peer, chat.team))
        self._watchers.changed(chat.id)

    def _route(self, chat: Chat, since: int) -> None:
        self._alarms.moved(chat)
        if chat.state == "closed":
            self._routing.chat_closed(chat.id, chat.team, wraps_up=chat.wrap_up_until is not None)
        elif chat.agent is not None and chat.state == "active":
            self._routing.chat_held(chat.id, chat.team, chat.agent, since)
        elif chat.offered_to is not None:
            self._routing.chat_offered(_waiting(chat), chat.offered_to, since)
        else:
            self._routing.chat_queued(_waiting(chat))


def _waiting(chat: Chat) -> Waiting:
    since, customer = chat.unanswered_since, chat.customer
    kept_from, joined_at = chat.kept_from, chat.waiting_since
    return Waiting(
        chat.id, chat.team, chat.queued_at, since, customer, chat.priority, chat.preferred, kept_from, joined_at
    )


def _sees(peer: Peer, team: str) -> bool:
    return peer.actor is not None and peer.actor.sees(team)
