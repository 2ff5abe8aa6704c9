"""Supervisors change an agent's capacity and teams for today. The morning's values return when the day is over."""

from __future__ import annotations

from tests.running import Frame
from tests.stories.client_in_memory import Client
from tests.stories.conftest import Opening
from tests.stories.desk_in_memory import DeskInMemory
from tests.stories.people_in_memory import available, begun, joined, open_chat
from tests.stories.test_directing import asked, audited

DAY_S = 86_400


async def changed(place: DeskInMemory, by: Client, agent: Client, **to: object) -> tuple[int, str]:
    return await asked(place, by, "PATCH", f"/api/staff/{agent.peer.person}", to)


async def next_day(place: DeskInMemory) -> None:
    place.clock.forward(DAY_S)
    await place.desk.supervision.day_changes.sweep()
    await place.quiet()


def now(place: DeskInMemory, agent: Client) -> tuple[int, list[str], str | None]:
    known = place.desk.routing.floor.get(agent.peer.person)
    assert known is not None
    return known.capacity, sorted(known.teams), known.choice.today_by


async def test_agent_is_told_and_has_the_old_values_the_next_day(opened: Opening) -> None:
    async with opened() as place:
        pri = await available(place, "Priya", capacity=1)
        sue = await joined(place, "Sue", role="supervisor", capacity=5)
        ann = await joined(place, "Ann", "media", "prod", role="supervisor")
        _, first = await begun(place)
        assert await changed(place, sue, pri, capacity=0) == (204, "")
        news: Frame = pri.newest("presence", staff=pri.peer.person)
        assert (news["capacity"], news["today_by"]) == (0, "Sue")
        assert open_chat(place, first) == ("active", "media", pri.peer.person)
        assert await changed(place, ann, pri, capacity=3, teams=["prod"]) == (204, "")
        assert now(place, pri) == (3, ["prod"], "Ann")
        assert open_chat(place, first) == ("active", "media", pri.peer.person)
        assert await audited(place, "change_today") == [
            (sue.peer.person, pri.peer.person),
            (ann.peer.person, pri.peer.person),
        ]
        await place.desk.supervision.day_changes.sweep()
        assert now(place, pri) == (3, ["prod"], "Ann")
        await next_day(place)
        assert now(place, pri) == (1, ["media"], None)


async def test_value_that_somebody_changed_meanwhile_stays(opened: Opening) -> None:
    async with opened() as place:
        pri = await available(place, "Priya", capacity=2)
        ann = await joined(place, "Ann", "media", "prod", role="supervisor")
        assert await changed(place, ann, pri, capacity=4, teams=["media", "prod"]) == (204, "")
        # Their rights have changed: the line ended, and the console connects again.
        pri = await place.staff(pri.token)
        await pri.command("presence.set", status="available", capacity=5)
        await next_day(place)
        assert now(place, pri) == (5, ["media"], None)


async def test_supervisor_ends_a_change_within_their_teams(opened: Opening) -> None:
    async with opened() as place:
        pri = await available(place, "Priya", capacity=2)
        sue = await joined(place, "Sue", role="supervisor")
        ann = await joined(place, "Ann", "media", "prod", role="supervisor")
        assert await changed(place, sue, pri, usual=True) == (409, "conflict")
        assert await changed(place, sue, pri, usual=True, capacity=1) == (422, "invalid")
        assert await changed(place, ann, pri, capacity=4) == (204, "")
        known = place.desk.routing.floor.get(pri.peer.person)
        assert known is not None and known.choice.today_changed == {"capacity"}
        assert await changed(place, ann, pri, teams=["prod", "media"]) == (204, "")
        assert await changed(place, sue, pri, usual=True) == (403, "forbidden")
        assert await changed(place, ann, pri, usual=True) == (204, "")
        assert now(place, pri) == (2, ["media"], None)
        assert await audited(place, "end_today") == [(ann.peer.person, pri.peer.person)]


async def test_supervisor_changes_only_agents_and_teams_of_their_own(opened: Opening) -> None:
    async with opened() as place:
        pri = await available(place, "Priya", "media", "prod")
        sue = await joined(place, "Sue", "media", "finance", role="supervisor")
        fay = await joined(place, "Fay", "finance", role="supervisor")
        assert await changed(place, fay, pri, capacity=1) == (404, "not_found")
        assert await changed(place, sue, fay, capacity=1) == (404, "not_found")
        assert await changed(place, pri, pri, capacity=1) == (403, "forbidden")
        bad: list[dict[str, object]] = [{"teams": ["prod"]}, {"teams": []}, {"capacity": 51}, {"teams": ["nosuch"]}, {}]
        for to in bad:
            assert await changed(place, sue, pri, **to) == (422, "invalid")
        assert now(place, pri)[1:] == (["media", "prod"], None)
        assert await changed(place, sue, pri, teams=["finance"]) == (204, "")
        assert now(place, pri)[1:] == (["finance", "prod"], "Sue")


async def test_staff_lists_name_who_changed_somebody_for_today(opened: Opening) -> None:
    """Staff of other teams do not read it. It is gone with the day."""
    async with opened() as place:
        pri, bo = await available(place, "Priya"), await joined(place, "Bo")
        sue = await joined(place, "Sue", role="supervisor")
        fay = await joined(place, "Fay", "finance")
        _, ada = await place.enrol("Ada", role="admin", teams=())
        assert await changed(place, sue, pri, capacity=1) == (204, "")

        async def listed() -> list[str | None]:
            found: list[str | None] = []
            reads = ((bo.token, "/api/staff"), (fay.token, "/api/staff?everybody=true"), (ada, "/api/admin/users"))
            for token, path in reads:
                async with place.http(token) as http:
                    found += [row["today_by"] for row in (await http.get(path)).json() if row["name"] == "Priya"]
            return found

        assert await listed() == ["Sue", None, "Sue"]
        await next_day(place)
        assert await listed() == [None, None, None]
