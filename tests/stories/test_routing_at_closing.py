"""Closing time and thin times, for chats that change hands: handed on, fallen back, offered, overflowed."""

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
"""Midnight in the east."""
OFFERS = ", assign: offer, offer_s: 30"


def at(hour: int, minute: int = 0, second: int = 0) -> int:
    """That time of the Monday, in the east."""
    return MONDAY + 1000 * (3600 * hour + 60 * minute + second)


def hours(media: str = "", finance: str = "") -> str:
    return HOURS.format(media=media, finance=finance)


async def test_handed_on_after_closing() -> None:
    """To the queue of a closed team: refused, with when it opens. To a named colleague there who is available: they
    have it at once, in their team; to one who is away: refused."""
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
        assert (await ada.ask("chat.transfer", chat=chat, staff=bo.greeting["staff"]))["type"] == "ok"
        await moved(place, at(17, 30))
        assert open_chat(place, chat) == ("active", "finance", bo.greeting["staff"])


async def test_handed_on_to_who_is_of_an_open_team_too() -> None:
    """A colleague of two other teams, the first of which has closed, has the chat in the one that is open; whoever
    paused the chat's own team is refused, though they serve another."""
    async with desk_in_memory(hours() + "  tech: {name: Tech, schedule: long}\n", at(17, 5)) as place:
        ada, bo = await available(place, "Ada", "tech"), await available(place, "Bo", "finance", "media")
        cy = await available(place, "Cy", "tech", "media", capacity=0)
        _, chat = await begun(place, "tech")
        await cy.ask("presence.set", status="available", capacity=5, paused=["tech"])
        paused = await ada.ask("chat.transfer", chat=chat, staff=cy.greeting["staff"])
        assert (paused["code"], paused["message"]) == ("conflict", "Cy isn't taking new chats right now.")
        assert (await ada.ask("chat.transfer", chat=chat, staff=bo.greeting["staff"]))["type"] == "ok"
        assert open_chat(place, chat) == ("active", "media", bo.greeting["staff"])


async def test_fallen_back_after_closing_with_nobody_there() -> None:
    """The agent gone at five past: once their grace is over the chat is a ticket."""
    async with desk_in_memory(hours(), at(18, 50)) as place:
        ada = await available(place, "Ada")
        customer, chat = await begun(place, email="dana@client.example")
        await moved(place, at(19, 5))
        await place.cut(ada)
        await moved(place, at(19, 5, 59))
        assert open_chat(place, chat) == ("active", "media", ada.greeting["staff"])
        await moved(place, at(19, 6))
        assert (open_chat(place, chat), reason(customer)) == (None, "missed")


async def test_fallen_back_after_closing_with_somebody_there() -> None:
    """While a colleague is available it waits for a seat of theirs, a quarter of an hour at most, then it is a
    ticket; one that frees up before takes it."""
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


async def test_fallen_back_after_closing_and_the_last_colleague_leaves() -> None:
    """It waits while somebody may take it, and for as long as a page takes to be loaded again; then it is a ticket at
    once. Who chose to stay has the whole quarter of an hour."""
    async with desk_in_memory(hours(), at(18, 40)) as place:
        ada = await available(place, "Ada")
        customer, chat = await begun(place)
        bo = await available(place, "Bo", capacity=0)
        await moved(place, at(18, 50))
        await ada.ask("presence.set", status="away")
        stays, staying = await begun(place)
        await moved(place, at(18, 55))
        assert (await stays.ask("chat.wait", chat=staying))["type"] == "ok"
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


async def test_fallen_back_after_closing_to_who_did_not_answer() -> None:
    """Whoever kept a customer waiting does not get the chat again as it waits: once the colleague for whom it was
    passed on goes too it is a ticket at once."""
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


async def test_offered_as_the_team_closes() -> None:
    """Whoever is asked when it closes may still accept; when they do not, the chat has missed us."""
    async with desk_in_memory(hours(media=OFFERS), at(18, 59, 50)) as place:
        ada = await available(place, "Ada", capacity=2)
        taken, not_taken = await begun(place), await begun(place)
        await moved(place, at(18, 59, 51))
        await moved(place, at(19, 0, 1))
        assert [open_chat(place, chat) for _, chat in (taken, not_taken)] == [("offered", "media", None)] * 2
        assert (await ada.ask("chat.accept", chat=taken[1]))["type"] == "ok"
        await moved(place, at(19, 0, 20))
        await moved(place, at(19, 0, 21))
        assert open_chat(place, taken[1]) == ("active", "media", ada.greeting["staff"])
        assert (open_chat(place, not_taken[1]), reason(not_taken[0])) == (None, "missed")


async def test_after_closing_nobody_more_is_asked() -> None:
    """Whoever let it ring as the team closed was the last: with five more free the chat is a ticket once that is over,
    and none of them is asked between that and the sweep by which it is."""
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


async def test_who_stays_while_they_are_offered() -> None:
    """To stay in line can be chosen during an offer, and counts when it is let pass: a quarter of an hour."""
    async with desk_in_memory(hours(media=OFFERS), at(18, 55)) as place:
        ada = await available(place, "Ada")
        customer, chat = await begun(place)
        await moved(place, at(18, 55, 1))
        assert open_chat(place, chat) == ("offered", "media", None)
        asked = customer.last("chat.closing")
        assert asked is not None and asked["decide_by"] == "2026-11-24T00:00:00.000Z"
        stays = await customer.ask("chat.wait", chat=chat)
        assert stays["type"] == "ok"
        assert open_chat(place, chat) == ("offered", "media", None)
        assert (await ada.ask("chat.decline", chat=chat))["type"] == "ok"
        await moved(place, at(19, 14, 59))
        assert open_chat(place, chat) == ("queued", "media", None)
        await moved(place, at(19, 15))
        assert (open_chat(place, chat), reason(customer)) == (None, "missed")


async def test_clocks_follow_the_present_team() -> None:
    """Handed on from a team that closes soon to one that does not, nothing is asked any more; and the patience with
    silent customers is that of the team that has the chat."""
    finance, media = ", silent_s: [60, 120, 180]", ", silent_s: [600, 900, 1200], closing_notice_s: 600"
    async with desk_in_memory(hours(media, finance), at(16, 30)) as place:
        ada, bo = await available(place, "Ada", "finance"), await available(place, "Bo", capacity=0)
        customer, chat = await begun(place, "finance")
        await ada.ask("message.send", chat=chat, text="Which line is it?")
        await moved(place, at(16, 32))
        assert (await ada.ask("chat.transfer", chat=chat, team="media"))["type"] == "ok"
        await bo.ask("presence.set", status="available", capacity=1)
        await moved(place, at(16, 50))
        assert open_chat(place, chat) == ("active", "media", bo.greeting["staff"])
        assert customer.last("chat.closing") is None
        silent = customer.last("chat.silent")
        assert silent is not None and silent["ends_at"] == "2026-11-23T21:52:00.000Z"
        await moved(place, at(16, 52))
        assert (open_chat(place, chat), reason(customer)) == (None, "silent")


async def test_overflow_is_not_asked_by_the_team_it_left() -> None:
    """Who was asked whether to stay, and flows over to a team that is open for longer, is not asked any more."""
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


async def test_overflow_while_closing_time_is_kept() -> None:
    """A chat that goes to an open team between the look at who waits and what closing time does to it waits on there:
    it has not missed that team."""
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


async def test_handed_on_and_not_answered_when_the_server_goes() -> None:
    """A colleague was asked to take a chat: after the restart nobody is, the chat is at the head of the line, and its
    log says so."""
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
        queued = customer.last("chat.queued")
        assert queued is not None and queued["seq"] == resumed["seq"]
