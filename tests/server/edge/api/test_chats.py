"""`GET /api/chats`."""

from __future__ import annotations

from typing import Any

from tests.server.edge.api.conftest import Api


async def test_staff_see_the_live_chats_of_their_teams(api: Api) -> None:
    """Oldest first, with their agents, filtered by team and state. Closed chats are omitted."""
    zoe = await api.desk.staff("Zoe", capacity=1)
    await zoe.command("presence.set", status="available")
    chats: list[str] = []
    for team in ("media", "media", "prod"):
        customer = await api.desk.customer(name=f"C{len(chats)}")
        chats.append((await customer.command("chat.start", team=team, text="Hi"))["chat"])
        if len(chats) == 1:
            await zoe.event("chat.assigned")
    maya = await api.staff()

    async def told(client: Any, **query: str) -> list[tuple[str, str, str | None]]:
        found = (await client.get("/api/chats", params=query)).json()["chats"]
        return [(about["chat"], about["state"], about["agent"] and about["agent"]["name"]) for about in found]

    assert await told(maya) == [(chats[0], "active", "Zoe"), (chats[1], "queued", None)]
    assert await told(maya, state="queued") == [(chats[1], "queued", None)]
    assert {about["words"] for about in (await maya.get("/api/chats")).json()["chats"]} == {"Hi"}
    assert await told(maya, team="prod") == [] == await told(maya, team="nonsense")
    assert [chat for chat, *_ in await told(await api.staff("boss", "supervisor", ()))] == chats
    await zoe.command("chat.close", chat=chats[0], status="open")
    await zoe.event("chat.assigned", chat=chats[1])
    assert await told(maya) == [(chats[1], "active", "Zoe")]
    refused = await maya.get("/api/chats", params={"state": "closed"})
    assert refused.status_code == 422 and set(refused.json()["fields"]) == {"state"}
