"""Closing time and missing agents, for chats that are transferred, requeued, offered or overflowed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from unittest.mock import patch

from clock import from_rfc3339
from storage.ports import Tx
from tests.stories.desk_in_memory import desk_in_memory
from tests.stories.people_in_memory import available, begun, moved, open_chat, reason

T = TypeVar("T")
HOURS = """\
timezone: America/New_York
schedules:
  long: {{mon: ["09:00-19:00"]}}
  short: {{mon: ["09:00-17:00"]}}
teams:
  media: {{name: Media, schedule: long{media}}}
  finance: {{name: Finance, schedule: short{finance}}}
"""
MONDAY = from_rfc3339("2026-11-23T05:00:00.000Z")
"""Midnight in New York."""
OFFERS = ", assign: offer, offer_s: 30"


def at(hour: int, minute: int = 0, second: int = 0) -> int:
    """A time of the Monday in New York."""
    return MONDAY + 1000 * (3600 * hour + 60 * minute + second)


def hours(media: str = "", finance: str = "") -> str:
    return HOURS.format(media=media, finance=finance)


async def test_transfer_after_closing_needs_an_available_colleague() -> None:
    """To the queue of a closed team: refused with its opening time. To an available colleague there: immediate, in that
    colleague's team. To one who is away: refused."""
    async with desk_in_memory(hours(), at(16, 50)) as place:
        ada = await available(place, "Ada")
        bo = await available(place, "Bo", "finance")
        _, chat = await begun(place)
        await moved(place, at(17, 5))
        refused = await ada.ask("chat.transfer", chat=chat, team="finance")
        assert (refused["code"], refused["opens_at"]) == ("team_closed", "2026-11-30T14:00:00.000Z")
        await bo.ask("presence.set", status="away")
        away = await ada.ask("chat.transfer", chat=chat, staff=bo.greeting["staff"])
        assert away["code"] == "conflict"
        assert open_chat(place, chat) == ("active", "media", ada.greeting["staff"])
        await bo.ask("presence.set", status="available")
        await ada.command("chat.transfer", chat=chat, staff=bo.greeting["staff"])
        await moved(place, at(17, 30))
        assert open_chat(place, chat) == ("active", "finance", bo.greeting["staff"])


async def test_transfer_to_a_colleague_uses_their_open_team() -> None:
    """The colleague has two other teams, the first closed: the chat goes to the open one. A colleague who paused the
    chat's own team is refused, even with another team."""
    async with desk_in_memory(hours() + "  tech: {name: Tech, schedule: long}\n", at(17, 5)) as place:
        ada, bo = await available(place, "Ada", "tech"), await available(place, "Bo", "finance", "media")
        cy = await available(place, "Cy", "tech", "media", capacity=0)
        _, chat = await begun(place, "tech")
        await cy.ask("presence.set", status="available", capacity=5, paused=["tech"])
        paused = await ada.ask("chat.transfer", chat=chat, staff=cy.greeting["staff"])
        assert (paused["code"], paused["message"]) == ("conflict", "Cy isn't taking new chats right now.")
        await ada.command("chat.transfer", chat=chat, staff=bo.greeting["staff"])
        assert open_chat(place, chat) == ("active", "media", bo.greeting["staff"])


async def test_requeued_chat_after_closing_with_nobody_becomes_a_ticket() -> None:
    """The agent disconnects five minutes after closing. Once the grace is over the chat is a ticket."""
    async with desk_in_memory(hours(), at(18, 50)) as place:
        ada = await available(place, "Ada")
        customer, chat = await begun(place, email="dana@client.example")
        await moved(place, at(19, 5))
        await place.cut(ada)
        await moved(place, at(19, 5, 59))
        assert open_chat(place, chat) == ("active", "media", ada.greeting["staff"])
        await moved(place, at(19, 6))
        assert (open_chat(place, chat), reason(customer)) == (None, "missed")


async def test_requeued_chat_after_closing_waits_for_an_available_colleague() -> None:
    """It waits up to fifteen minutes for a slot of the colleague, then becomes a ticket. A slot freed in time takes
    it."""
    async with desk_in_memory(hours(), at(18, 55)) as place:
        ada = await available(place, "Ada", capacity=2)
        customers = [await begun(place) for _ in range(2)]
        bo = await available(place, "Bo", capacity=0)
        await place.cut(ada)
        await moved(place, at(19, 5))
        first, second = [chat for _, chat in customers]
        assert open_chat(place, first) == ("queued", "media", None)
        await bo.ask("presence.set", status="available", capacity=1)
        await moved(place, at(19, 10))
        assert open_chat(place, first) == ("active", "media", bo.greeting["staff"])
        place.clock.at = at(19, 12)
        await bo.ask("message.send", chat=first, text="Hello, I am Bo")
        await moved(place, at(19, 19, 59))
        assert open_chat(place, second) == ("queued", "media", None)
        await moved(place, at(19, 20))
        assert (open_chat(place, second), reason(customers[1][0])) == (None, "missed")
        assert open_chat(place, first) == ("active", "media", bo.greeting["staff"])


async def test_requeued_chat_becomes_a_ticket_when_the_last_colleague_leaves() -> None:
    """The colleague has the time of a page reload to return, then the chat becomes a ticket at once. A customer who
    chose to stay has the full fifteen minutes."""
    async with desk_in_memory(hours(), at(18, 40)) as place:
        ada = await available(place, "Ada")
        customer, chat = await begun(place)
        bo = await available(place, "Bo", capacity=0)
        await moved(place, at(18, 50))
        await ada.ask("presence.set", status="away")
        stays, staying = await begun(place)
        await moved(place, at(18, 55))
        await stays.command("chat.wait", chat=staying)
        await bo.ask("presence.set", status="available")
        await place.cut(ada)
        await moved(place, at(19, 1))
        assert open_chat(place, chat) == ("queued", "media", None)
        await place.cut(bo)
        await moved(place, at(19, 1, 30))
        assert open_chat(place, chat) == ("queued", "media", None)
        await moved(place, at(19, 2))
        assert (open_chat(place, chat), reason(customer)) == (None, "missed")
        assert open_chat(place, staying) == ("queued", "media", None)
        await moved(place, at(19, 15))
        assert (open_chat(place, staying), reason(stays)) == (None, "missed")


async def test_requeued_chat_is_not_given_back_to_an_unresponsive_agent() -> None:
    """The agent who missed the first response does not get the chat again. When the only colleague leaves too, it
    becomes a ticket at once."""
    async with desk_in_memory(hours(media=", pass_on: true, first_reply_s: 60"), at(18, 59)) as place:
        ada, bo = await available(place, "Ada"), await available(place, "Bo", capacity=0)
        customer, chat = await begun(place)
        await moved(place, at(19, 1, 59))
        assert open_chat(place, chat) == ("active", "media", ada.greeting["staff"])
        await moved(place, at(19, 2))
        assert open_chat(place, chat) == ("queued", "media", None)
        await bo.ask("presence.set", status="away")
        await moved(place, at(19, 2, 1))
        assert (open_chat(place, chat), reason(customer)) == (None, "missed")


async def test_offer_open_at_closing_may_still_be_accepted() -> None:
    """If it is missed, the chat closes as missed."""
    async with desk_in_memory(hours(media=OFFERS), at(18, 59, 50)) as place:
        ada = await available(place, "Ada", capacity=2)
        taken, not_taken = await begun(place), await begun(place)
        await moved(place, at(18, 59, 51))
        await moved(place, at(19, 0, 1))
        assert [open_chat(place, chat) for _, chat in (taken, not_taken)] == [("offered", "media", None)] * 2
        await ada.command("chat.accept", chat=taken[1])
        await moved(place, at(19, 0, 20))
        await moved(place, at(19, 0, 21))
        assert open_chat(place, taken[1]) == ("active", "media", ada.greeting["staff"])
        assert (open_chat(place, not_taken[1]), reason(not_taken[0])) == (None, "missed")


async def test_missed_offer_after_closing_is_offered_to_nobody_else() -> None:
    """Five more agents are free, but the chat becomes a ticket. None of them is asked before the sweep closes it."""
    async with desk_in_memory(hours(media=OFFERS), at(18, 40)) as place:
        customer, chat = await begun(place)
        await moved(place, at(18, 46))
        assert customer.last("chat.closing") is not None
        await moved(place, at(18, 59, 50))
        agents = [await available(place, name) for name in ("Ada", "Bo", "Cy", "Dee", "Eve", "Flo")]
        await moved(place, at(19))
        assert open_chat(place, chat) == ("offered", "media", None)
        (asked,) = [agent for agent in agents if agent.last("chat.offered") is not None]
        await moved(place, at(19, 0, 20))
        await moved(place, at(19, 0, 21))
        assert (open_chat(place, chat), reason(customer)) == (None, "missed")
        assert [agent for agent in agents if agent.last("chat.offered") is not None] == [asked]


async def test_customer_may_choose_to_stay_during_an_offer() -> None:
    """The choice counts when the offer is missed: the customer waits fifteen minutes."""
    async with desk_in_memory(hours(media=OFFERS), at(18, 55)) as place:
        ada = await available(place, "Ada")
        customer, chat = await begun(place)
        await moved(place, at(18, 55, 1))
        assert open_chat(place, chat) == ("offered", "media", None)
        assert customer.newest("chat.closing")["decide_by"] == "2026-11-24T00:00:00.000Z"
        stays = await customer.ask("chat.wait", chat=chat)
        assert stays["type"] == "ok"
        assert open_chat(place, chat) == ("offered", "media", None)
        await ada.command("chat.decline", chat=chat)
        await moved(place, at(19, 14, 59))
        assert open_chat(place, chat) == ("queued", "media", None)
        await moved(place, at(19, 15))
        assert (open_chat(place, chat), reason(customer)) == (None, "missed")


async def test_transferred_chat_follows_the_clocks_of_its_new_team() -> None:
    """The new team does not close soon, so the closing question is withdrawn. The silence limit is the new team's
    too."""
    finance, media = ", silent_s: [60, 120, 180]", ", silent_s: [600, 900, 1200], closing_notice_s: 600"
    async with desk_in_memory(hours(media, finance), at(16, 30)) as place:
        ada, bo = await available(place, "Ada", "finance"), await available(place, "Bo", capacity=0)
        customer, chat = await begun(place, "finance")
        await ada.ask("message.send", chat=chat, text="Which line is it?")
        await moved(place, at(16, 32))
        await ada.command("chat.transfer", chat=chat, team="media")
        await bo.ask("presence.set", status="available", capacity=1)
        await moved(place, at(16, 50))
        assert open_chat(place, chat) == ("active", "media", bo.greeting["staff"])
        assert customer.last("chat.closing") is None
        assert customer.newest("chat.silent")["ends_at"] == "2026-11-23T21:52:00.000Z"
        await moved(place, at(16, 52))
        assert (open_chat(place, chat), reason(customer)) == (None, "silent")


async def test_overflowed_chat_is_no_longer_asked_to_stay() -> None:
    """The customer was asked whether to stay. Overflow to a team that is open longer withdraws the question."""
    async with desk_in_memory(hours(finance=", overflow: {to: media, after_s: 300}"), at(16, 50)) as place:
        await available(place, "Ada", capacity=0)
        customer, chat = await begun(place, "finance")
        await moved(place, at(16, 51))
        assert customer.last("chat.closing") is not None
        await moved(place, at(16, 56))
        assert open_chat(place, chat) == ("queued", "media", None)
        await moved(place, at(17, 30))
        assert open_chat(place, chat) == ("queued", "media", None)
        resumed = await customer.ask("chat.resume", chat=chat, after=0)
        assert "closing" not in resumed


async def test_chat_that_overflows_during_closing_is_not_missed() -> None:
    """It moves to an open team after the closing sweep read the queue. It keeps waiting there."""
    async with desk_in_memory(hours(), at(16, 59)) as place:
        desk = place.desk
        customer, chat = await begun(place, "finance")
        read = desk.storage.read

        async def read_and_overtaken(query: Callable[[Tx], T]) -> T:
            found = await read(query)
            await desk.storage.write(lambda tx: desk.handovers.overflow(tx, chat, "media", desk.clock()))
            return found

        place.clock.at = at(17)
        with patch.object(desk.storage, "read", read_and_overtaken):
            await desk.closing_time.sweep()
        assert (open_chat(place, chat), reason(customer)) == (("queued", "media", None), None)
        await moved(place, at(17, 0, 1))
        assert (open_chat(place, chat), customer.last("chat.closing")) == (("queued", "media", None), None)


async def test_unanswered_transfer_at_shutdown_returns_to_the_queue() -> None:
    """A transfer was offered to a colleague. After the restart the offer is gone, and the chat is first in the queue,
    as its log says."""
    async with desk_in_memory(hours(media=OFFERS), at(12)) as place:
        ada = await available(place, "Ada")
        customer, chat = await begun(place)
        await ada.ask("chat.accept", chat=chat)
        bo = await available(place, "Bo")
        await ada.ask("chat.transfer", chat=chat, staff=bo.greeting["staff"])
        assert open_chat(place, chat) == ("offered", "media", None)
        token = customer.greeting["token"]
        await place.close()
        await place.open()
        assert open_chat(place, chat) == ("queued", "media", None)
        customer = await place.customer(token)
        resumed = await customer.ask("chat.resume", chat=chat, after=0)
        assert (resumed["state"], resumed["position"]) == ("queued", 1)
        assert customer.newest("chat.queued")["seq"] == resumed["seq"]
