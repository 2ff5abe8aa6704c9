"""Chats that waited too long go to another team."""

from __future__ import annotations

import pytest

from tests.running import Frame
from tests.stories.client_in_memory import Client
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import available, begun, jumped, open_chat, passed

HOURS = """\
timezone: UTC
schedules:
  always: {{mon: [{day}], tue: [{day}], wed: [{day}], thu: [{day}], fri: [{day}], sat: [{day}], sun: [{day}]}}
  never: {{}}
teams:
  media: {{name: Media, schedule: always, overflow: {{to: prod, after_s: 100}}, wait_target_s: 120, unstaffed_s: 180,
    left_queue_s: {left[0]}}}
  prod: {{name: Prod, schedule: {prod}, overflow: {{to: media, after_s: 100}}, left_queue_s: {left[1]}}}
  tech: {{name: Tech, schedule: always}}
"""


def hours(prod: str = "always", left: tuple[int, int] = (120, 120)) -> str:
    """`left`: `left_queue_s` of Media and of Prod."""
    return HOURS.format(day='"00:00-24:00"', prod=prod, left=left)


def alarms(client: Client, kind: str, **facts: str) -> list[Frame]:
    return [frame for frame in client.heard("alarm", kind=kind, **facts) if not frame.get("over")]


async def test_long_wait_overflows_once() -> None:
    """After the set time, not before. The chat does not return, although the other team overflows too."""
    async with desk_in_memory(hours()) as place:
        await available(place, "Cy", "prod", capacity=0)
        customer, chat = await begun(place)
        await passed(place, 99)
        assert open_chat(place, chat) == ("queued", "media", None)
        await passed(place, 1)
        assert open_chat(place, chat) == ("queued", "prod", None)
        queued = customer.newest("chat.queued", chat=chat)
        assert (queued["team"], queued["reason"]) == ("prod", "overflow")
        await passed(place, 500)
        assert open_chat(place, chat) == ("queued", "prod", None)


async def talked_for(place: DeskInMemory, seconds: int) -> tuple[Client, str, Client]:
    """A chat that Fin of Tech has had for this long: Fin, the chat, the customer."""
    fin = await available(place, "Fin", "tech")
    customer, chat = await begun(place, "tech")
    await fin.ask("message.send", chat=chat, text="Which line is it?")
    await passed(place, seconds)
    return fin, chat, customer


async def test_transferred_chat_waits_from_its_transfer() -> None:
    """Not from when the customer joined: overflow, the longest wait shown and the alarm ignore the time with an
    agent."""
    async with desk_in_memory(hours()) as place:
        _, token = await place.enrol("Sue", role="supervisor", teams=("media", "prod", "tech"))
        sue = await place.staff(token)
        await available(place, "Cy", "prod", capacity=0)
        fin, chat, _ = await talked_for(place, 600)
        await fin.command("chat.transfer", chat=chat, team="media")
        await passed(place, 99)
        assert open_chat(place, chat) == ("queued", "media", None)
        told = sue.newest("queues")
        waits = {queue["team"]: queue["longest_wait_s"] for queue in told["queues"] if queue["waiting"]}
        assert waits.keys() == {"media"} and waits["media"] <= 99
        assert place.desk.routing.queue_states(["media"])[0].longest_wait_s == 99
        assert alarms(sue, "queue") == []
        await passed(place, 1)
        assert open_chat(place, chat) == ("queued", "prod", None)
        assert place.desk.routing.queue_states(["prod"])[0].longest_wait_s == 0


async def test_chat_transferred_between_two_sweeps_waits_anew() -> None:
    """Being assigned for less than a second is enough to end the earlier wait."""
    async with desk_in_memory(hours()) as place:
        await available(place, "Cy", "prod", capacity=0)
        _, chat = await begun(place)
        await passed(place, 99)
        ada = await available(place, "Ada")
        await ada.command("chat.transfer", chat=chat, team="media")
        await ada.ask("presence.set", status="away")
        await passed(place, 99)
        assert open_chat(place, chat) == ("queued", "media", None)
        await passed(place, 1)
        assert open_chat(place, chat) == ("queued", "prod", None)


async def test_requeued_chat_that_overflows_has_no_priority() -> None:
    """It is placed by its joining time, behind chats that have waited longer for that team."""
    async with desk_in_memory(hours()) as place:
        _, first = await begun(place, "prod")
        await passed(place, 1)
        fin, chat, _ = await talked_for(place, 60)
        await fin.command("chat.transfer", chat=chat, team="media")
        await available(place, "Cy", "prod", capacity=0)
        await passed(place, 100)
        assert place.desk.routing.floor.waiting_chats("prod") == [first, chat]


@pytest.mark.parametrize(("media", "prod"), [(120, 150), (150, 120), (120, 120)])
async def test_disconnected_customer_has_the_time_of_the_new_team(media: int, prod: int) -> None:
    async with desk_in_memory(hours(left=(media, prod))) as place:
        await available(place, "Cy", "prod", capacity=0)
        customer, chat = await begun(place)
        await place.cut(customer)
        await passed(place, 100)
        assert open_chat(place, chat) == ("queued", "prod", None)
        await passed(place, prod - 101)
        assert open_chat(place, chat) == ("queued", "prod", None)
        await passed(place, 1)
        assert open_chat(place, chat) is None


async def test_closed_team_gets_no_overflow() -> None:
    async with desk_in_memory(hours("never")) as place:
        _, chat = await begun(place)
        await passed(place, 500)
        assert open_chat(place, chat) == ("queued", "media", None)


@pytest.mark.parametrize("somebody", [True, False])
async def test_team_without_agents_gets_no_overflow(somebody: bool) -> None:
    """Until an agent is there, whether or not the chat's own team has one."""
    async with desk_in_memory(hours()) as place:
        if somebody:
            await available(place, "Ada", capacity=0)
        _, chat = await begun(place)
        await passed(place, 150)
        assert open_chat(place, chat) == ("queued", "media", None)
        await available(place, "Cy", "prod", capacity=0)
        await passed(place, 1)
        assert open_chat(place, chat) == ("queued", "prod", None)


@pytest.mark.parametrize("hour", [3_600, -3_600])
async def test_clock_jump_overflows_nothing(hour: int) -> None:
    """An hour ahead or back. The remaining time and the wait shown stay the same, even after a restart, and no alarm is
    raised."""
    async with desk_in_memory(hours()) as place:
        _, token = await place.enrol("Sue", role="supervisor", teams=("media", "prod"))
        _, cy = await place.enrol("Cy", teams=("prod",))
        _, chat = await begun(place)
        await passed(place, 40)
        await jumped(place, hour)
        await passed(place, 10)
        await place.close()
        await place.open()
        sue = await place.staff(token)
        await (await place.staff(cy)).ask("presence.set", status="available", capacity=0)
        assert place.desk.routing.queue_states(["media"])[0].longest_wait_s == 50
        await jumped(place, -hour)
        await passed(place, 49)
        assert place.desk.routing.queue_states(["media"])[0].longest_wait_s == 99
        assert alarms(sue, "queue") == []
        assert open_chat(place, chat) == ("queued", "media", None)
        await passed(place, 1)
        assert open_chat(place, chat) == ("queued", "prod", None)
