"""Alarms are told when they begin, when they are over, and to supervisors who connect."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from chat.frames.floor import Alarm
from identity.actor import Actor, Role
from server.live.alarms.alarm_care import AlarmCare
from server.live.alarms.alarms import Alarms
from tests.chat.adapters.test_hub import Screen
from tests.server.live.clocks.test_overflow import alarms as alarms_of
from tests.server.live.clocks.test_overflow import hours
from tests.server.live.fakes import FakeTelling
from tests.stories.desk_in_memory import desk_in_memory
from tests.stories.people_in_memory import available, begun, jumped, open_chat, passed

LONG_WAIT = Alarm(kind="queue", team="media", since="2026-11-25T12:00:00.000Z")
OVERDUE = Alarm(kind="first_reply", team="media", since="2026-11-25T12:00:00.000Z", chat="c", customer="Danielle")


def test_alarm_is_sent_when_it_begins_and_when_it_ends() -> None:
    """While it lasts it is not sent again, and it keeps its start time."""
    telling = FakeTelling()
    alarms = Alarms(telling, AlarmCare(lambda: 0))
    alarms.report("queue", [LONG_WAIT])
    alarms.report("queue", [replace(LONG_WAIT, since="2026-11-25T13:00:00.000Z")])
    alarms.report("first_reply", [OVERDUE])
    alarms.report("queue", [])
    alarms.report("queue", [])
    assert telling.told == [
        ("supervisors of media", LONG_WAIT),
        ("supervisors of media", OVERDUE),
        ("supervisors of media", replace(LONG_WAIT, over=True)),
    ]


@pytest.mark.parametrize(
    ("role", "teams", "count"), [("supervisor", (), 1), ("supervisor", ("prod",), 0), ("agent", ("media",), 0)]
)
async def test_connecting_supervisor_gets_the_alarms_of_their_teams(
    role: Role, teams: tuple[str, ...], count: int
) -> None:
    """A supervisor without teams gets all alarms."""
    telling = FakeTelling()
    alarms = Alarms(telling, AlarmCare(lambda: 0))
    alarms.report("queue", [LONG_WAIT])
    peer = Screen("sue", staff=True)
    peer.actor = Actor("staff", "sue", role=role, teams=frozenset(teams))
    alarms.greet(peer)
    await asyncio.sleep(0)
    assert telling.told[1:] == [("sue", LONG_WAIT)] * count


def test_person_who_connected_to_another_process_is_sent_the_active_alarms() -> None:
    """The process where they are connected knows their teams."""
    telling = FakeTelling()
    alarms = Alarms(telling, AlarmCare(lambda: 0))
    alarms.report("queue", [LONG_WAIT])
    alarms.remind("ada", OVERDUE)
    telling.told.clear()
    for staff in ("ada", "sue"):
        alarms.answer(staff)
    assert telling.told == [("ada", OVERDUE), ("ada", LONG_WAIT), ("sue", LONG_WAIT)]


@pytest.mark.parametrize(("agent", "role"), [("ada", "agent"), ("bo", "agent"), ("sue", "supervisor")])
async def test_reminder_is_sent_again_to_the_agent_who_connects_while_it_is_active(agent: str, role: Role) -> None:
    """Only to the agent who owes the response. Supervisors get no alarm yet."""
    telling = FakeTelling()
    alarms = Alarms(telling, AlarmCare(lambda: 0))
    alarms.remind("ada", OVERDUE)
    peer = Screen(agent, staff=True)
    peer.actor = Actor("staff", agent, role=role, teams=frozenset({"media"}))
    alarms.greet(peer)
    await asyncio.sleep(0)
    assert telling.told[1:] == [("ada", OVERDUE)] * (agent == "ada")
    alarms.reminded("ada", OVERDUE)
    alarms.greet(peer)
    await asyncio.sleep(0)
    assert telling.told[-1] == ("ada", replace(OVERDUE, over=True))


async def test_agent_gone_alarm_survives_a_restart_after_a_clock_jump() -> None:
    """The clock is set back so far that the chat seems to have waited since it began. Its agent is still reported as
    gone."""
    async with desk_in_memory(hours()) as place:
        _, token = await place.enrol("Sue", role="supervisor")
        ada = await available(place, "Ada")
        _, chat = await begun(place)
        await place.cut(ada)
        await passed(place, 60)
        assert open_chat(place, chat) == ("queued", "media", None)
        await jumped(place, -60)
        await place.close()
        await place.open()
        assert [alarm["chat"] for alarm in alarms_of(await place.staff(token), "agent_gone")] == [chat]
