"""What was stored while its answer was lost comes to everybody whom it concerns, though nothing else is written."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest

from routing.assign import Placement
from tests.running import Client, RunningDesk, eventually
from tests.stories.routing_desk import Desk, available, begun, kinds, talking
from tests.stories.unanswered import unanswered


@pytest.fixture
def place(tmp_path: Path, database_url: str | None) -> Desk:
    return Desk(tmp_path, database_url)


async def lost(desk: RunningDesk, client: Client, type_: str, **fields: object) -> str:
    """A command that is stored, and answered with `unavailable`; its id."""
    with unanswered(desk.desk):
        id_ = await client.send(type_, **fields)
        assert (await client.answer(id_))["code"] == "unavailable"
    return id_


async def looked(desk: RunningDesk) -> None:
    """The live picture was held against the store twice."""
    for _ in range(2):
        await desk.desk.reconcile.sweep()


async def test_unanswered_assignment_is_announced_later(place: Desk) -> None:
    """The customer learns who has the chat. The agent gets it with its history, and they can talk."""
    async with place.open() as desk:
        agent = await desk.staff("Priya")
        colleague = await desk.staff("Tom")
        customer, started = await begun(desk)
        chat = started["chat"]
        await lost(desk, agent, "chat.pick", chat=chat)
        await looked(desk)
        assigned = await agent.event("chat.assigned", chat=chat)
        about = assigned["about"]
        assert (assigned["staff"]["name"], about["chat"], about["state"]) == ("Priya", chat, "active")
        assert kinds(agent, chat) == ["chat.started", "message", "chat.assigned"]
        assert (await customer.event("chat.assigned", chat=chat))["seq"] == 3
        await agent.command("message.send", chat=chat, text="Good morning")
        assert (await customer.event("message", text="Good morning"))["prev"] == 3
        assert colleague.durable(chat) == []


@pytest.mark.parametrize("who", ["customer", "agent"])
async def test_unanswered_end_is_announced_and_frees_the_slot(place: Desk, who: str) -> None:
    """No later event would announce it, but customer and agent are notified all the same."""
    async with place.open() as desk:
        agent = await available(desk, "Priya", capacity=1)
        customer, chat = await talking(desk, agent)
        if who == "customer":
            await lost(desk, customer, "chat.end", chat=chat)
        else:
            await lost(desk, agent, "chat.close", chat=chat, status="solved", resolution="set_up")
        waiting, started = await begun(desk)
        await looked(desk)
        for client in (customer, agent):
            assert (await client.event("chat.closed", chat=chat))["ticket"] == 1
        await waiting.event("chat.assigned", chat=started["chat"])


async def test_unanswered_transfer_is_announced_to_both_teams(place: Desk) -> None:
    """Those with access are notified. The previous agent gets what was stored until then and nothing later."""
    async with place.open() as desk:
        agent = await available(desk, "Priya")
        customer, chat = await talking(desk, agent)
        await lost(desk, agent, "chat.transfer", chat=chat, team="prod")
        await looked(desk)
        transferred = await customer.event("chat.transferred", chat=chat)
        await agent.event("chat.transferred", chat=chat)
        await eventually(lambda: len(desk.desk.hub.followers(chat)) == 1, "only the customer follows")
        await customer.command("message.send", chat=chat, text="Is anybody there?")
        colleague = await available(desk, "Bo", teams=("prod",))
        await colleague.event("chat.assigned", chat=chat)
        assert transferred["to_team"] == "prod"
        assert not [event for event in agent.durable(chat) if event.get("text") == "Is anybody there?"]


async def test_unanswered_offer_reaches_its_agent(place: Desk) -> None:
    """The agent is notified and accepts."""
    async with place.open("assign: offer, offer_s: 600") as desk:
        customer, started = await begun(desk)
        agent = await desk.staff("Priya")
        seats = desk.desk.seats
        claim = seats.claim
        placed: list[str] = []

        async def cut_off(placement: Placement, now: int) -> bool:
            placed.append(placement.chat)
            with unanswered(desk.desk):
                return await claim(placement, now)

        with patch.object(seats, "claim", cut_off):
            await agent.command("presence.set", status="available")
            await eventually(lambda: placed and not desk.desk.routing._in_flight, "it is stored")
        await looked(desk)
        await agent.event("chat.offered")
        await agent.command("chat.accept", chat=started["chat"])
        await customer.event("chat.assigned")


async def test_unanswered_message_reaches_the_other_side(place: Desk) -> None:
    """The sender does not send it again."""
    async with place.open() as desk:
        agent = await available(desk, "Priya")
        customer, chat = await talking(desk, agent)
        await lost(desk, customer, "message.send", chat=chat, text="It is SO-448210")
        await looked(desk)
        assert (await agent.event("message", text="It is SO-448210"))["seq"] == 4
        own = await customer.event("message", text="It is SO-448210")
        assert customer.sent[own["id"]]["text"] == own["text"]


async def test_unanswered_message_repeated_with_invalid_fields_is_acknowledged(place: Desk) -> None:
    """The stored message is acknowledged unchanged, and then delivered to the other side."""
    async with place.open() as desk:
        agent = await available(desk, "Priya")
        customer, chat = await talking(desk, agent)
        id_ = await lost(desk, customer, "message.send", chat=chat, text="It is SO-448210")
        again = await customer.again(id_, "message.send", chat=chat, text=" ")
        assert (again["type"], again["seq"], again["dup"]) == ("ok", 4, True)
        await agent.event("message", text="It is SO-448210")
