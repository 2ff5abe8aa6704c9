"""What the demo's supervisor did before the demo starts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from identity.actor import Actor
from server.demo.supervised import CAPACITY_TODAY, OVERDUE_MS, add_past_alarms, supervise
from storage.ports import Tx
from tests.running import Frame
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import always_open, available, begun, passed


async def staff_of(place: DeskInMemory) -> dict[str, Actor]:
    return {str(one.name): one for one in await place.desk.storage.read(place.desk.people.all_staff)}


async def started_again(place: DeskInMemory, done: Callable[[Tx], None], ines: str, customer: str = "") -> list[Frame]:
    """Do this, and start the desk. The customer comes back. The alarms about chats that Ines gets."""
    await place.desk.storage.write(done)
    await place.restart()
    await place.customer(customer or None)
    await passed(place, 1)
    async with place.http(ines) as http:
        found: list[Frame] = (await http.get("/api/floor")).json()["alarms"]
    return [alarm for alarm in found if alarm["chat"]]


async def test_supervisor_has_the_alarm_of_hannahs_chat_and_changed_jonas_for_today() -> None:
    """The alarm that the desk raises by itself is hers at once. Another start changes nothing."""
    async with desk_in_memory(always_open()) as place:
        hannah = await available(place, "Hannah")
        await available(place, "Jonas", "prod")
        _, ines = await place.enrol("Ines", role="supervisor", teams=("media", "prod"))
        customer, chat = await begun(place)
        await hannah.command("message.send", chat=chat, text="Which two?")
        await customer.command("message.send", chat=chat, text="Utrecht and Ghent")
        place.clock.forward(OVERDUE_MS / 1000 + 60)
        staff = await staff_of(place)
        for _ in range(2):
            done = partial(supervise, people=place.desk.people, staff=staff, now=place.clock.at, zone="UTC")
            (alarm,) = await started_again(place, done, ines, customer.token)
            assert (alarm["kind"], alarm["chat"], alarm["had_by"]["name"]) == ("next_reply", chat, "Ines")
        async with place.http(ines) as http:
            colleagues = {row["name"]: row for row in (await http.get("/api/staff")).json()}
        assert (colleagues["Jonas"]["capacity"], colleagues["Jonas"]["today_by"]) == (CAPACITY_TODAY, "Ines")
        assert colleagues["Hannah"]["today_by"] is None


async def test_past_alarms_are_over_and_some_had_somebody() -> None:
    async with desk_in_memory(always_open()) as place:
        _, ines = await place.enrol("Ines", role="supervisor", teams=())
        done = partial(add_past_alarms, staff=await staff_of(place), now=place.clock.at)
        assert await started_again(place, done, ines) == []
        async with place.http(ines) as http:
            history = (await http.get("/api/alarms")).json()["alarms"]
        assert {row["kind"] for row in history} == {"queue", "unstaffed"}
        assert {row["had_by"] is not None for row in history} == {True, False}
        assert all(row["cleared_at"] for row in history)
