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


async def test_chat_transferred_back_returns_to_the_first_agent() -> None:
    """The agent who transferred it may get it again, because somebody else has had it meanwhile."""
    async with desk_in_memory(HOURS) as place:
        ada, fin = await available(place, "Ada"), await available(place, "Fin", "finance")
        _, chat = await begun(place)
        assert (await ada.ask("chat.transfer", chat=chat, team="finance"))["type"] == "ok"
        await place.settle(after_a_while=True)
        assert open_chat(place, chat) == ("active", "finance", fin.greeting["staff"])
        assert (await fin.ask("chat.transfer", chat=chat, team="media"))["type"] == "ok"
        await place.settle(after_a_while=True)
        assert open_chat(place, chat) == ("active", "media", ada.greeting["staff"])


async def test_chat_of_a_colleague_who_disconnects_returns_to_the_sender() -> None:
    """Once the colleague's grace is over, the agent who transferred the chat gets it back."""
    async with desk_in_memory(HOURS) as place:
        ada = await available(place, "Ada")
        _, chat = await begun(place)
        bo = await available(place, "Bo")
        assert (await ada.ask("chat.transfer", chat=chat, staff=bo.greeting["staff"]))["type"] == "ok"
        await bo.ask("message.send", chat=chat, text="Good morning")
        await place.cut(bo)
        await passed(place, 61)
        assert open_chat(place, chat) == ("active", "media", ada.greeting["staff"])


async def test_wait_is_unknown_when_no_agent_may_take_the_chat() -> None:
    """The only free agent is the one who transferred the chat. Neither updates nor a resume give a wait time. That
    agent can still pick it."""
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


async def test_late_first_response_with_no_other_agent_keeps_the_chat() -> None:
    """The chat is passed on only when another agent is available: to the colleague who comes."""
    async with desk_in_memory(HOURS) as place:
        ada = await available(place, "Ada", capacity=3)
        customer, chat = await begun(place)
        await passed(place, 600)
        assert open_chat(place, chat) == ("active", "media", ada.greeting["staff"])
        assert customer.last("chat.left") is None
        bo = await available(place, "Bo")
        await passed(place, 1)
        assert open_chat(place, chat) == ("active", "media", bo.greeting["staff"])


async def test_transferred_chat_owes_a_first_response_of_the_new_agent() -> None:
    """When the customer writes to the new agent, that agent is reminded and the chat is finally passed on. After their
    first reply, later messages are not a first response."""
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
