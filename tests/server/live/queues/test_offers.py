"""Chats that are offered: who is told what, and when an offer is over."""

from __future__ import annotations

import pytest

from chat.adapters import archive
from clock import from_rfc3339, rfc3339
from tests.stories.client_in_memory import Client
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import always_open, available, begun, jumped, open_chat, passed

HOURS = always_open("assign: offer, offer_s: 30")


def offered_to(place: DeskInMemory, chat: str) -> str | None:
    return place.desk.open_chats.offered_to(chat)


def withdrawn(client: Client) -> list[str]:
    """The reasons of withdrawn offers, oldest first."""
    return [frame["reason"] for frame in client.line.frames if frame["type"] == "chat.withdrawn"]


async def test_missed_offer_goes_to_the_next_agent() -> None:
    """The agent who missed it is notified and not asked again. The next agent gets the deadline for accepting."""
    async with desk_in_memory(HOURS) as place:
        ada = await available(place, "Ada")
        _, chat = await begun(place)
        bo = await available(place, "Bo", capacity=1)
        await passed(place, 29)
        assert (offered_to(place, chat), withdrawn(ada)) == (ada.greeting["staff"], [])
        await passed(place, 1)
        assert (offered_to(place, chat), withdrawn(ada)) == (bo.greeting["staff"], ["passed"])
        assert bo.newest("chat.offered")["about"]["chat"] == chat
        assert from_rfc3339(bo.newest("chat.offered")["expires_at"]) == place.clock() + 30_000
        await passed(place, 30)
        assert open_chat(place, chat) == ("queued", "media", None)


async def test_disconnected_customer_leaves_on_time_despite_missed_offers() -> None:
    """The time to come back and the time of absence count from the disconnection, not from each declined offer."""
    async with desk_in_memory(HOURS) as place:
        agents = {}
        for name in ("Ada", "Bo", "Cy"):
            agent = await available(place, name)
            agents[agent.greeting["staff"]] = agent
        customer, chat = await begun(place)
        await place.cut(customer)
        gone = rfc3339(place.clock())
        for _ in agents:
            await passed(place, 25)
            asked = offered_to(place, chat)
            assert asked is not None and (await agents[asked].ask("chat.decline", chat=chat))["type"] == "ok"
            await place.settle(after_a_while=False)
            absent = place.desk.presence.absence(chat)
            assert absent is not None and absent.since == gone
        await passed(place, 44)
        assert open_chat(place, chat) == ("queued", "media", None)
        await passed(place, 1)
        assert open_chat(place, chat) is None


async def test_withdrawn_offer_contains_the_reason() -> None:
    """Another agent took the chat, the customer ended it, or the agent went away."""
    async with desk_in_memory(HOURS) as place:
        ada = await available(place, "Ada")
        sue = await available(place, "Sue", role="supervisor")
        await sue.ask("presence.set", status="away")
        _, taken = await begun(place)
        await sue.ask("chat.take", chat=taken)
        customer, ended = await begun(place)
        await customer.ask("chat.end", chat=ended)
        _, unanswerable = await begun(place)
        await ada.ask("presence.set", status="away")
        await passed(place, 1)
        assert withdrawn(ada) == ["taken", "ended", "withdrawn"]
        assert open_chat(place, unanswerable) == ("queued", "media", None)
        await ada.ask("presence.set", status="available")
        await place.settle(after_a_while=True)
        assert offered_to(place, unanswerable) == ada.greeting["staff"]
        await place.cut(ada)
        await sue.ask("presence.set", status="available")
        await place.settle(after_a_while=False)
        assert offered_to(place, unanswerable) == sue.greeting["staff"]


async def test_offer_has_the_first_words_and_the_next_agent() -> None:
    """Nobody is next if everybody else has declined or has no slot. Redacted words are gone."""
    async with desk_in_memory(HOURS) as place:
        ada = await available(place, "Ada", capacity=2)
        await available(place, "Bo", capacity=0)
        customer, chat = await begun(place)
        offer = ada.newest("chat.offered")
        assert (offer["words"], offer["next"]) == ("SO-448210 takes no dates", None)
        cy = await available(place, "Cy")
        await ada.command("chat.decline", chat=chat)
        await place.settle(after_a_while=False)
        assert cy.newest("chat.offered")["next"] is None
        _, other = await begun(place)
        named = {"id": ada.greeting["staff"], "name": "Ada"}
        assert cy.newest("chat.offered", next=named)["about"]["chat"] == other
        await customer.command("message.redact", chat=chat, of=2, reason="A card number")
        again = await place.staff(cy.token)
        await place.settle(after_a_while=False)
        assert {offer["about"]["chat"]: offer["words"] for offer in again.heard("chat.offered")}[chat] is None


async def test_second_device_gets_the_pending_offer() -> None:
    async with desk_in_memory(HOURS) as place:
        _, token = await place.enrol("Ada")
        first = await place.staff(token)
        await first.ask("presence.set", status="available")
        _, chat = await begun(place)
        second = await place.staff(token)
        await place.settle(after_a_while=False)
        assert second.newest("chat.offered")["about"]["chat"] == chat


async def test_connected_agent_gets_the_offer_that_expires_first_in_front() -> None:
    """The order in which the chats began does not matter."""
    async with desk_in_memory(HOURS) as place:
        bo = await available(place, "Bo")
        _, older = await begun(place)
        ada = await available(place, "Ada")
        await passed(place, 5)
        _, newer = await begun(place)
        await passed(place, 5)
        await bo.command("chat.decline", chat=older)
        await place.settle(after_a_while=False)
        assert [offered_to(place, chat) for chat in (older, newer)] == [ada.greeting["staff"]] * 2
        again = await place.staff(ada.token)
        await place.settle(after_a_while=False)
        assert [offer["about"]["chat"] for offer in again.heard("chat.offered")] == [newer, older]


@pytest.mark.parametrize("hour", [3_600, -3_600])
async def test_clock_jump_ends_no_offer(hour: int) -> None:
    """An hour ahead or back. The offer starts again, and its agent gets the new deadline."""
    async with desk_in_memory(HOURS) as place:
        ada = await available(place, "Ada")
        _, chat = await begun(place)
        await passed(place, 20)
        await jumped(place, hour)
        assert from_rfc3339(ada.newest("chat.offered")["expires_at"]) == place.clock() + 30_000
        await passed(place, 29)
        assert offered_to(place, chat) == ada.greeting["staff"]
        await passed(place, 1)
        row = await place.desk.storage.read(lambda tx: archive.chat_row(tx, chat))
        assert row is not None and (row.state, row.passed) == ("queued", f'["{ada.greeting["staff"]}"]')
