"""`GET /api/staff`."""

from __future__ import annotations

from typing import Any

from tests.running import eventually
from tests.server.api.conftest import Api


async def test_colleagues_and_whether_they_are_here(api: Api) -> None:
    """Who is on the caller's teams, by name: what they chose, whether they are connected, how many chats they hold."""
    zoe = await api.desk.staff("Zoe")
    await api.desk.staff("Otto", teams=("prod",))
    await zoe.command("presence.set", status="available", reason="Back", capacity=3)
    customer = await api.desk.customer()
    await customer.command("chat.start", team="media", text="Hi")
    await zoe.event("chat.assigned")
    maya = await api.staff("maya", teams=("media", "tech"))
    told = (await maya.get("/api/staff")).json()
    assert [(person["name"], person["teams"]) for person in told] == [("Maya", ["media", "tech"]), ("Zoe", ["media"])]
    facts = {key: told[1][key] for key in ("status", "reason", "connected", "held", "capacity")}
    assert facts == {"status": "available", "reason": "Back", "connected": True, "held": 1, "capacity": 3}
    assert not told[0]["connected"] and told[0]["status"] == "away"
    await zoe.close()
    await eventually(lambda: not api.desk.desk.routing.agents("media")[-1].connected, "Zoe is gone")
    assert not (await maya.get("/api/staff")).json()[1]["connected"]


async def test_of_ones_own_teams_alone(api: Api) -> None:
    """A team that is not the caller's shows nobody, as one that there is not; a supervisor of all sees everybody, an
    admin and a visitor may not ask."""
    for name, teams in (("maya", ("media",)), ("otto", ("prod",))):
        await api.staff(name, teams=teams)
    sana = await api.staff("sana", "supervisor", ("media",))
    boss = await api.staff("boss", "supervisor", ())

    async def names(client: Any, **query: str) -> list[str]:
        return [person["name"] for person in (await client.get("/api/staff", params=query)).json()]

    assert await names(sana) == ["Maya", "Sana"] == await names(sana, team="media")
    assert await names(sana, team="prod") == [] == await names(sana, team="nonsense")
    assert await names(boss) == ["Maya", "Otto", "Sana"] and await names(boss, team="prod") == ["Otto"]
    assert (await (await api.staff("root", "admin", ())).get("/api/staff")).status_code == 403
    assert (await (await api.visitor()).get("/api/staff")).status_code == 403
    assert (await (await api.client()).get("/api/staff")).status_code == 401
