"""Supervisors take care of alarms: shown to all of them, stored, and over with the alarm."""

from __future__ import annotations

import pytest

from clock import rfc3339
from routing.adapters import alarm_store
from routing.adapters.alarm_store import Care, Cause
from storage.ports import Tx
from tests.running import Frame
from tests.stories.client_in_memory import Client
from tests.stories.conftest import Opening
from tests.stories.desk_in_memory import DeskInMemory
from tests.stories.people_in_memory import begun, joined, passed
from tests.stories.test_directing import asked, audited

LONG_WAIT = {"kind": "queue", "team": "media"}


async def waited(place: DeskInMemory) -> tuple[Client, str]:
    """A customer who waits so long that there is an alarm."""
    customer, chat = await begun(place)
    await passed(place, 121)
    return customer, chat


async def history(place: DeskInMemory, reader: Client) -> list[Frame]:
    async with place.http(reader.token) as http:
        answer = await http.get("/api/alarms")
        assert answer.status_code == 200, answer.text
        found: list[Frame] = answer.json()["alarms"]
        return [alarm for alarm in found if alarm["kind"] == "queue"]


async def test_all_supervisors_of_the_team_see_at_once_who_has_an_alarm(opened: Opening) -> None:
    async with opened("wait_target_s: 120") as place:
        sue = await joined(place, "Sue", role="supervisor")
        ann = await joined(place, "Ann", role="supervisor")
        tia = await joined(place, "Tia", "tech", role="supervisor")
        customer, chat = await waited(place)
        answer = await sue.command("alarm.have", **LONG_WAIT)
        assert answer["had_by"]["name"] == "Sue"
        for one in (sue, ann, await place.staff(ann.token)):
            assert one.newest("alarm", kind="queue")["had_by"] == {"id": sue.peer.person, "name": "Sue"}
        assert tia.last("alarm", kind="queue") is None
        assert await audited(place, "have") == [(sue.peer.person, None)]

        await ann.refused("conflict", "alarm.have", **LONG_WAIT, on=False)
        await ann.command("alarm.have", **LONG_WAIT)
        assert sue.newest("alarm", kind="queue")["had_by"]["name"] == "Ann"
        await ann.command("alarm.have", **LONG_WAIT, on=False)
        assert "had_by" not in sue.newest("alarm", kind="queue")

        await ann.command("alarm.have", **LONG_WAIT)
        await customer.command("chat.end", chat=chat)
        await passed(place, 1)
        assert sue.newest("alarm", kind="queue")["over"]
        await sue.refused("not_found", "alarm.have", **LONG_WAIT)
        [past] = await history(place, sue)
        assert past["cleared_at"] is not None and past["had_by"]["name"] == "Ann"
        assert await history(place, tia) == []

        await waited(place)
        assert "had_by" not in sue.newest("alarm", kind="queue")


async def test_muted_alarm_stays_muted_over_a_restart_and_when_it_begins_again(opened: Opening) -> None:
    async with opened("wait_target_s: 120") as place:
        sue = await joined(place, "Sue", role="supervisor")
        customer, chat = await waited(place)
        assert await asked(place, sue, "POST", "/api/alarms/mute", LONG_WAIT | {"minutes": 15}) == (204, "")
        until = sue.newest("alarm", kind="queue")["muted_until"]
        await sue.command("alarm.have", **LONG_WAIT)
        await place.restart()
        sue = await place.staff(sue.token)
        await passed(place, 1)
        alarm = sue.newest("alarm", kind="queue")
        assert (alarm["had_by"]["name"], alarm["muted_until"]) == ("Sue", until)
        assert len(await history(place, sue)) == 1

        customer = await place.customer(customer.token)
        await customer.command("chat.end", chat=chat)
        await passed(place, 1)
        await waited(place)
        alarm = sue.newest("alarm", kind="queue")
        assert (alarm.get("had_by"), alarm["muted_until"]) == (None, until)
        await sue.command("alarm.mute", **LONG_WAIT, minutes=0)
        assert "muted_until" not in sue.newest("alarm", kind="queue")
        lifted, first = await history(place, sue)
        assert (lifted["muted_by"]["name"], lifted["muted_until"]) == ("Sue", rfc3339(place.clock()))
        assert first["muted_until"] == until > lifted["muted_until"]


@pytest.mark.parametrize("team", ["prod", "tech"])
async def test_alarm_of_another_team_is_not_there(opened: Opening, team: str) -> None:
    async with opened("wait_target_s: 120") as place:
        sue = await joined(place, "Sue", team, role="supervisor")
        pri = await joined(place, "Priya")
        await waited(place)
        await sue.refused("not_found", "alarm.mute", **LONG_WAIT, minutes=5)
        await pri.refused("forbidden", "alarm.have", **LONG_WAIT)
        assert await asked(place, sue, "POST", "/api/alarms/have", LONG_WAIT) == (404, "not_found")
        assert await asked(place, pri, "POST", "/api/alarms/have", LONG_WAIT) == (403, "forbidden")


async def test_history_names_the_customer_of_a_chat_that_the_reader_sees(opened: Opening) -> None:
    async with opened() as place:
        sue = await joined(place, "Sue", role="supervisor")
        _, media = await begun(place, name="Rajesh")
        _, prod = await begun(place, "prod", name="Noor")

        def raised(tx: Tx) -> None:
            for chat in (media, prod):
                alarm_store.raised(tx, Cause("first_reply", "media", chat), None, place.clock(), Care())

        await place.desk.storage.write(raised)
        async with place.http(sue.token) as http:
            found = (await http.get("/api/alarms")).json()["alarms"]
        assert {one["chat"]: one["customer"] for one in found} == {media: "Rajesh", prod: None}
        assert all(one["chat_started_at"] for one in found)
