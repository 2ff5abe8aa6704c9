"""Stores the demo's past chats, with their tickets, and the past statuses of its agents.

Many chats share a transaction, so that the first start takes seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import insert, update
from sqlmodel import col
from uuid_utils import uuid7

from chat.adapters.journal_postgres import PostgresJournal
from chat.adapters.journal_sqlite import SqliteJournal
from chat.frames.commands import MessageSend
from chat.frames.customer_commands import ChatRate, ChatStart
from chat.frames.people import Staff
from chat.frames.staff_commands import ChatClose
from chat.handover import Handovers
from chat.numbering import Append
from chat.ports import Stamp
from chat.service import Conversations, send
from chat.starting import Joining, Surroundings
from identity.actor import Actor
from identity.adapters.customer_store import SqlCustomerStore
from identity.adapters.people import People
from identity.customers import acting
from routing.adapters.tables import AgentStateRow
from server.demo.past import CAPACITY, COMPANIES, PastChat, Span, past_chats, past_presence
from server.demo.sample import CUSTOMERS_ADDRESS
from server.demo.service_levels import add_service_levels
from server.demo.yesterday import chats_of_yesterday
from storage.ports import Lane, Storage, Tx
from ticketing.adapters.tables import TicketRow
from ticketing.service import Tickets
from ticketing.wanted import Wanted

AT_ONCE = 50
"""Maximum number of chats in one transaction."""
_DAY_MS = 86_400_000
_MINUTE_MS = 60_000
_OPEN_DAYS = 2
"""The ticket of a chat that nobody answered is still open if it would have been solved less than this many days ago."""
_AROUND = Surroundings(
    page="https://planner.northlake.example/orders",
    locale="en-US",
    user_agent="Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/131.0",
)
_ZONES = dict(
    zip(COMPANIES, ("America/Chicago", "America/Mexico_City", "Asia/Tokyo", "America/Los_Angeles"), strict=True)
)


def _silent_ms(team: str) -> int:
    return 900_000


class Messages:
    """Stores messages with given times, in the same way as a running desk (`storage.ports.Lane`)."""

    def __init__(self, storage: Storage) -> None:
        self._lane: Lane[Append] = (
            storage.lane(SqliteJournal(_silent_ms).apply, self._delivered)
            if storage.dialect == "sqlite"
            else storage.lane(PostgresJournal(_silent_ms).apply, self._delivered)
        )
        self._stored: asyncio.Future[None] | None = None
        self._left = 0

    async def store(self, appends: Sequence[Append]) -> None:
        self._stored, self._left = asyncio.get_running_loop().create_future(), len(appends)
        for append in appends:
            self._lane.submit(append)
        await self._stored

    def _delivered(self, appends: Sequence[Append], outcomes: Sequence[Any] | Exception) -> None:
        assert self._stored is not None
        self._left -= len(appends)
        failures = [outcomes] if isinstance(outcomes, Exception) else [x for x in outcomes if isinstance(x, Exception)]
        if self._stored.done():
            return
        if failures:
            self._stored.set_exception(failures[0])
        elif not self._left:
            self._stored.set_result(None)


class _Begun(NamedTuple):
    chat: PastChat
    id: str
    customer: Actor
    agent: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class PastMaker:
    """`staff`: the members of staff by first name."""

    storage: Storage
    people: People
    tickets: Tickets
    conversations: Conversations
    handovers: Handovers
    messages: Messages
    staff: Mapping[str, Actor]
    now: int

    async def store(self, chats: Iterable[PastChat]) -> None:
        # Before the tickets, so that they have targets.
        await self.storage.write(add_service_levels)
        left = iter(chats)
        while some := list(islice(left, AT_ONCE)):
            begun = await self.storage.write(partial(self._begun, chats=some))
            appends = [append for one in begun for append in _messages(one)]
            if appends:
                await self.messages.store(appends)
            await self.storage.write(partial(self._ended, begun=begun))
        await self.storage.write(_give_to_clients)

    def _begun(self, tx: Tx, chats: Sequence[PastChat]) -> list[_Begun]:
        return [one for chat in chats if (one := self._begin(tx, chat)) is not None]

    def _begin(self, tx: Tx, chat: PastChat) -> _Begun | None:
        """Start a chat and give it to its agent. None if nobody answered, and the chat is over."""
        customer = acting(new_id(), None, chat.name, chat.email)
        self.people.keep_visitor(tx, customer, chat.at)
        start = ChatStart(
            id=new_id(),
            team=chat.team,
            text=chat.topic.question,
            product=chat.topic.product,
            subject=chat.topic.subject,
        )
        stamp, joining = Stamp(customer.id, start.id), Joining(wait_s=lambda position: chat.told_s)
        around = replace(_AROUND, timezone=_ZONES[chat.email.partition("@")[2]])
        id_ = self.conversations.start(tx, start, customer, around, new_id, joining, chat.at, stamp).chat
        if chat.agent is None:
            self.conversations.abandon(tx, id_, chat.answered_at)
            self._answer_by_ticket(tx, chat, id_)
            return None
        agent, held = self.staff[chat.agent], self.conversations.hold(tx, id_)
        assert held is not None
        self.handovers.assign(held, Staff(agent.id, agent.name or ""), "dispatcher", chat.answered_at)
        return _Begun(chat, id_, customer, agent)

    def _answer_by_ticket(self, tx: Tx, chat: PastChat, id_: str) -> None:
        """Solve the ticket of a chat that nobody answered: most after one or two hours, some the day after. The newest
        ones are still open."""
        after_ms = _DAY_MS if chat.told_s % 4 == 0 else (60 + chat.told_s % 90) * _MINUTE_MS
        closed, at = self.conversations.chat(tx, id_), chat.answered_at + after_ms
        if closed is not None and closed.ticket is not None and at + _OPEN_DAYS * _DAY_MS < self.now:
            wanted = Wanted(status="solved", resolution=chat.code)
            self.tickets.patch(tx, self.staff[chat.follows_up], closed.ticket, wanted, None, at)

    def _ended(self, tx: Tx, begun: Sequence[_Begun]) -> None:
        for one in begun:
            self._end(tx, one)

    def _end(self, tx: Tx, begun: _Begun) -> None:
        chat, id_, customer, agent = begun
        at = chat.at + chat.lasted_s * 1000
        close = ChatClose(id=new_id(), chat=id_, status="solved", resolution=chat.code, product=chat.topic.product)
        self.conversations.close(tx, close, agent, at, Stamp(agent.id, close.id))
        if chat.rating is not None:
            rate = ChatRate(id=new_id(), chat=id_, score=chat.rating)
            self.conversations.rate(tx, rate, customer, at + 60_000, Stamp(customer.id, rate.id))
        held = self.conversations.chat(tx, id_)
        if chat.reopened_s is None or held is None or held.ticket is None:
            return
        reopened = at + chat.reopened_s * 1000
        if reopened + _DAY_MS < self.now:
            self.tickets.patch(tx, agent, held.ticket, Wanted(status="open"), None, reopened)
            again = Wanted(status="solved", resolution=chat.code)
            self.tickets.patch(tx, agent, held.ticket, again, None, reopened + 3 * 3_600_000)


def _give_to_clients(tx: Tx) -> None:
    """Give the past tickets to the clients of their requesters, but not to the client of the customer who signs in to
    the demo, whose list of the company would be full of them."""
    address = col(TicketRow.requester_address)
    for domain in COMPANIES:
        client = SqlCustomerStore().client_of_domain(tx, domain)
        if client is not None and not CUSTOMERS_ADDRESS.endswith(f"@{domain}"):
            given = update(TicketRow).where(address.endswith(f"@{domain}"), col(TicketRow.client).is_(None))
            tx.session.connection().execute(given.values(client=client.id))


def held_by_agent(now: int, zone: str) -> dict[str, list[Span]]:
    """The spans in which the agents held the chats of the past and of yesterday, by the first names of the agents."""
    found: dict[str, list[Span]] = {}
    for one in past_chats(now, zone):
        if one.agent is not None:
            found.setdefault(one.agent, []).append(one.held)
    for chat in chats_of_yesterday(now, zone):
        since = now - chat.minutes_ago * _MINUTE_MS + chat.waited_s * 1000
        until = since + 1000 * sum(line.after_s for line in chat.lines)
        found.setdefault(chat.agent or "", []).append(Span(since, until))
    return found


def add_past_presence(tx: Tx, agent: Actor, first_name: str, held: Iterable[Span], now: int, zone: str) -> None:
    """Store the statuses of the past days. The agent's present status must be stored afterwards.

    `held`: the spans in which the agent held a chat.
    """
    rows = [
        {
            "staff": agent.id,
            "at": one.at,
            "status": one.status,
            "reason": one.reason,
            "set_by": "self",
            "capacity": CAPACITY,
            "connected": one.connected,
            "paused": "[]",
        }
        for one in past_presence(first_name, held, now, zone)
    ]
    tx.session.connection().execute(insert(AgentStateRow), rows)


def _messages(begun: _Begun) -> Iterator[Append]:
    at = begun.chat.answered_at
    for said in begun.chat.said:
        at += said.after_s * 1000
        writer = begun.agent if said.by_agent else begun.customer
        yield send(MessageSend(id=new_id(), chat=begun.id, text=said.text), writer, at, None)


def new_id() -> str:
    return str(uuid7())
