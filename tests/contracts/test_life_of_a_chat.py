from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from chat.adapters.archive import about
from chat.adapters.journal import TransactionalJournal
from chat.frames.customer_commands import ChatStart
from chat.frames.people import Staff
from chat.frames.staff_commands import ChatClose
from chat.handover import Handovers, Target
from chat.ports import Held, Stamp
from chat.service import Conversations
from chat.starting import Joining, Surroundings
from identity.actor import Actor
from routing.queue import overflowed, requeued
from server.live.tickets.tickets import LogsOfChats, TicketsOfChats
from storage.ports import Storage, Tx
from tests.stories.counting import statements
from tests.ticketing.paces import awaiting
from tests.ticketing.people import Colleagues
from tests.ticketing.table import TEAMS
from ticketing.adapters.index import SqlIndex
from ticketing.adapters.read_marks import SqlReadMarks
from ticketing.adapters.store import SqlStore
from ticketing.service import Tickets

NOW = 1_764_000_000_000
ANA = Actor(kind="customer", id="v1", name="Ana")
ADA = Actor(kind="staff", id="ada", name="Ada", role="agent", teams=frozenset({"media"}))


@dataclass
class Sent:
    all: list[str]

    @property
    def reads_of_the_chat(self) -> int:
        return sum(sent.startswith("SELECT") and "FROM chats WHERE chats.id =" in sent for sent in self.all)


class Chats:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        journal = TransactionalJournal(
            lambda news: None, lambda tx, rows: [about(row, None, 0, vip=False, came_back=False) for row in rows]
        )
        people = Colleagues({ADA.id: ADA})
        tickets = Tickets(
            SqlStore(), SqlReadMarks(), SqlIndex(), people, LogsOfChats(), lambda: TEAMS, lambda: "Desk", awaiting()
        )
        self.conversations = Conversations(journal, TicketsOfChats(tickets, lambda: NOW), lambda team: 60_000)
        self.handovers = Handovers(journal, lambda team: 900_000, requeued, overflowed)

    async def do(self, unit: Callable[[Tx], object]) -> Sent:
        with statements() as sent:
            await self._storage.write(unit)
        return Sent(sent)

    async def start(self) -> Sent:
        command = ChatStart(id="1", team="media", text="Dates")
        stamp = Stamp(ANA.id, "1")
        return await self.do(
            lambda tx: self.conversations.start(tx, command, ANA, Surroundings(), lambda: "c1", Joining(), NOW, stamp)
        )

    async def assign(self) -> Sent:
        return await self.do(lambda tx: self.handovers.assign(self._held(tx), Staff("ada", "Ada"), "dispatcher", NOW))

    def _held(self, tx: Tx) -> Held:
        held = self.conversations.hold(tx, "c1")
        assert held is not None
        return held


@pytest.fixture
def chats(storage: Storage) -> Chats:
    return Chats(storage)


async def test_close_reads_the_chat_once(chats: Chats) -> None:
    """Including every decision about the ticket and the check of the product against the team."""
    await chats.start()
    await chats.assign()
    checked: list[tuple[str, str]] = []
    command = ChatClose(id="2", chat="c1", status="solved", resolution="set_up", product="Spectra OX")

    def close(tx: Tx) -> object:
        return chats.conversations.close(tx, command, ADA, NOW, Stamp(ADA.id, "2"), lambda *of: checked.append(of))

    sent = await chats.do(close)
    assert sent.reads_of_the_chat == 1
    # Beside it: is it a ticket already, the custom fields, the ticket, its history, two texts to index, the event, the
    # chat.
    assert len(sent.all) <= 11, sent.all
    assert checked == [("Spectra OX", "media")]


async def test_start_and_assignment_read_the_chat_at_most_once(chats: Chats) -> None:
    """A new chat is not read again, and is updated once for all its events."""
    started = await chats.start()
    assert started.reads_of_the_chat == 0
    assert sum(sent.startswith("UPDATE chats") for sent in started.all) == 1
    assert (await chats.assign()).reads_of_the_chat == 1


async def test_transfer_reads_the_chat_once(chats: Chats) -> None:
    await chats.start()
    await chats.assign()

    def transfer(tx: Tx) -> object:
        held = chats.handovers.theirs(tx, "c1", ADA)
        return chats.handovers.transfer(held, Target("finance"), "Of finance", ADA, NOW, Stamp(ADA.id, "3"))

    sent = await chats.do(transfer)
    assert sent.reads_of_the_chat == 1
    assert sum(sent.startswith("UPDATE chats") for sent in sent.all) == 1
