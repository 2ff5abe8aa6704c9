"""The seats of chats that are over."""

from __future__ import annotations

import pytest

from chat.adapters import clocks
from routing.assign import Placement
from storage.ports import StorageUnavailable
from tests.stories.client_in_memory import Client
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import always_open, available, begun, jumped, open_chat, passed
from tests.stories.unanswered import unanswered

HOURS = always_open("wrap_up_s: 45")


def taken(place: DeskInMemory, staff: str) -> int:
    agent = place.desk.routing.floor.get(staff)
    assert agent is not None
    return agent.seats_taken


async def over(place: DeskInMemory, agent: Client, team: str = "media") -> None:
    _, chat = await begun(place, team)
    await agent.command("chat.close", chat=chat, status="open")
    await place.settle(after_a_while=False)


async def test_closed_chat_keeps_its_slot_for_the_wrap_up() -> None:
    """A team without wrap-up frees the slot immediately, and a chat without an agent takes none."""
    async with desk_in_memory(HOURS) as place:
        ada = await available(place, "Ada", "media", "prod", capacity=1)
        await over(place, ada, "prod")
        assert taken(place, ada.greeting["staff"]) == 0
        await over(place, ada)
        left, unanswered = await begun(place)
        await left.ask("chat.end", chat=unanswered)
        _, waiting = await begun(place)
        await passed(place, 44)
        assert open_chat(place, waiting) == ("queued", "media", None)
        await passed(place, 1)
        assert open_chat(place, waiting) == ("active", "media", ada.greeting["staff"])


async def test_claim_counts_a_wrap_up() -> None:
    """Whatever the in-memory state, storage assigns no chat beyond the free slots."""
    async with desk_in_memory(HOURS) as place:
        ada = await available(place, "Ada", capacity=1)
        staff = ada.greeting["staff"]
        await over(place, ada)
        _, waiting = await begun(place)
        claim = Placement(waiting, "media", staff)
        assert await place.desk.seats.claim([claim], place.clock()) == [False]
        place.clock.forward(45)
        assert await place.desk.seats.claim([claim], place.clock()) == [True]


async def test_wrap_up_that_another_process_ended_frees_the_slot() -> None:
    async with desk_in_memory(HOURS) as place:
        ada = await available(place, "Ada", capacity=1)
        await over(place, ada)
        await place.desk.wrap_ups.free_slots()
        assert taken(place, ada.greeting["staff"]) == 1
        wrapping = place.desk.routing.floor.wrapping_up()
        await place.desk.storage.write(lambda tx: clocks.end_wrap_ups(tx, [*wrapping]))
        await place.desk.wrap_ups.free_slots()
        assert taken(place, ada.greeting["staff"]) == 0


async def test_wrap_up_survives_a_restart() -> None:
    async with desk_in_memory(HOURS) as place:
        _, token = await place.enrol("Ada", capacity=1)
        ada = await place.staff(token)
        await ada.ask("presence.set", status="available")
        await over(place, ada)
        await passed(place, 40)
        await place.close()
        place.clock.forward(600)
        await place.open()
        await place.staff(token)
        customer = await place.customer()
        chat = (await customer.ask("chat.start", team="media", text="Hello"))["chat"]
        assert taken(place, ada.greeting["staff"]) == 1
        await passed(place, 44)
        assert open_chat(place, chat) == ("queued", "media", None)
        await passed(place, 1)
        assert open_chat(place, chat) == ("active", "media", ada.greeting["staff"])


async def test_slot_is_free_despite_an_unanswered_commit() -> None:
    """Even if the commit that ends the wrap-up is not acknowledged, the next chat gets the slot."""
    async with desk_in_memory(HOURS) as place:
        ada = await available(place, "Ada", capacity=1)
        await over(place, ada)
        place.clock.forward(45)
        with unanswered(place.desk), pytest.raises(StorageUnavailable):
            await place.desk.wrap_ups.sweep()
        _, chat = await begun(place)
        assert open_chat(place, chat) == ("active", "media", ada.greeting["staff"])


@pytest.mark.parametrize("hour", [3_600, -3_600])
async def test_clock_jump_frees_no_slot(hour: int) -> None:
    """An hour ahead or back. The wrap-up time starts again, and ends."""
    async with desk_in_memory(HOURS) as place:
        ada = await available(place, "Ada", capacity=1)
        await over(place, ada)
        await passed(place, 40)
        await jumped(place, hour)
        assert taken(place, ada.greeting["staff"]) == 1
        await passed(place, 44)
        assert taken(place, ada.greeting["staff"]) == 1
        await passed(place, 1)
        assert taken(place, ada.greeting["staff"]) == 0
