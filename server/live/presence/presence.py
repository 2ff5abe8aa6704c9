"""The effects of connections that open and close: on queues, on clocks, and on the other side of a chat."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from chat.adapters import clocks
from chat.adapters.peer import Peer
from chat.conversation import Chat
from chat.frames.ephemeral import ChatPresence
from chat.frames.people import Sender
from clock import Clock, rfc3339
from routing.service import Dispatcher
from server.live.background_tasks import BackgroundTasks
from server.live.chats.open_chats import OpenChats
from server.live.ports import Here, Telling
from server.live.presence.attendance import Attendance
from storage.ports import Storage, Tx

Moved = Callable[[Collection[str], bool, bool], None]
"""Called with ids of a person, and two booleans: whether the person is staff, and whether the person is connected now.
"""


class Presence:
    """Called by the connections, on the event loop."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        here: Here,
        telling: Telling,
        open_chats: OpenChats,
        routing: Dispatcher,
        attendance: Attendance,
        background_tasks: BackgroundTasks,
        left_ms: Callable[[str], int],
    ) -> None:
        """`left_ms(team)` is the time in ms for which a waiting customer may be disconnected."""
        self._storage = storage
        self._clock = clock
        self._here = here
        self._telling = telling
        self._open_chats = open_chats
        self._routing = routing
        self._attendance = attendance
        self._background_tasks = background_tasks
        self._left_ms = left_ms
        self._gone_since: dict[str, int] = {}
        """The moment at which the customer of each open chat disconnected, by chat."""
        self._began_at = clock()
        """The start of this server. Customers who were not connected yet count as disconnected since then."""
        self._moved: Moved = _nobody_watches
        self._returning: set[str] = set()
        """Chats whose customer is connected again, while the pause of the customer's wait is not stored yet."""

    def watch(self, moved: Moved) -> None:
        """From now on, call `moved` for the first and the last connection of each id to this process."""
        self._moved = moved

    def first_connection(self, peer: Peer, ids: Iterable[str]) -> None:
        """Act on a connection that has identified itself. `ids`: those of its ids that no connection had before."""
        ids = tuple(ids)
        self._moved(ids, peer.staff, True)
        if peer.staff:
            self._routing.connected(peer.person)
            self._attendance.came(peer.person)
            self._notify_customers_of(peer.person, connected=True)
            return
        for chat in self._chats_of(ids):
            self._customer_came(chat)

    def connection_added(self, peer: Peer) -> None:
        """Record that a staff member has opened one more connection."""
        self._routing.connected(peer.person)

    def connection_gone(self, peer: Peer) -> None:
        """Record that a staff member has lost a connection, and still has another one."""
        self._routing.disconnected(peer.person)

    def last_connection_gone(self, peer: Peer, ids: Iterable[str]) -> None:
        """Act on a lost connection. `ids`: those of its ids that no other connection to this process has."""
        ids = tuple(ids)
        self._moved(ids, peer.staff, False)
        gone = [id_ for id_ in ids if not self._here.is_here(id_)]
        if peer.staff:
            self._routing.disconnected(peer.person)
            if gone:
                self._attendance.went(peer.person)
                self._notify_customers_of(peer.person, connected=False)
            return
        for chat in self._chats_of(gone):
            self.customer_left(chat)

    def came_elsewhere(self, id_: str, *, staff: bool, first: bool) -> None:
        """Act on a person who connected to another process. `first` is False if the person was connected to the desk
        before. The other process stores what follows."""
        if staff:
            self._routing.connected(id_)
        if first and staff:
            self._attendance.came_elsewhere(id_)
            self._notify_customers_of(id_, connected=True)
        for chat in self._chats_of([id_]) if first else ():
            self._gone_since.pop(chat.id, None)
            self._notify(chat, _customer(chat), self._clock(), connected=True)

    def went_elsewhere(self, id_: str, *, staff: bool, last: bool) -> None:
        """Act on a person who lost the last connection to another process. `last` is False if the person is still
        connected to the desk."""
        if staff:
            self._routing.disconnected(id_)
        if last and staff:
            self._attendance.went_elsewhere(id_)
            self._notify_customers_of(id_, connected=False)
        for chat in self._chats_of([id_]) if last else ():
            since = self._gone_since.setdefault(chat.id, self._clock())
            self._notify(chat, _customer(chat), since, connected=False)

    def customer_left(self, chat: Chat) -> None:
        """Start the clock that ends the wait of a disconnected customer. If the clock already runs, it is not
        restarted.

        Call this when the customer disconnects, or when the chat joins a queue while the customer is disconnected.
        """
        now = self._clock()
        since = self._gone_since.setdefault(chat.id, now)
        self._notify(chat, _customer(chat), since, connected=False)
        due = now + self._left_ms(chat.team)
        self._background_tasks.spawn(
            "customer_left", lambda: self._storage.write(lambda tx: clocks.customer_left(tx, chat.customer, due))
        )

    def forget(self, chat: str) -> None:
        """Forget a chat that has closed."""
        self._gone_since.pop(chat, None)

    def absence(self, chat: str) -> ChatPresence | None:
        """The event that says when the customer of the chat disconnected.

        None if the customer is connected, or if the chat is not open.
        """
        known = self._open_chats.get(chat)
        if known is None or self._here.is_here(known.customer):
            return None
        since = self._gone_since.setdefault(chat, self._clock())
        return _presence(known, _customer(known), since, connected=False)

    def is_here(self, id_: str) -> bool:
        """True if this person is connected to the desk."""
        return self._here.is_here(id_)

    def customer_here(self, chat: str) -> str | None:
        """The id of the chat's customer. None if the customer is disconnected, or if the chat is not open."""
        known = self._open_chats.get(chat)
        return known.customer if known is not None and self._here.is_here(known.customer) else None

    def is_paused(self, chat: str) -> bool:
        """True while the customer of an open chat is disconnected, and after that until the database has stored the
        pause. During that time, the wait for a further response is paused."""
        known = self._open_chats.get(chat)
        return known is not None and (chat in self._returning or not self._here.is_here(known.customer))

    async def stop_left_clock(self, customer: str) -> None:
        """Stop the clock that would end the customer's wait, because the customer is connected again."""
        await self._storage.write(lambda tx: clocks.customer_came(tx, customer))

    def _chats_of(self, ids: Iterable[str]) -> Iterable[Chat]:
        return filter(None, map(self._open_chats.get, self._open_chats.open_of(ids)))

    def _customer_came(self, chat: Chat) -> None:
        now = self._clock()
        gone_since = self._gone_since.pop(chat.id, self._began_at)
        self._notify(chat, _customer(chat), now, connected=True)
        self._returning.add(chat.id)
        self._background_tasks.spawn("customer_came", lambda: self._continue_clocks(chat, gone_since, now))

    async def _continue_clocks(self, chat: Chat, gone_since: int, now: int) -> None:
        def unit(tx: Tx) -> None:
            clocks.customer_came(tx, chat.customer)
            if chat.agent is not None:
                clocks.wait_paused(tx, chat.id, gone_since, now)

        try:
            await self._storage.write(unit)
        finally:
            self._returning.discard(chat.id)

    def _notify_customers_of(self, staff: str, *, connected: bool) -> None:
        agent = self._routing.floor.get(staff)
        who, now = Sender("staff", staff, agent.name if agent else None), self._clock()
        for chat in filter(None, map(self._open_chats.get, self._routing.floor.held_by(staff))):
            self._notify(chat, who, now, connected=connected)

    def _notify(self, chat: Chat, who: Sender, since: int, *, connected: bool) -> None:
        event = _presence(chat, who, since, connected=connected)
        self._telling.to_followers(chat.id, event, besides=who.id, to_customer=who.kind == "staff")


def _nobody_watches(ids: Collection[str], staff: bool, here: bool) -> None:
    """The desk has one process."""


def _customer(chat: Chat) -> Sender:
    return Sender("customer", chat.customer, None)


def _presence(chat: Chat, who: Sender, since: int, *, connected: bool) -> ChatPresence:
    return ChatPresence(chat=chat.id, from_=who, connected=connected, since=rfc3339(since))
