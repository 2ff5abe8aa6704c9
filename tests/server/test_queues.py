"""Who waits for too long: other teams, and what supervisors are told."""

from __future__ import annotations

import pytest

from tests.running import Frame
from tests.stories.desk_in_memory import Client, desk_in_memory
from tests.stories.people_in_memory import available, begun, jumped, open_chat, passed

HOURS = """\
timezone: UTC
schedules:
  always: {{mon: [{day}], tue: [{day}], wed: [{day}], thu: [{day}], fri: [{day}], sat: [{day}], sun: [{day}]}}
  never: {{}}
teams:
  media: {{name: Media, schedule: always, overflow: {{to: prod, after_s: 100}}, wait_target_s: 120, unstaffed_s: 180}}
  prod: {{name: Prod, schedule: {prod}, overflow: {{to: media, after_s: 100}}}}
"""


def hours(prod: str = "always") -> str:
    return HOURS.format(day='"00:00-24:00"', prod=prod)


def alarms(client: Client, kind: str) -> list[Frame]:
    """Those that began."""
    told = (frame for frame in client.line.frames if frame["type"] == "alarm" and frame["kind"] == kind)
    return [frame for frame in told if not frame.get("over")]


async def test_it_flows_over_once() -> None:
    """After its time, not before; it does not come back, though the other team would send it."""
    async with desk_in_memory(hours()) as place:
        await available(place, "Cy", "prod", capacity=0)
        _, chat = await begun(place)
        await passed(place, 99)
        assert open_chat(place, chat) == ("queued", "media", None)
        await passed(place, 1)
        assert open_chat(place, chat) == ("queued", "prod", None)
        await passed(place, 500)
        assert open_chat(place, chat) == ("queued", "prod", None)


async def test_not_to_a_closed_team() -> None:
    """It waits on where it is."""
    async with desk_in_memory(hours("never")) as place:
        _, chat = await begun(place)
        await passed(place, 500)
        assert open_chat(place, chat) == ("queued", "media", None)


@pytest.mark.parametrize("somebody", [True, False])
async def test_not_to_nobody(somebody: bool) -> None:
    """A team keeps its queue where the other has nobody, whether it has somebody itself or not; until the other has."""
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
async def test_a_clock_that_is_set_moves_nobody(hour: int) -> None:
    """An hour ahead or back, nobody has waited longer or less for that: the rest of the time is what it was."""
    async with desk_in_memory(hours()) as place:
        await available(place, "Cy", "prod", capacity=0)
        _, chat = await begun(place)
        await passed(place, 50)
        await jumped(place, hour)
        await passed(place, 49)
        assert open_chat(place, chat) == ("queued", "media", None)
        await passed(place, 1)
        assert open_chat(place, chat) == ("queued", "prod", None)


async def test_supervisors_hear_of_it_once() -> None:
    """Of a long wait, and of a team without anybody: while it lasts not again, and again when it begins again."""
    async with desk_in_memory(hours("never")) as place:
        _, token = await place.enrol("Sue", role="supervisor")
        sue = await place.staff(token)
        customer, chat = await begun(place)
        await passed(place, 179)
        assert (len(alarms(sue, "queue")), len(alarms(sue, "unstaffed"))) == (1, 0)
        await passed(place, 1)
        await passed(place, 1)
        assert (len(alarms(sue, "queue")), len(alarms(sue, "unstaffed"))) == (1, 1)
        await customer.ask("chat.end", chat=chat)
        await passed(place, 1)
        await begun(place)
        await passed(place, 121)
        assert (len(alarms(sue, "queue")), len(alarms(sue, "unstaffed"))) == (2, 1)
