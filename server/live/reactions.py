"""What follows from what: once a command's transaction has committed, and when people come and go.

Everything here is idempotent and backed by a sweep in `server.live.jobs`, so that a crash
between a commit and its reaction delays and never loses.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog

from chat.adapters import archive, clocks
from chat.adapters.hub import Peer
from chat.adapters.socket import SocketPeer
from chat.conversation import WAITING, Chat
from chat.errors import Refused
from chat.frames import (
    ChatAssigned,
    ChatClosed,
    ChatPresence,
    ChatQueued,
    ChatStarted,
    ChatTransferred,
    Durable,
    Message,
    PresenceSet,
    Sender,
)
from chat.ports import Committed
from clock import rfc3339
from identity.actor import Actor
from routing.adapters import store
from routing.agents import AgentChoice
from routing.queue import Waiting
from storage.ports import StorageUnavailable, Tx

if TYPE_CHECKING:
    from server.live.desk import Desk

log = structlog.get_logger(__name__)


_JOINS_A_QUEUE: tuple[type[Durable], ...] = (ChatStarted, ChatQueued)
_MOVES: tuple[type[Durable], ...] = (*_JOINS_A_QUEUE, ChatAssigned, ChatTransferred, ChatClosed)
"""Events by which a chat waits, is held or is over."""


class Reactions:
    """The table of events and what each sets in motion."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._open: dict[str, Chat] = {}
        self._of_customer: dict[str, str] = {}
        self._gone_since: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    # -- what was committed -----------------------------------------------------------------

    def committed(self, news: Committed) -> None:
        """A command stored something: tell who follows, then let it have its effects. On the loop, in the
        order of commits."""
        before = self._open.get(news.chat.id)
        self.keep(news.chat)
        for event in news.rewritten:
            self._desk.hub.rewrite(event)
        origin = news.stamp.origin if news.stamp else None
        for event in news.logged:
            self._desk.hub.deliver(event, origin)
        kinds = {type(event) for event in news.events}
        for said in news.events:
            if isinstance(said, Message):
                self._desk.admissions.crowds.wrote(news.chat.id, staff=said.from_.kind == "staff")
        if not kinds or not kinds.isdisjoint(_MOVES):
            self._moved(before, news.chat, self._desk.clock())
        if not kinds.isdisjoint(_JOINS_A_QUEUE) and not self._desk.hub.is_here(news.chat.customer):
            self._customer_left(news.chat)
        self._desk.metrics.stored(news.events)

    def keep(self, chat: Chat) -> None:
        """Remember where an open chat stands, forget a closed one."""
        self._desk.admissions.crowds.moved(chat)
        if chat.state == "closed":
            self._open.pop(chat.id, None)
            self._gone_since.pop(chat.id, None)
            if self._of_customer.get(chat.customer) == chat.id:
                del self._of_customer[chat.customer]
        else:
            self._open[chat.id] = chat
            self._of_customer[chat.customer] = chat.id

    def _moved(self, before: Chat | None, chat: Chat, since: int) -> None:
        """It waits, is offered or held since then, or is there no more."""
        self._put_on_the_floor(chat, since)
        self._desk.offers.changed(before, chat)
        if before is not None and chat.state == "active":
            self._desk.news.answered(chat.id, before.team)
        if before is not None and before.team != chat.team:
            self._desk.hub.dismiss(chat.id, lambda peer: not peer.staff or _sees(peer, chat.team))

    def _put_on_the_floor(self, chat: Chat, since: int) -> None:
        routing = self._desk.routing
        self._desk.alarms.moved(chat)
        if chat.state == "closed":
            routing.chat_closed(chat.id, chat.team, wraps_up=chat.wrap_up_until is not None)
        elif chat.agent is not None and chat.state == "active":
            routing.chat_held(chat.id, chat.team, chat.agent, since)
        elif chat.offered_to is not None:
            routing.chat_offered(_waiting(chat), chat.offered_to, since)
        else:
            routing.chat_queued(_waiting(chat))

    # -- what is known of open chats ----------------------------------------------------------

    def team_of(self, chat: str) -> str | None:
        known = self._open.get(chat)
        return known.team if known else None

    def open_of(self, customer_ids: Iterable[str]) -> set[str]:
        """The open chats of the customer who is known by these ids: one at most for each."""
        return {self._of_customer[id_] for id_ in customer_ids if id_ in self._of_customer}

    def open_chats(self) -> list[Chat]:
        return list(self._open.values())

    def waits(self) -> dict[str, int]:
        """Since when each chat waits that does, by its id."""
        return {chat.id: chat.waiting_since for chat in self._open.values() if chat.state in WAITING}

    def keep_waits(self, waits: Mapping[str, int], jumped: int) -> None:
        """The clock on the wall has jumped: who still waits since then has waited no longer and no less for that."""
        for id_, since in waits.items():
            chat = self._open.get(id_)
            if chat is not None and chat.state in WAITING and chat.waiting_since == since:
                self.adopt(replace(chat, waiting_since=since + jumped), self._desk.clock())

    def offered_to(self, chat: str) -> str | None:
        """Who may accept this chat now."""
        known = self._open.get(chat)
        return known.offered_to if known else None

    def kept_from(self, chat: str) -> frozenset[str]:
        """Who is not asked to take this open chat."""
        known = self._open.get(chat)
        return known.kept_from if known else frozenset()

    # -- people come and go -------------------------------------------------------------------

    def first_connection(self, peer: SocketPeer, ids: Iterable[str]) -> None:
        """A person who was not here is here, known by `ids`."""
        if peer.staff:
            self._desk.routing.connected(peer.person)
            self._desk.attendance.came(peer.person)
            self._tell_customers_of(peer.person, connected=True)
            return
        for chat in self.open_of(ids):
            self._customer_came(self._open[chat])

    def connection_added(self, peer: SocketPeer) -> None:
        self._desk.routing.connected(peer.person)

    def connection_gone(self, peer: SocketPeer) -> None:
        self._desk.routing.disconnected(peer.person)

    def last_connection_gone(self, peer: SocketPeer, ids: Iterable[str]) -> None:
        """A person who was here, known by `ids`, is not here any more."""
        if peer.staff:
            self._desk.routing.disconnected(peer.person)
            self._desk.attendance.went(peer.person)
            self._tell_customers_of(peer.person, connected=False)
            return
        for chat in self.open_of(ids):
            self._customer_left(self._open[chat])

    def _customer_came(self, chat: Chat) -> None:
        self._gone_since.pop(chat.id, None)
        self._tell_presence(chat, self._customer(chat), self._desk.clock(), connected=True)
        self.spawn("customer_came", lambda: self.stop_left_clock(chat.customer))

    def _customer_left(self, chat: Chat) -> None:
        """They are gone, just now or before their chat joined a queue: what has begun by that goes on."""
        now = self._desk.clock()
        since = self._gone_since.setdefault(chat.id, now)
        self._tell_presence(chat, self._customer(chat), since, connected=False)
        due = now + self._desk.left_ms(chat.team)
        self.spawn(
            "customer_left", lambda: self._desk.storage.write(lambda tx: clocks.customer_left(tx, chat.customer, due))
        )

    def _customer(self, chat: Chat) -> Sender:
        return Sender("customer", chat.customer, None)

    def _tell_customers_of(self, staff: str, *, connected: bool) -> None:
        agent = self._desk.routing.agent(staff)
        who, now = Sender("staff", staff, agent.name if agent else None), self._desk.clock()
        for chat in self._desk.routing.held_by(staff):
            if chat in self._open:
                self._tell_presence(self._open[chat], who, now, connected=connected)

    def _tell_presence(self, chat: Chat, who: Sender, since: int, *, connected: bool) -> None:
        event = _presence(chat, who, since, connected=connected)
        self._desk.hub.news(chat.id, event, besides=who.id, to_customer=who.kind == "staff")

    def absence(self, chat: str) -> ChatPresence | None:
        """That the customer of this open chat is gone, and since when as far as this process has seen it; None where
        they are here."""
        known = self._open.get(chat)
        if known is None or self._desk.hub.is_here(known.customer):
            return None
        since = self._gone_since.setdefault(chat, self._desk.clock())
        return _presence(known, self._customer(known), since, connected=False)

    def customer_here(self, chat: str) -> str | None:
        """The customer of this open chat, if they are here."""
        known = self._open.get(chat)
        return known.customer if known is not None and self._desk.hub.is_here(known.customer) else None

    async def stop_left_clock(self, customer: str) -> None:
        """The customer is here: no clock runs for being gone."""
        await self._desk.storage.write(lambda tx: clocks.customer_came(tx, customer))

    def adopt(self, chat: Chat, since: int) -> None:
        """A chat that stands otherwise in the store than we knew: the store is right. `since`: assigned at."""
        self.keep(chat)
        self._put_on_the_floor(chat, since)

    def make_up_for(self, standing: archive.Standing) -> None:
        """A chat stands otherwise in the store than we knew, since a commit was never told of: what it should have set
        in motion. Who follows catches up, and an agent who got it so has it from now on."""
        chat = standing.chat
        before = self._open.get(chat.id)
        self.keep(chat)
        self._desk.hub.heard_of(chat.id, standing.seq)
        if chat.state == "active" and chat.agent is not None and (before is None or before.agent != chat.agent):
            self._desk.hub.let_join(chat.id, chat.agent)
        self._moved(before, chat, standing.since)

    async def set_presence(self, actor: Actor, frame: PresenceSet) -> AgentChoice:
        """What an agent chose is stored, then counts. Raises Refused where they can work here no more, and for a team
        that there is not."""
        unknown = [team for team in frame.paused or () if team not in self._desk.teams]
        if unknown:
            raise self._desk.no_such_team(unknown[0], "paused")
        desk = self._desk

        def unit(tx: Tx) -> AgentChoice:
            if not desk.people.able(tx, {actor.id}):
                raise Refused("unauthorized", "You are signed out: nothing you choose here counts any more.")
            choice = store.set_presence(
                tx, actor.id, frame.status, frame.reason, frame.capacity, frame.paused, desk.clock()
            )
            named = choice.named(actor.name or "", frozenset(desk.teams_of(actor)))
            # In the order of commits, so that of two devices' choices the last one counts here too.
            tx.after_commit(lambda: desk.routing.agent_changed(named))
            return named

        chosen = await desk.storage.write(unit)
        desk.attendance.answered(actor.id)
        return chosen

    # -- in the background ----------------------------------------------------------------------

    def spawn(self, name: str, work: Callable[[], Awaitable[Any]]) -> None:
        """Do something that nobody waits for; the sweep makes up for it where it fails."""

        async def run() -> None:
            try:
                await work()
            except StorageUnavailable:
                log.warning("reaction_postponed", reaction=name)
            except Exception:
                log.exception("reaction_failed", reaction=name)

        task = asyncio.ensure_future(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Wait for what is under way."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)


def _waiting(chat: Chat) -> Waiting:
    since, who = chat.waiting_since, chat.customer
    return Waiting(chat.id, chat.team, chat.queued_at, since, who, chat.priority, chat.preferred, chat.kept_from)


def _sees(peer: Peer, team: str) -> bool:
    return isinstance(peer, SocketPeer) and peer.actor is not None and peer.actor.sees(team)


def _presence(chat: Chat, who: Sender, since: int, *, connected: bool) -> ChatPresence:
    return ChatPresence(chat=chat.id, from_=who, connected=connected, since=rfc3339(since))
