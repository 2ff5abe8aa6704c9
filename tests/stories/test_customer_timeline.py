"""Staff read one timeline of a customer: what they may see of it, newest first."""

from __future__ import annotations

import httpx2

from tests.running import Frame, RunningDesk, SettableClock
from tests.stories.test_administration import token_of
from tests.stories.test_files import upload
from tests.stories.test_from_chat_to_ticket import begin

ASKED = {"requester": {"email": "danielle@northlake.example", "name": "Danielle"}}


async def kinds(http: httpx2.AsyncClient, path: str, **query: str) -> list[tuple[str, str | None]]:
    """The kind and the text of each entry, on all pages of two."""
    found: list[Frame] = []
    following: str | None = ""
    while following is not None:
        more = {"before": following} if following else {}
        page = (await http.get(path, params={"limit": "2", **query, **more})).json()
        found += page["entries"]
        following = page["next"]
    return [(entry["kind"], entry["text"]) for entry in found]


async def test_timeline_has_what_the_reader_may_see_newest_first_in_pages(
    desk: RunningDesk, clock: SettableClock
) -> None:
    customer, agent, chat = await begin(desk)
    http, person = desk.http(agent.token, Origin=desk.origin), customer.greeting["visitor"]
    path = f"/api/people/{person}/timeline"
    clock.forward(1)
    assert await kinds(http, path) == [("chat", "SO-448210 takes no dates")]
    number = (await agent.command("chat.close", chat=chat, status="open"))["ticket"]
    await customer.command("chat.rate", chat=chat, score=4)
    clock.forward(1)
    replies = f"/api/tickets/{number}/replies"
    file = (await upload(desk, agent))["id"]
    assert (await http.post(replies, json={"text": "", "files": [file]})).status_code == 200
    clock.forward(1)
    assert (await http.post(replies, json={"text": "Asked Tom", "public": False})).status_code == 200
    clock.forward(1)
    assert (await http.post(replies, json={"text": "It works now"})).status_code == 200
    clock.forward(1)
    assert (await http.post(f"/api/people/{person}/notes", json={"text": "Prefers mail"})).status_code == 200
    wei = desk.http(await token_of(desk, "Wei", "agent", ("finance",)), Origin=desk.origin)
    assert (await wei.get(path)).status_code == 404
    clock.forward(1)
    hidden = {"team": "finance", "subject": "An invoice", "text": "Secret", "requester": {"id": person}}
    assert (await wei.post("/api/tickets", json=hidden)).status_code == 201

    everything = await kinds(http, path)
    assert [one for one in everything if one[0] != "mail"] == [
        ("note", "Prefers mail"),
        ("reply", "It works now"),
        ("note", "Asked Tom"),
        ("reply", ""),
        ("chat", "SO-448210 takes no dates"),
    ]
    assert ("mail", "received") in everything
    assert await kinds(http, path, kind="reply") == [("reply", "It works now"), ("reply", "")]
    (entry,) = (await http.get(path, params={"kind": "chat"})).json()["entries"]
    assert (entry["ticket"], entry["chat"], entry["by"], entry["rating"]) == (number, chat, "Priya", 4)
    # The other team sees its ticket, and no more.
    assert await kinds(wei, path, kind="ticket") == [("ticket", "An invoice")]
    assert ("chat", "SO-448210 takes no dates") not in await kinds(wei, path)
    assert "It works now" not in str(await kinds(wei, path))
    assert (await http.get(path, params={"before": "x"})).status_code == 422


async def test_timeline_of_a_ticket_with_a_later_chat_has_both(desk: RunningDesk, clock: SettableClock) -> None:
    customer, agent, chat = await begin(desk)
    await customer.command("chat.end", chat=chat)
    http, person = desk.http(agent.token, Origin=desk.origin), customer.greeting["visitor"]
    path = f"/api/people/{person}/timeline"
    clock.forward(1)
    asked = {"team": "media", "subject": "January ask", "text": "On the phone", "requester": {"id": person}}
    number = (await http.post("/api/tickets", json=asked)).json()["number"]
    clock.forward(1)
    later = (await customer.command("chat.start", team="media", text="Any news?", ticket=number))["chat"]
    await customer.command("chat.end", chat=later)
    both = [("chat", "Any news?"), ("ticket", "January ask"), ("chat", "SO-448210 takes no dates")]
    assert [one for one in await kinds(http, path) if one[0] in ("chat", "ticket")] == both
