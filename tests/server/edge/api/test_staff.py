"""`GET /api/staff`."""

from __future__ import annotations

from typing import Any

from routing.adapters.store import set_languages
from tests.running import eventually
from tests.server.edge.api.conftest import Api


async def test_colleagues_are_listed_with_presence_and_capacity(api: Api) -> None:
    """The members of the caller's teams by name, with status, connection, open chats, free slots and paused teams."""
    zoe = await api.desk.staff("Zoe")
    await api.desk.staff("Otto", teams=("prod",))
    await zoe.command("presence.set", status="available", reason="Back", capacity=3, paused=["prod"])
    customer = await api.desk.customer()
    await customer.command("chat.start", team="media", text="Hi")
    await zoe.event("chat.assigned")
    await zoe.command("presence.set", status="available", reason="Back", paused=["media", "prod"])
    maya = await api.staff("maya", teams=("media", "tech"))
    told = (await maya.get("/api/staff")).json()
    assert [(person["name"], person["teams"]) for person in told] == [("Maya", ["media", "tech"]), ("Zoe", ["media"])]
    facts = {key: told[1][key] for key in ("status", "reason", "connected", "held", "capacity", "free", "paused")}
    chosen = {"status": "available", "reason": "Back", "capacity": 3, "paused": ["media"]}
    assert facts == {**chosen, "connected": True, "held": 1, "free": 2}
    assert not told[0]["connected"] and told[0]["status"] == "away"
    await zoe.close()
    await eventually(lambda: not api.desk.desk.routing.floor.agents("media")[-1].connected, "Zoe is gone")
    assert not (await maya.get("/api/staff")).json()[1]["connected"]


async def test_colleagues_are_listed_with_their_languages(api: Api) -> None:
    zoe = await api.desk.staff("Zoe")
    maya = await api.staff("maya")
    now = api.desk.clock()
    await api.desk.desk.storage.write(lambda tx: set_languages(tx, zoe.greeting["staff"], ["fr", "es", "fr"], now))
    told = (await maya.get("/api/staff")).json()
    assert [(person["name"], person["languages"]) for person in told] == [("Maya", []), ("Zoe", ["es", "fr"])]


async def test_colleagues_of_other_teams_are_not_listed(api: Api) -> None:
    """A foreign team looks like an unknown one. A supervisor of all teams sees everybody."""
    for name, teams in (("maya", ("media",)), ("otto", ("prod",))):
        await api.staff(name, teams=teams)
    sana = await api.staff("sana", "supervisor", ("media",))
    boss = await api.staff("boss", "supervisor", ())

    async def names(client: Any, **query: str) -> list[str]:
        return [person["name"] for person in (await client.get("/api/staff", params=query)).json()]

    assert await names(sana) == ["Boss", "Maya", "Sana"] == await names(sana, team="media")
    assert await names(sana, team="prod") == [] == await names(sana, team="nonsense")
    assert await names(boss) == ["Boss", "Maya", "Otto", "Sana"] and await names(boss, team="prod") == ["Boss", "Otto"]


async def test_supervisor_of_all_teams_is_listed_in_each_team(api: Api) -> None:
    """Chats can be transferred to them. They are listed with the teams that the reader may see. Admins are not
    listed."""
    await api.staff("boss", "supervisor", ())
    await api.staff("root", "admin", ())
    maya = await api.staff("maya", teams=("media",))

    async def told(**query: str) -> list[tuple[str, list[str]]]:
        people = (await maya.get("/api/staff", params=query)).json()
        return [(person["name"], person["teams"]) for person in people]

    assert await told() == [("Boss", ["media"]), ("Maya", ["media"])] == await told(team="media")
    everywhere = sorted(api.desk.desk.teams.open)
    assert await told(everybody="true") == [("Boss", everywhere), ("Maya", ["media"])]
    assert await told(everybody="true", team="prod") == [("Boss", everywhere)]


async def test_everybody_includes_colleagues_of_other_teams(api: Api) -> None:
    """With their teams and free slots, but without the reason for being away. An unknown team has no members."""
    await api.staff("maya", teams=("media", "prod"))
    otto = await api.desk.staff("Otto", teams=("prod",))
    await otto.command("presence.set", status="away", reason="At the doctor", capacity=2)
    zoe = await api.staff("zoe", teams=("media",))
    asked = {"everybody": "true"}
    told = {person["name"]: person for person in (await zoe.get("/api/staff", params=asked)).json()}
    teams = {name: person["teams"] for name, person in told.items()}
    assert teams == {"Maya": ["media", "prod"], "Otto": ["prod"], "Zoe": ["media"]}
    assert (told["Otto"]["status"], told["Otto"]["reason"], told["Otto"]["free"]) == ("away", None, 2)
    mia = await api.staff("mia", teams=("prod",))
    to_mia = (await mia.get("/api/staff", params=asked)).json()
    assert [person["reason"] for person in to_mia if person["name"] == "Otto"] == ["At the doctor"]
    in_prod = (await zoe.get("/api/staff", params={**asked, "team": "prod"})).json()
    assert [person["name"] for person in in_prod] == ["Maya", "Mia", "Otto"]
    assert (await zoe.get("/api/staff", params={**asked, "team": "nonsense"})).json() == []
    assert (await zoe.get("/api/staff", params={"everybody": "perhaps"})).status_code == 422
