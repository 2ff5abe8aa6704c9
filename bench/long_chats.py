"""Adds long chats to a data folder, and closes them, through the services of the desk. No server runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from uuid_utils import uuid7

from bench.processes import TEAM
from chat.adapters.archive import about
from chat.adapters.journal import TransactionalJournal
from chat.adapters.journal_postgres import PostgresJournal
from chat.adapters.journal_sqlite import SqliteJournal
from chat.frames.commands import MessageSend
from chat.frames.customer_commands import ChatStart
from chat.frames.people import Staff
from chat.frames.staff_commands import ChatClose
from chat.handover import Handovers
from chat.numbering import Append, Outcome
from chat.ports import Held, Stamp
from chat.service import Conversations, send
from chat.starting import Joining, Surroundings
from clock import system_clock
from clock.zones import EASTERN
from identity.actor import Actor
from identity.adapters.people import People
from refusals import Refused
from server.live.tickets.tickets import LogsOfChats, TicketsOfChats
from server.settings import Settings
from storage.opening import open_storage
from storage.ports import Lane, Storage, Tx
from ticketing.adapters.index import SqlIndex
from ticketing.adapters.read_marks import SqlReadMarks
from ticketing.adapters.store import SqlStore
from ticketing.adapters.waits import SqlWaits
from ticketing.awaiting import Awaiting
from ticketing.service import Tickets
from ticketing.waiting_clock import Pace

AT_A_TIME = 1_000
"""Number of messages per transaction."""
TEXT = "The dates of line {} are refused, and nobody here knows why: is it the order, or is it us?"


@dataclass(frozen=True)
class BenchTeam:
    """Implements `ticketing.facts.Team`."""

    name: str = "Bench"
    products: tuple[str, ...] = ()
    retired: bool = False
    identity: Literal["optional", "required"] = "optional"
    successor: str | None = None
    account_team: str | None = None
    reopen_days: int = 28


class NoPaces:
    """Implements `ticketing.waits.Paces`: no team has a waiting clock."""

    zone = EASTERN

    def of(self, team: str) -> Pace | None:
        return None


class _Desk:
    def __init__(self, storage: Storage, people: People) -> None:
        self.storage = storage
        self._answers: asyncio.Queue[int] = asyncio.Queue()
        apply = (SqliteJournal if storage.dialect == "sqlite" else PostgresJournal)(lambda team: 900_000).apply
        self._lane: Lane[Append] = storage.lane(apply, self._stored)
        journal = TransactionalJournal(
            lambda news: None, lambda tx, rows: [about(row, None, 0, vip=False, came_back=False) for row in rows]
        )
        tickets = Tickets(
            SqlStore(),
            SqlReadMarks(),
            SqlIndex(),
            people,
            LogsOfChats(),
            lambda: {TEAM: BenchTeam()},
            lambda: "Bench",
            Awaiting(SqlWaits(), NoPaces()),
        )
        self.conversations = Conversations(journal, TicketsOfChats(tickets, system_clock))
        self._handovers = Handovers(journal, lambda team: 900_000, lambda was: was, lambda was: was)

    def _stored(self, appends: Sequence[Append], outcomes: Sequence[Outcome] | Exception) -> None:
        if isinstance(outcomes, Exception):
            raise outcomes
        assert not any(isinstance(outcome, Refused) for outcome in outcomes)
        self._answers.put_nowait(len(appends))

    async def begin(self, agent: Actor, customer: Actor) -> str:
        """Start a chat with the agent and return its id."""
        now, start = system_clock(), ChatStart(id=_id(), team=TEAM, text="Good morning")
        stamp = Stamp(customer.id, start.id)

        def unit(tx: Tx) -> str:
            begun = self.conversations.start(tx, start, customer, Surroundings(), _id, Joining(), now, stamp).chat
            self._handovers.assign(self._held(tx, begun), Staff(agent.id, agent.name or ""), "dispatcher", now)
            return begun

        return await self.storage.write(unit)

    def _held(self, tx: Tx, chat: str) -> Held:
        held = self.conversations.hold(tx, chat)
        assert held is not None
        return held

    async def fill(self, chat: str, people: Sequence[Actor], messages: int) -> None:
        """Store `messages` messages, alternately from each of `people`."""
        now, stored = system_clock(), 0
        for first in range(0, messages, AT_A_TIME):
            for number in range(first, min(first + AT_A_TIME, messages)):
                said = MessageSend(id=_id(), chat=chat, text=TEXT.format(number))
                self._lane.submit(send(said, people[number % len(people)], now, None))
                stored -= 1
            while stored < 0:
                stored += await self._answers.get()

    async def close(self, chat: str, agent: Actor) -> tuple[float, float]:
        """Close the chat. Returns the duration of the transaction, including the commit, and the CPU time of the
        transaction. Both are in ms."""
        close = ChatClose(id=_id(), chat=chat, status="solved", resolution="set_up")

        def unit(tx: Tx) -> tuple[float, float]:
            began, cpu = time.perf_counter(), time.thread_time()
            self.conversations.close(tx, close, agent, system_clock(), Stamp(agent.id, close.id))
            return (time.perf_counter() - began) * 1e3, (time.thread_time() - cpu) * 1e3

        return await self.storage.write(unit)


def _id() -> str:
    return str(uuid7())


@asynccontextmanager
async def _desk(data: Path) -> AsyncIterator[tuple[_Desk, People]]:
    settings = Settings.model_construct(data=data)
    storage = await open_storage(settings.storage_url)
    people = People(storage, system_clock, settings.secret_bytes())
    try:
        yield _Desk(storage, people), people
    finally:
        people.close()
        await storage.close()


@dataclass
class LongChats:
    """Open chats of the first agent."""

    agent: Actor
    chats: dict[int, list[str]] = field(default_factory=dict)
    """The ids of the chats, by number of messages."""

    @classmethod
    async def added(cls, data: Path, wanted: Mapping[int, int]) -> LongChats:
        """Add chats to the desk in `data`. `wanted` maps the number of messages in a chat to the number of such
        chats."""
        async with _desk(data) as (desk, people):
            staff = await desk.storage.read(people.all_staff)
            long = cls(next(person for person in staff if person.name == "Agent 0"))
            for size, many in wanted.items():
                long.chats[size] = []
                for _ in range(many):
                    customer = Actor(kind="customer", id=_id())
                    chat = await desk.begin(long.agent, customer)
                    await desk.fill(chat, (customer, long.agent), size)
                    long.chats[size].append(chat)
            return long

    async def closed(self, data: Path, chats: Mapping[int, Sequence[str]]) -> dict[int, list[tuple[float, float]]]:
        """Close these chats. Returns the duration and CPU time of each transaction, in ms, by chat size."""
        async with _desk(data) as (desk, _):
            return {size: [await desk.close(chat, self.agent) for chat in ids] for size, ids in chats.items()}
