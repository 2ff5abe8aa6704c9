"""What was stored while its answer was lost comes to everybody whom it concerns, though nothing else is written."""

from __future__ import annotations

from collections.abc import Sequence
from unittest.mock import patch

import pytest

from routing.assign import Placement
from tests.stories.client_in_memory import Client
from tests.stories.conftest import Opening
from tests.stories.desk_in_memory import DeskInMemory
from tests.stories.people_in_memory import available, begun, joined
from tests.stories.unanswered import unanswered


async def lost(place: DeskInMemory, client: Client, type_: str, **fields: object) -> None:
    """A command that is stored and answered with `unavailable`. Afterwards memory was compared with the store twice."""
    with unanswered(place.desk):
        await client.refused("unavailable", type_, **fields)
    await reconciled(place)


async def reconciled(place: DeskInMemory) -> None:
    for _ in range(2):
        await place.desk.reconcile.sweep()
    await place.quiet()
    assert [fault for fault in place.faults if "chat_adopted" not in fault and "claims_fail" not in fault] == []
    place.faults.clear()


async def test_unanswered_assignment_is_announced_later(opened: Opening) -> None:
    """The customer learns who has the chat. The agent gets it with its history, and they can talk."""
    async with opened() as place:
        agent, colleague = await joined(place, "Priya"), await joined(place, "Tom")
        customer, chat = await begun(place)
        await lost(place, agent, "chat.pick", chat=chat)
        assigned = agent.newest("chat.assigned", chat=chat)
        about = assigned["about"]
        assert (assigned["staff"]["name"], about["chat"], about["state"]) == ("Priya", chat, "active")
        assert agent.durable(chat) == ["chat.started", "message", "chat.assigned"]
        assert customer.newest("chat.assigned", chat=chat)["seq"] == 3
        await agent.command("message.send", chat=chat, text="Good morning")
        await place.quiet()
        assert customer.newest("message", text="Good morning")["prev"] == 3
        assert colleague.durable(chat) == []


@pytest.mark.parametrize("who", ["customer", "agent"])
async def test_unanswered_end_is_announced_and_frees_the_slot(opened: Opening, who: str) -> None:
    """No later event would announce it, but customer and agent are notified all the same."""
    async with opened() as place:
        agent = await available(place, "Priya", capacity=1)
        customer, chat = await begun(place)
        _, next_chat = await begun(place)
        if who == "customer":
            await lost(place, customer, "chat.end", chat=chat)
        else:
            await lost(place, agent, "chat.close", chat=chat, status="solved", resolution="set_up")
        assert [client.newest("chat.closed", chat=chat)["ticket"] for client in (customer, agent)] == [1, 1]
        assert agent.last("chat.assigned", chat=next_chat) is not None


async def test_unanswered_transfer_is_announced_to_both_teams(opened: Opening) -> None:
    """Those with access are notified. The previous agent gets what was stored until then and nothing later."""
    async with opened() as place:
        agent = await available(place, "Priya")
        customer, chat = await begun(place)
        await lost(place, agent, "chat.transfer", chat=chat, team="prod")
        assert [one.newest("chat.transferred", chat=chat)["to_team"] for one in (customer, agent)] == ["prod"] * 2
        await customer.command("message.send", chat=chat, text="Is anybody there?")
        colleague = await available(place, "Bo", "prod")
        assert colleague.last("chat.assigned", chat=chat) is not None
        assert not agent.heard("message", text="Is anybody there?")


async def test_unanswered_offer_reaches_its_agent(opened: Opening) -> None:
    """The agent is notified and accepts."""
    async with opened("assign: offer, offer_s: 600") as place:
        customer, chat = await begun(place)
        agent = await joined(place, "Priya")
        seats = place.desk.seats
        claim = seats.claim

        async def cut_off(placements: Sequence[Placement], now: int) -> list[bool | Exception]:
            with unanswered(place.desk):
                return await claim(placements, now)

        with patch.object(seats, "claim", cut_off):
            await agent.command("presence.set", status="available")
            await place.quiet()
        assert not agent.heard("chat.offered")
        await reconciled(place)
        assert agent.heard("chat.offered")
        await agent.command("chat.accept", chat=chat)
        await place.quiet()
        assert customer.last("chat.assigned") is not None


async def test_unanswered_message_reaches_the_other_side(opened: Opening) -> None:
    """The sender does not send it again."""
    async with opened() as place:
        agent = await available(place, "Priya")
        customer, chat = await begun(place)
        await lost(place, customer, "message.send", id="mine", chat=chat, text="It is SO-448210")
        assert agent.newest("message", text="It is SO-448210")["seq"] == 4
        assert customer.newest("message", text="It is SO-448210")["id"] == "mine"


async def test_unanswered_message_repeated_with_invalid_fields_is_acknowledged(opened: Opening) -> None:
    """The stored message is acknowledged unchanged, and then delivered to the other side."""
    async with opened() as place:
        agent = await available(place, "Priya")
        customer, chat = await begun(place)
        with unanswered(place.desk):
            await customer.refused("unavailable", "message.send", id="mine", chat=chat, text="It is SO-448210")
        again = await customer.command("message.send", id="mine", chat=chat, text=" ")
        assert (again["seq"], again["dup"]) == (4, True)
        await place.quiet()
        assert agent.last("message", text="It is SO-448210") is not None
