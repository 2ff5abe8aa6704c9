"""Alarms about long waits, and about teams without an agent."""

from __future__ import annotations

from clock import rfc3339
from tests.server.live.test_overflow import alarms, hours
from tests.stories.desk_in_memory import desk_in_memory
from tests.stories.people_in_memory import begun, passed


async def test_long_wait_and_unstaffed_team_alarm_once_each() -> None:
    """Each says since when. There is no second alarm while the state lasts, but a new one when it recurs."""
    async with desk_in_memory(hours("never")) as place:
        _, token = await place.enrol("Sue", role="supervisor")
        sue = await place.staff(token)
        since = place.clock()
        customer, chat = await begun(place)
        await passed(place, 179)
        assert (len(alarms(sue, "queue")), len(alarms(sue, "unstaffed"))) == (1, 0)
        await passed(place, 1)
        await passed(place, 1)
        assert [alarm["since"] for alarm in alarms(sue, "queue")] == [rfc3339(since + 120_000)]
        assert [alarm["since"] for alarm in alarms(sue, "unstaffed", team="media")] == [rfc3339(since)]
        await customer.ask("chat.end", chat=chat)
        await passed(place, 1)
        assert sue.newest("alarm", kind="queue")["over"] is True
        await begun(place)
        await passed(place, 121)
        assert (len(alarms(sue, "queue")), len(alarms(sue, "unstaffed"))) == (2, 1)
