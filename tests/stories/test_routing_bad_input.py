"""Invalid and racing routing commands: each has its own answer, and none moves a chat wrongly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from itertools import permutations

import pytest
from msgspec import json

from chat.adapters import archive
from chat.frames.people import Staff
from chat.ports import Stamp
from identity.actor import Actor
from identity.adapters.store import SqlStore
from identity.service import Identity
from refusals import Refused
from storage.ports import Tx
from tests.running import Frame
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import always_open, available, begun, open_chat


@pytest.fixture
async def place() -> AsyncIterator[DeskInMemory]:
    """Chats of Media are assigned, those of Prod are offered."""
    async with desk_in_memory(always_open("", "assign: offer, offer_s: 30")) as place:
        yield place


def state_of(place: DeskInMemory, chat: str) -> tuple[str, str | None]:
    """The state of an open chat, and its agent."""
    state, _, agent = open_chat(place, chat) or ("closed", None, None)
    return state, agent


@pytest.mark.parametrize("capacity", [-1, 51, 10_000, 2.0, "5", 10**30])
async def test_invalid_capacity_is_refused_and_changes_nothing(place: DeskInMemory, capacity: object) -> None:
    """The error names the field. Status and capacity stay as they were."""
    agent = await available(place, "Ada", capacity=1)
    refused = await agent.ask("presence.set", status="away", capacity=capacity)
    assert (refused["code"], list(refused["fields"])) == ("invalid", ["capacity"])
    _, chat = await begun(place)
    assert state_of(place, chat) == ("active", agent.greeting["staff"])


async def test_capacity_zero_gets_no_chats(place: DeskInMemory) -> None:
    """Chats already held stay, and picking still works."""
    agent = await available(place, "Ada", capacity=1)
    _, first = await begun(place)
    assert (await agent.ask("presence.set", status="available", capacity=0))["capacity"] == 0
    _, second = await begun(place)
    assert state_of(place, first) == ("active", agent.greeting["staff"])
    assert state_of(place, second) == ("queued", None)
    await agent.command("chat.pick", chat=second)


async def test_impossible_transfer_is_refused_with_its_own_code(place: DeskInMemory) -> None:
    """To oneself, nobody, an admin, a closed or missing team, or a colleague who is offline, full, departed or never
    connected: each has its own code and sentence, and the chat stays. A chat held by someone else cannot be
    transferred, and one of another team is not found."""
    ada, bo = await available(place, "Ada"), await available(place, "Bo", capacity=0)
    cy, stranger = await available(place, "Cy", capacity=0), await available(place, "Di", "prod")
    _, chat = await begun(place)
    me, colleague = ada.greeting["staff"], bo.greeting["staff"]
    await cy.ask("presence.set", status="offline")
    tom, _ = await place.enrol("Tom")
    root, _ = await place.enrol("Root", role="admin", teams=())
    answers: list[tuple[Frame, str, str]] = [
        (await ada.ask("chat.transfer", chat=chat, staff=me), "invalid", "You already have this chat"),
        (await ada.ask("chat.transfer", chat=chat, staff="nobody"), "invalid", "no such colleague"),
        (await ada.ask("chat.transfer", chat=chat, team="sales"), "invalid", "There is no team"),
        (await ada.ask("chat.transfer", chat=chat), "invalid", "either a team or a colleague"),
        (await ada.ask("chat.transfer", chat=chat, team="prod", staff=colleague), "invalid", "either a team or a coll"),
        (await ada.ask("chat.transfer", chat=chat, team="finance"), "team_closed", "Finance doesn't take chats"),
        (await ada.ask("chat.transfer", chat=chat, staff=colleague), "conflict", "Bo has no free slot"),
        (await ada.ask("chat.transfer", chat=chat, staff=cy.greeting["staff"]), "conflict", "Cy isn't available"),
        (await ada.ask("chat.transfer", chat=chat, staff=tom), "conflict", "Tom isn't available"),
        (await ada.ask("chat.transfer", chat=chat, staff=root), "invalid", "no such colleague"),
        (await bo.ask("chat.transfer", chat=chat, team="prod"), "forbidden", "Only the chat's agent can transfer it"),
        (await stranger.ask("chat.transfer", chat=chat, team="prod"), "not_found", "can't see it"),
        (await ada.ask("chat.transfer", chat="none", team="prod"), "not_found", "can't see it"),
    ]
    for answer, code, sentence in answers:
        assert answer["code"] == code and sentence in answer["message"], answer
    await place.cut(bo)
    gone = await ada.ask("chat.transfer", chat=chat, staff=colleague)
    assert (gone["code"], gone["message"]) == ("conflict", "Bo isn't available right now.")
    assert state_of(place, chat) == ("active", me)


ORDERS = [*permutations(("accepts", "picks", "runs out")), *permutations(("accepts", "runs out"))]
"""Of three events: the agent accepts the offer, a colleague picks the chat (or does not), the offer expires."""


async def test_raced_offer_has_one_winner_in_every_order(place: DeskInMemory) -> None:
    """Two agents and the deadline compete for each offer in one commit, in every order. The first to accept gets the
    chat and the other is refused. If the offer expires first, the chat is requeued."""
    desk = place.desk
    pair = [
        Actor(
            kind="staff",
            id=(await place.enrol(name, teams=("prod",)))[0],
            name=name,
            role="agent",
            teams=frozenset({"prod"}),
        )
        for name in ("Ada", "Bo")
    ]
    _, chat = await begun(place, "prod")

    async def write(unit: Callable[[Tx], object]) -> object:
        try:
            return await desk.storage.write(unit)
        except Refused as refused:
            return refused.code

    winners, now = [], place.clock()

    def offer(tx: Tx, staff: str) -> bool:
        held = desk.conversations.hold(tx, chat)
        return held is not None and desk.handovers.offer(held, staff, now + 30_000)

    for round_ in range(10 * len(ORDERS)):
        asked, colleague = pair if round_ % 2 else pair[::-1]
        order = ORDERS[round_ // 2 % len(ORDERS)]
        stamps = {one: Stamp(one.id, f"round {round_}") for one in pair}
        does: dict[str, Callable[[Tx], object]] = {
            "accepts": partial(desk.handovers.accept, chat=chat, actor=asked, now=now, stamp=stamps[asked]),
            "picks": partial(desk.handovers.pick, chat=chat, actor=colleague, now=now, stamp=stamps[colleague]),
            "runs out": partial(desk.handovers.withdraw, chat=chat, staff=asked.id, now=now, passed=True),
        }
        offered, *said = await asyncio.gather(
            write(partial(offer, staff=asked.id)), *(write(does[what]) for what in order)
        )
        answers = dict(zip(order, said, strict=True))
        refused = [what for what in ("accepts", "picks") if answers.get(what) == "conflict"]
        assert offered is True and answers["runs out"] is (order[0] == "runs out")
        if order[0] == "accepts":
            winner, lost = asked, ["picks"]
        elif "picks" in order:
            winner, lost = colleague, ["accepts"]
        else:
            winner, lost = None, ["accepts"]
        assert refused == [what for what in lost if what in order]
        assert state_of(place, chat) == (("queued", None) if winner is None else ("active", winner.id))
        if winner is not None:
            winners.append(winner.id)
            agent = Staff(winner.id, winner.name or "")
            assert await write(partial(desk.handovers.release, chat=chat, agent=agent, why="gone", now=now))
    log = await desk.storage.read(lambda tx: archive.after(tx, chat, 0, 5_000))
    assigned = [json.decode(event.body) for event in log]
    assert [event["staff"]["id"] for event in assigned if event["type"] == "chat.assigned"] == winners


async def test_disabled_agent_cannot_set_a_status(place: DeskInMemory) -> None:
    """The command is refused, the connection closes, and the agent gets no chats and is no transfer target."""
    ada, bo = await available(place, "Ada", capacity=0), await available(place, "Bo", capacity=0)
    _, chat = await begun(place)
    identity = Identity(SqlStore())
    await place.desk.storage.write(lambda tx: identity.disable(tx, "ada@desk.example", place.clock()))
    refused = await ada.ask("presence.set", status="available", capacity=5)
    assert refused["code"] == "unauthorized"
    await place.show_out()
    await place.settle(after_a_while=True)
    assert (ada.line.closed, state_of(place, chat)) == (4010, ("queued", None))
    await ada.refused("closed", "presence.set", status="available", capacity=5)
    await bo.ask("presence.set", status="available", capacity=1)
    await place.settle(after_a_while=False)
    assert state_of(place, chat) == ("active", bo.greeting["staff"])
    gone = await bo.ask("chat.transfer", chat=chat, staff=ada.greeting["staff"])
    assert (gone["code"], gone["message"]) == ("invalid", "staff: There is no such colleague.")


async def test_disabled_agent_gets_no_chat_while_still_connected(place: DeskInMemory) -> None:
    ada = await available(place, "Ada")
    identity = Identity(SqlStore())
    await place.desk.storage.write(lambda tx: identity.disable(tx, "ada@desk.example", place.clock()))
    _, chat = await begun(place)
    assert ada.line.closed is None
    assert state_of(place, chat) == ("queued", None)
