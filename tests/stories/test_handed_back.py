"""Who gets a chat back that they handed on or did not answer, and who owes the next word in it."""

from __future__ import annotations

from clock import rfc3339
from tests.stories.desk_in_memory import desk_in_memory
from tests.stories.people_in_memory import available, begun, open_chat, passed

ALWAYS = ", ".join(f'{day}: ["00:00-24:00"]' for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
HOURS = f"""\
timezone: UTC
schedules:
  always: {{{ALWAYS}}}
teams:
  media: {{name: Media, schedule: always, pass_on: true, first_reply_s: 60}}
  finance: {{name: Finance, schedule: always}}
"""


async def test_handed_back() -> None:
    """By the team that it was handed on to: whoever handed it on gets it, since somebody else has had it meanwhile."""
    async with desk_in_memory(HOURS) as place:
        ada, fin = await available(place, "Ada"), await available(place, "Fin", "finance")
        _, chat = await begun(place)
        assert (await ada.ask("chat.transfer", chat=chat, team="finance"))["type"] == "ok"
        await place.settle(after_a_while=True)
        assert open_chat(place, chat) == ("active", "finance", fin.greeting["staff"])
        assert (await fin.ask("chat.transfer", chat=chat, team="media"))["type"] == "ok"
        await place.settle(after_a_while=True)
        assert open_chat(place, chat) == ("active", "media", ada.greeting["staff"])


async def test_handed_on_to_a_colleague_who_goes() -> None:
    """Whoever handed it on is free, and gets it back once the colleague is gone for good."""
    async with desk_in_memory(HOURS) as place:
        ada = await available(place, "Ada")
        _, chat = await begun(place)
        bo = await available(place, "Bo")
        assert (await ada.ask("chat.transfer", chat=chat, staff=bo.greeting["staff"]))["type"] == "ok"
        await bo.ask("message.send", chat=chat, text="Good morning")
        await place.cut(bo)
        await passed(place, 61)
        assert open_chat(place, chat) == ("active", "media", ada.greeting["staff"])


async def test_no_wait_is_told_where_nobody_may_take_it() -> None:
    """Handed on to a line whose only free agent is who handed it on: how long it will be cannot be told, neither as it
    changes nor on resume; and they can still pick it."""
    async with desk_in_memory(HOURS) as place:
        ada = await available(place, "Ada", capacity=3)
        customer, chat = await begun(place)
        assert (await ada.ask("chat.transfer", chat=chat, team="media"))["type"] == "ok"
        await passed(place, 2)
        assert open_chat(place, chat) == ("queued", "media", None)
        told, resumed = customer.last("queue.position"), await customer.ask("chat.resume", chat=chat, after=0)
        assert told is not None
        assert [(one["position"], one["wait_s"]) for one in (told, resumed)] == [(1, None)] * 2
        assert (await ada.ask("chat.pick", chat=chat))["type"] == "ok"


async def test_nobody_else_is_there_to_answer() -> None:
    """A first reply that stays out is passed on only where somebody else is there: an agent alone keeps the chat, and
    it goes to the colleague who comes."""
    async with desk_in_memory(HOURS) as place:
        ada = await available(place, "Ada", capacity=3)
        customer, chat = await begun(place)
        await passed(place, 600)
        assert open_chat(place, chat) == ("active", "media", ada.greeting["staff"])
        assert customer.last("chat.left") is None
        bo = await available(place, "Bo")
        await passed(place, 1)
        assert open_chat(place, chat) == ("active", "media", bo.greeting["staff"])


async def test_a_new_agent_owes_a_first_word() -> None:
    """Handed on once it was answered, and the customer speaks to who has it now: that agent is nudged, and the chat
    passed on in the end. What is said after their first word is owed as any other."""
    async with desk_in_memory(HOURS) as place:
        ada = await available(place, "Ada")
        customer, chat = await begun(place)
        await ada.ask("message.send", chat=chat, text="Good morning")
        bo = await available(place, "Bo")
        await ada.ask("chat.transfer", chat=chat, staff=bo.greeting["staff"])
        await passed(place, 600)
        assert bo.last("alarm") is None
        await customer.ask("message.send", chat=chat, text="Hello Bo?")
        since = place.clock()
        await passed(place, 59)
        assert bo.last("alarm") is None
        await passed(place, 1)
        alarm = bo.last("alarm")
        assert alarm is not None and (alarm["kind"], alarm["chat"], alarm.get("over")) == ("first_reply", chat, None)
        assert (alarm["since"], open_chat(place, chat)) == (rfc3339(since), ("active", "media", bo.greeting["staff"]))
        await passed(place, 120)
        assert open_chat(place, chat) == ("active", "media", ada.greeting["staff"])
        await ada.ask("message.send", chat=chat, text="Back again")
        await customer.ask("message.send", chat=chat, text="Thank you")
        await passed(place, 600)
        assert open_chat(place, chat) == ("active", "media", ada.greeting["staff"])
