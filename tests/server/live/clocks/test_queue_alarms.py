"""Alarms about long waits, and about teams without an agent."""

from __future__ import annotations

from clock import rfc3339
from tests.server.live.clocks.test_overflow import alarms, hours
from tests.stories.desk_in_memory import desk_in_memory
from tests.stories.people_in_memory import available, begun, open_chat, passed


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


async def test_unanswered_chat_that_is_transferred_keeps_its_wait_and_alarms() -> None:
    """The customer has had no answer since they came, whoever had the chat. Overflow counts from the transfer, and so
    does the history of alarms: before it, nobody waited in this queue."""
    async with desk_in_memory(hours()) as place:
        _, token = await place.enrol("Sue", role="supervisor", teams=("media", "prod", "tech"))
        sue = await place.staff(token)
        await available(place, "Cy", "prod", capacity=0)
        fin = await available(place, "Fin", "tech")
        came = place.clock()
        _, chat = await begun(place, "tech")
        await passed(place, 300)
        await fin.command("chat.transfer", chat=chat, team="media")
        moved = place.clock()
        await passed(place, 10)
        assert open_chat(place, chat) == ("queued", "media", None)
        assert place.desk.routing.queue_states(["media"])[0].longest_wait_s == 310
        assert [alarm["since"] for alarm in alarms(sue, "queue")] == [rfc3339(came + 120_000)]
        async with place.http(token) as http:
            (about,) = (await http.get("/api/chats", params={"team": "media"})).json()["chats"]
            past = (await http.get("/api/alarms")).json()["alarms"]
        assert [one["raised_at"] for one in past if one["kind"] == "queue"] == [rfc3339(moved)]
        assert (about["reply_owed_since"], about["waiting_since"]) == (rfc3339(came), rfc3339(moved))
        assert (about["vip"], about["came_back"]) == (False, True)
