"""What stands, told once when it begins and once when it is over, and to whom."""

from __future__ import annotations

from pathlib import Path

from chat.frames import Alarm
from server.live.sweeps import Intervals
from tests.running import Client, Frame, running
from tests.server.live.test_overflow import alarms, hours
from tests.stories.desk_in_memory import desk_in_memory
from tests.stories.people_in_memory import available, begun, jumped, open_chat, passed

LONG_WAIT = Alarm(kind="queue", team="media", since="2026-11-25T12:00:00.000Z")
OVERDUE = Alarm(kind="first_reply", team="media", since="2026-11-25T12:00:00.000Z", chat="c", customer="Danielle")


async def told(client: Client) -> list[Frame]:
    """The alarms that somebody was told so far, without their type."""
    await client.command("ping")
    return [
        {key: value for key, value in event.items() if key != "type"}
        for event in client.events
        if event["type"] == "alarm"
    ]


async def test_each_is_told_when_it_begins_and_when_it_is_over(tmp_path: Path) -> None:
    """What is found again is not told again, and the first moment counts; the team's supervisors alone are told; who
    comes later is told what stands then."""
    async with running(tmp_path, intervals=Intervals(sweep=3600.0)) as desk:
        alarms = desk.desk.alarms
        renee = await desk.staff("Renee", role="supervisor", teams=("media",))
        others = [await desk.staff("Priya"), await desk.staff("Pia", role="supervisor", teams=("prod",))]
        alarms.report("queue", [LONG_WAIT])
        alarms.report("queue", [Alarm(kind="queue", team="media", since="2026-11-25T13:00:00.000Z")])
        alarms.report("first_reply", [OVERDUE])
        waits = {"kind": "queue", "team": "media", "since": LONG_WAIT.since}
        overdue = {"kind": "first_reply", "team": "media", "since": OVERDUE.since, "chat": "c", "customer": "Danielle"}
        assert await told(renee) == [waits, overdue]
        alarms.report("queue", [])
        assert (await told(renee))[2:] == [waits | {"over": True}]
        late = await desk.staff("Rita", role="supervisor", teams=())
        assert await told(late) == [overdue]
        alarms.report("first_reply", [])
        alarms.report("first_reply", [])
        assert (await told(renee))[3:] == (await told(late))[1:] == [overdue | {"over": True}]
        assert [await told(one) for one in others] == [[], []]


async def test_whose_agent_is_gone_is_told_after_a_restart_whatever_the_clock_says() -> None:
    """The clock is set by just so much that the chat seems to wait since it began: its agent is gone all the same."""
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
        assert [alarm["chat"] for alarm in alarms(await place.staff(token), "agent_gone")] == [chat]
