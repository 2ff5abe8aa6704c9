"""Notifies connected people when one of their tickets has changed, whether or not they follow it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import UNSET

from chat.adapters.hub import Hub
from chat.adapters.peer import Peer
from chat.frames.people import Sender
from chat.frames.ticket_events import LastWords, TicketNews
from identity.actor import Actor
from server.live.background_tasks import BackgroundTasks
from server.live.ports import Reader, Telling
from server.live.tickets.ticket_followers import TicketFollowers
from storage.ports import Tx
from ticketing.events import Author, StoredEvent
from ticketing.following import Following, News, State
from ticketing.listing import reader_of

READ_AT_ONCE = 50
"""Maximum number of tickets per read."""


class TicketNewsSender:
    """Implements `ticketing.adapters.store.Listener`: `changed` is called for every committed change of a ticket.

    The tickets that change during a read are read together by the next read.
    """

    def __init__(
        self,
        storage: Reader,
        hub: Hub,
        telling: Telling,
        following: Following,
        followers: TicketFollowers,
        background_tasks: BackgroundTasks,
    ) -> None:
        self._storage = storage
        self._hub = hub
        self._telling = telling
        self._following = following
        self._followers = followers
        self._background_tasks = background_tasks
        self._changed: dict[int, None] = {}
        self._is_telling = False
        self._rewritten = 0
        """The number of events that were rewritten."""

    def changed(self, number: int) -> None:
        self._followers.changed(number)
        self._changed[number] = None
        if not self._is_telling:
            self._is_telling = True
            self._background_tasks.spawn("ticket_news", self._tell)

    def rewritten(self, number: int, event: StoredEvent) -> None:
        self._followers.rewritten(number, event)
        # Unsent news, and news being read, may have the old text.
        self._rewritten += 1
        for peer in self._hub.everybody_here():
            peer.drop_news((TicketNews.__name__, str(number)))

    async def read_by(self, actor: Actor, number: int) -> None:
        """Update the unread count in the windows of a person who has read a ticket. Does nothing if the person has one
        window only."""
        windows = {peer: actor for id_ in actor.ids for peer in self._hub.peers_of(id_)}
        if len(windows) > 1:
            for state in await self._states([number]):
                self._tell_readers(state, windows)

    async def _tell(self) -> None:
        try:
            while self._changed:
                numbers = [*self._changed][:READ_AT_ONCE]
                for number in numbers:
                    del self._changed[number]
                for state in await self._states(numbers):
                    self._tell_readers(state, self._readers(state))
        finally:
            self._is_telling = False

    async def _states(self, numbers: Sequence[int]) -> Sequence[State]:
        """The states of these tickets. If a text was rewritten during the read, the states are read again."""

        def read(tx: Tx) -> list[State]:
            return self._following.states(tx, numbers)

        while True:
            before = self._rewritten
            states = await self._storage.read(read)
            if before == self._rewritten:
                return states

    def _readers(self, state: State) -> Mapping[Peer, Actor]:
        customers = [peer for id_ in state.customers for peer in self._hub.peers_of(id_)]
        if addresses := state.addresses:
            customers += [peer for peer in self._hub.everybody_here() if _proven_address(peer) in addresses]
        theirs = {peer: peer.actor for peer in customers if peer.actor is not None}
        team = state.ticket.team
        return theirs | {peer: actor for peer, actor in self._telling.staff_here() if actor.sees(team)}

    def _tell_readers(self, state: State, readers: Mapping[Peer, Actor]) -> None:
        for peer, actor in readers.items():
            news = state.news_for(actor)
            if news is not None and not peer.closed:
                self._telling.to_connection(peer, _event(news), str(state.ticket.number))


def _proven_address(peer: Peer) -> str | None:
    actor = peer.actor
    return reader_of(actor).address if actor is not None and actor.kind == "customer" else None


def _event(news: News) -> TicketNews:
    ticket, last = news.ticket, news.last
    return TicketNews(
        ticket=ticket.ticket,
        status=ticket.status,
        seq=ticket.seq,
        unread=ticket.unread,
        last=None if last is None else LastWords(last.seq, last.at, _sender(last.author), last.text),
    )


def _sender(author: Author) -> Sender:
    return Sender(author.kind, author.id, author.name, UNSET if author.verified is None else author.verified)
