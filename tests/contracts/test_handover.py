from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import pytest

from chat.adapters import archive
from chat.adapters.journal import TransactionalJournal
from chat.adapters.tables import ChatRow
from chat.conversation import Chat, Clocks
from chat.frames.people import Staff
from chat.handover import Handovers, Target
from chat.ports import ChatChanges, Held, Stamp
from identity.actor import Actor
from refusals import Refused
from routing.queue import overflowed, requeued
from storage.ports import Storage, Tx

T = TypeVar("T")
NOW = 1_764_000_000_000
ADA = Actor(kind="staff", id="ada", name="Ada", role="agent", teams=frozenset({"media"}))
BO = Actor(kind="staff", id="bo", name="Bo", role="agent", teams=frozenset({"media", "prod"}))


class Desk:
    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.told: list[Chat] = []
        self.journal = TransactionalJournal(
            lambda news: self.told.append(news.chat),
            lambda tx, rows: [archive.about(row, None, 0, vip=False, came_back=False) for row in rows],
        )
        self.handovers = Handovers(self.journal, lambda team: 900_000, requeued, overflowed)

    async def begin(self) -> None:
        row = ChatRow(
            id="1",
            team="media",
            state="queued",
            customer="v",
            started_at=NOW,
            queued_at=NOW,
            waiting_since=NOW,
            last_at=NOW,
            reply_owed_since=NOW,
        )
        await self.storage.write(lambda tx: tx.session.add(row))

    async def do(self, work: Callable[..., T], **how: object) -> T:
        return await self.storage.write(partial(work, chat="1", **how))

    async def do_held(self, work: Callable[..., T], **how: object) -> T:
        return await self.storage.write(lambda tx: work(self.held(tx), **how))

    def held(self, tx: Tx) -> Held:
        held = self.journal.hold(tx, "1")
        assert held is not None
        return held

    async def transfer(self, to: Target, note: str | None, by: Actor, now: int) -> None:
        def unit(tx: Tx) -> None:
            held = self.handovers.theirs(tx, "1", by)
            self.handovers.transfer(held, to, note, by, now, stamp(by, "2"))

        await self.storage.write(unit)

    async def row(self) -> ChatRow:
        row = await self.storage.read(lambda tx: archive.chat_row(tx, "1"))
        assert row is not None
        return row

    async def log(self) -> list[str]:
        events = await self.storage.read(lambda tx: archive.after(tx, "1", 0, 100))
        return [event.body.split('"')[3] for event in events]


@pytest.fixture
async def desk(storage: Storage) -> Desk:
    desk = Desk(storage)
    await desk.begin()
    return desk


def stamp(by: Actor, command: str) -> Stamp:
    return Stamp(by.id, command)


async def test_waiting_chat_is_assigned_once(desk: Desk) -> None:
    ada = Staff("ada", "Ada")
    assert await desk.do_held(desk.handovers.assign, agent=ada, by="dispatcher", now=NOW + 5)
    assert not await desk.do_held(desk.handovers.assign, agent=Staff("bo", "Bo"), by="dispatcher", now=NOW + 6)
    row = await desk.row()
    assert (row.state, row.agent, row.assigned_at, row.silent_due_at) == ("active", "ada", NOW + 5, None)
    assert await desk.log() == ["chat.assigned"]


async def test_offer_is_answered_only_by_the_offered_agent(desk: Desk) -> None:
    """An offer is not an event. A decline is logged and remembered."""
    assert await desk.do_held(desk.handovers.offer, staff="ada", until=NOW + 30_000)
    assert not await desk.do_held(desk.handovers.offer, staff="bo", until=NOW + 30_000)
    assert (await desk.log(), desk.told[-1].offered_to) == ([], "ada")
    with pytest.raises(Refused, match="isn't offered to you"):
        await desk.do(desk.handovers.accept, actor=BO, now=NOW + 1, stamp=stamp(BO, "1"))
    await desk.do(desk.handovers.decline, actor=ADA, now=NOW + 2, stamp=stamp(ADA, "2"))
    assert (desk.told[-1].state, desk.told[-1].passed) == ("queued", frozenset({"ada"}))
    assert await desk.do_held(desk.handovers.offer, staff="bo", until=NOW + 30_000)
    await desk.do(desk.handovers.accept, actor=BO, now=NOW + 3, stamp=stamp(BO, "3"))
    row = await desk.row()
    assert (row.state, row.agent, row.offered_to, row.offer_due_at) == ("active", "bo", None, None)
    assert await desk.log() == ["chat.queued", "chat.assigned"]


@pytest.mark.parametrize("passed", [True, False])
async def test_withdrawn_offer_requeues_the_chat_without_an_event(desk: Desk, passed: bool) -> None:
    """It counts as a decline if the agent let it pass, but not if they could not answer."""
    await desk.do_held(desk.handovers.offer, staff="ada", until=NOW + 30_000)
    assert not await desk.do(desk.handovers.withdraw, staff="bo", now=NOW, passed=passed)
    assert await desk.do(desk.handovers.withdraw, staff="ada", now=NOW, passed=passed)
    assert desk.told[-1].passed == (frozenset({"ada"}) if passed else frozenset())
    assert (await desk.log(), (await desk.row()).state) == ([], "queued")


async def test_transfer_is_offered_to_the_colleague_then_requeued(desk: Desk) -> None:
    """The requeued chat waits ahead, by its original time. The previous agent is not asked until another agent has had
    it."""
    await desk.do(desk.handovers.pick, actor=ADA, now=NOW, stamp=stamp(ADA, "1"))
    await desk.transfer(Target("prod", Staff("bo", "Bo"), NOW + 9), "Knows it", ADA, NOW + 1)
    chat = desk.told[-1]
    assert (chat.state, chat.team, chat.agent, chat.offered_by) == ("offered", "prod", None, "ada")
    await desk.do(desk.handovers.withdraw, staff="bo", now=NOW + 9, passed=True)
    chat = desk.told[-1]
    assert (chat.state, chat.kept_from, chat.queued_at) == ("queued", frozenset({"ada", "bo"}), NOW)
    assert (chat.priority, chat.waiting_since) == (requeued(0), NOW + 1)
    assert await desk.log() == ["chat.assigned", "note", "chat.left", "chat.transferred", "chat.queued"]
    with pytest.raises(Refused):
        await desk.transfer(Target("media"), None, ADA, NOW + 1)
    await desk.do_held(desk.handovers.assign, agent=Staff("cy", "Cy"), by="dispatcher", now=NOW + 10)
    assert desk.told[-1].kept_from == frozenset({"bo"})


@pytest.mark.parametrize(
    ("why", "preferred", "kept_from"), [("gone", "ada", frozenset()), ("no_reply", None, frozenset({"ada"}))]
)
async def test_released_chat_is_requeued_according_to_the_reason(
    desk: Desk, why: str, preferred: str | None, kept_from: frozenset[str]
) -> None:
    """An agent who is gone is preferred on return. One who did not reply never gets it again. Only the current agent's
    chat is released."""
    await desk.do(desk.handovers.pick, actor=ADA, now=NOW, stamp=stamp(ADA, "1"))
    assert not await desk.do(desk.handovers.release, agent=Staff("bo", "Bo"), why=why, now=NOW + 1)
    assert await desk.do(desk.handovers.release, agent=Staff("ada", "Ada"), why=why, now=NOW + 1)
    chat = desk.told[-1]
    assert (chat.state, chat.agent, chat.preferred, chat.kept_from) == ("queued", None, preferred, kept_from)
    assert chat.passed == kept_from
    assert (chat.queued_at, chat.waiting_since) == (NOW, NOW + 1)
    await desk.do_held(desk.handovers.assign, agent=Staff("cy", "Cy"), by="dispatcher", now=NOW + 2)
    assert desk.told[-1].kept_from == kept_from


async def test_waiting_chat_overflows_to_another_team(desk: Desk) -> None:
    assert not await desk.do(desk.handovers.overflow, team="media", now=NOW + 1)
    assert await desk.do(desk.handovers.overflow, team="prod", now=NOW + 1)
    assert ((await desk.row()).overflowed_at, desk.told[-1].team) == (NOW + 1, "prod")
    await desk.do(desk.handovers.pick, actor=BO, now=NOW + 2, stamp=stamp(BO, "1"))
    assert not await desk.do(desk.handovers.overflow, team="media", now=NOW + 3)


async def test_transfer_resets_the_agents_own_reply_time(desk: Desk) -> None:
    await desk.do(desk.handovers.pick, actor=ADA, now=NOW, stamp=stamp(ADA, "1"))
    wrote = ChatChanges(clocks=Clocks(NOW, NOW + 1, None, NOW + 1))
    await desk.storage.write(lambda tx: desk.held(tx).change(wrote))
    await desk.transfer(Target("prod", Staff("bo", "Bo")), None, ADA, NOW + 2)
    row = await desk.row()
    assert (row.agent, row.first_reply_at, row.agent_reply_at) == ("bo", NOW + 1, None)


async def test_overflow_of_a_requeued_chat_loses_its_priority(desk: Desk) -> None:
    await desk.do(desk.handovers.pick, actor=ADA, now=NOW, stamp=stamp(ADA, "1"))
    await desk.do(desk.handovers.release, agent=Staff("ada", "Ada"), why="gone", now=NOW + 1)
    assert await desk.do(desk.handovers.overflow, team="prod", now=NOW + 2)
    chat = desk.told[-1]
    assert (chat.team, chat.priority, chat.queued_at, chat.waiting_since) == ("prod", 0, NOW, NOW + 2)
