"""What one customer adds to a conversation is bounded: whoever reads it gets all of it."""

from __future__ import annotations

import asyncio

from chat.size import RATING_ROOM, SIZE_MAX
from tests.running import Client, RunningDesk
from tests.stories.test_from_chat_to_ticket import begin, ticket_of

WORST = "a" + "\x01" * 7_999
"""Six bytes a character as JSON: as many as a text can have."""
WORST_BYTES = 6 * 7_999
ENOUGH = SIZE_MAX // WORST_BYTES + 2
BESIDES = 64 * 1024
"""For places, senders and the last message."""


async def fill(customer: Client, chat: str) -> list[str]:
    """Send more than a chat takes; the ids of the messages."""
    ids = [await customer.send("message.send", chat=chat, text=WORST) for _ in range(ENOUGH)]
    await asyncio.gather(*(customer.answer(id_) for id_ in ids))
    return ids


async def test_full_chat_refuses_more_of_its_customer(desk: RunningDesk) -> None:
    """Every `ok` is a stored message, every refusal stores nothing. Ending, ticket and a new chat work as always."""
    customer, agent, chat = await begin(desk)
    ids = await fill(customer, chat)
    stored = [customer.answers[id_] for id_ in ids if customer.answers[id_]["type"] == "ok"]
    refused = [customer.answers[id_] for id_ in ids if customer.answers[id_]["type"] == "error"]
    assert refused and {answer["code"] for answer in refused} == {"too_large"}
    assert refused[0]["message"].startswith("This conversation is too long. End it and start a new one")
    assert refused[0]["chat"] == chat and "fields" not in refused[0]
    await customer.refused("too_large", "message.send", chat=chat, text="One more")
    again = await customer.again(ids[0], "message.send", chat=chat, text=WORST)
    assert again["dup"] and again["seq"] == customer.answers[ids[0]]["seq"]
    file = await desk.http(customer.token).post("/api/files", files={"file": ("a.txt", b"Dates", "text/plain")})
    await customer.refused("too_large", "message.send", chat=chat, text="", files=[file.json()["id"]])
    await agent.command("message.send", chat=chat, text="I have it all, thank you")
    await agent.command("note.add", chat=chat, text="Much text")

    ended = await customer.command("chat.end", chat=chat)
    answer = await desk.http(agent.token).get(f"/api/tickets/{ended['ticket']}")
    assert len(answer.content) < SIZE_MAX + BESIDES
    texts = [event.get("text") for event in answer.json()["transcript"]]
    assert texts.count(WORST) == len(stored)
    replied = await desk.http(customer.token).post(f"/api/tickets/{ended['ticket']}/replies", json={"text": "More"})
    assert (replied.status_code, replied.json()["code"]) == (413, "too_large")
    assert replied.json()["detail"] == "This ticket is too long. Submit a new request and mention this number."
    about = {"team": "media", "text": "More", "ticket": ended["ticket"]}
    await customer.refused("too_large", "chat.start", **about)
    await customer.command("chat.start", team="media", text="Another one")


async def test_redacted_text_makes_space_in_a_full_chat(desk: RunningDesk) -> None:
    """The size shrinks by its bytes: of the chat, or of the ticket once the chat is over."""
    customer, _agent, chat = await begin(desk)
    ids = await fill(customer, chat)
    stored = [customer.answers[id_]["seq"] for id_ in ids if customer.answers[id_]["type"] == "ok"]
    for of in stored[:2]:
        await customer.command("message.redact", chat=chat, of=of, reason="Too much")
    for text in ("One more", WORST, WORST):
        await customer.command("message.send", chat=chat, text=text)
    await customer.refused("too_large", "message.send", chat=chat, text="One more")
    ended = await customer.command("chat.end", chat=chat)
    http = desk.http(customer.token)
    reply = f"/api/tickets/{ended['ticket']}/replies"
    assert (await http.post(reply, json={"text": "More"})).status_code == 413
    for of in stored[2:4]:
        await customer.command("message.redact", chat=chat, of=of, reason="Too much")
    assert (await http.post(reply, json={"text": "More"})).status_code == 200


async def test_full_chat_can_be_rated_a_limited_number_of_times(desk: RunningDesk) -> None:
    """The last rating counts, but ratings too reach a limit."""
    customer, agent, chat = await begin(desk)
    await fill(customer, chat)
    ended = await customer.command("chat.end", chat=chat)
    rated = 0
    while (answer := await customer.ask("chat.rate", chat=chat, score=rated % 5 + 1, comment=WORST))["type"] == "ok":
        rated += 1
        assert rated <= RATING_ROOM // WORST_BYTES + 2
    assert answer["code"] == "too_large" and rated >= 2
    assert (await ticket_of(desk, agent, ended["ticket"]))["rating"] == (rated - 1) % 5 + 1
