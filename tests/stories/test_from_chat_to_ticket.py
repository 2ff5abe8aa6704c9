"""A customer writes, an agent answers, the chat becomes a ticket."""

from __future__ import annotations

from typing import Any

import pytest

from tests.running import Client, RunningDesk, SettableClock, eventually


async def begin(desk: RunningDesk, **start: Any) -> tuple[Client, Client, str]:
    """A customer and Priya, in a chat of Media; the chat's id."""
    agent = await desk.staff("Priya", teams=("media",))
    await agent.command("presence.set", status="available")
    customer = await desk.customer(name="Danielle", email="danielle@northlake.example")
    ok = await customer.command("chat.start", team="media", text="SO-448210 takes no dates", **start)
    await customer.event("chat.assigned")
    await agent.event("chat.assigned")
    return customer, agent, ok["chat"]


async def ticket_of(desk: RunningDesk, agent: Client, number: int) -> dict[str, Any]:
    answer = await desk.http(agent.token).get(f"/api/tickets/{number}")
    assert answer.status_code == 200, answer.text
    ticket: dict[str, Any] = answer.json()
    return ticket


async def test_chat_from_start_to_ticket_keeps_the_transcript(desk: RunningDesk) -> None:
    """Start, assignment, messages both ways and a close with a code. The ticket has the transcript."""
    customer, agent, chat = await begin(desk, product="Spectra OX")
    assert [(e["type"], e["seq"], e["prev"]) for e in agent.durable(chat)] == [
        ("chat.started", 1, 0), ("message", 2, 1), ("chat.assigned", 3, 2),
    ]  # fmt: skip
    assert agent.durable(chat)[-1]["about"]["customer"]["email"] == "danielle@northlake.example"

    said = await agent.command("message.send", chat=chat, text="I am on it")
    assert said["seq"] == 4
    assert (await customer.event("message"))["text"] == "I am on it"
    await customer.command("message.send", chat=chat, text="Thanks")
    await agent.event("message", text="Thanks")

    closed = await agent.command("chat.close", chat=chat, status="solved", resolution="set_up")
    event = await customer.event("chat.closed")
    assert event["ticket"] == closed["ticket"] == 1
    assert (event["status"], event["resolution"], event["reason"]) == ("solved", "set_up", "closed")

    ticket = await ticket_of(desk, agent, closed["ticket"])
    assert (ticket["status"], ticket["resolution"], ticket["channel"], ticket["chat"]) == (
        "solved", "set_up", "chat", chat,
    )  # fmt: skip
    assert (ticket["team"], ticket["product"], ticket["assignee"]["name"]) == ("media", "Spectra OX", "Priya")
    assert ticket["requester"]["name"] == "Danielle" and ticket["requester"]["verified"] is False
    assert ticket["subject"] == "SO-448210 takes no dates"
    assert [event["type"] for event in ticket["transcript"]] == [
        "chat.started", "message", "chat.assigned", "message", "message", "chat.closed",
    ]  # fmt: skip
    assert [event["seq"] for event in ticket["transcript"]] == [1, 2, 3, 4, 5, 6]


async def test_chat_start_answers_with_the_queue_position(desk: RunningDesk) -> None:
    """With nobody available, two customers are first and second. The position moves up."""
    first, second = await desk.customer(), await desk.customer()
    ok = await first.command("chat.start", team="media", text="One")
    assert (ok["seq"], ok["state"], ok["position"], ok["wait_s"]) == (2, "queued", 1, None)
    assert (await second.command("chat.start", team="media", text="Two"))["position"] == 2
    await first.command("chat.end", chat=ok["chat"])
    await second.event("queue.position", position=1)


async def test_resumed_queued_chat_gets_its_position_once(desk: RunningDesk) -> None:
    """Sent right after the answer, on that connection only. Staff who open the chat do not get it."""
    first, second = await desk.customer(), await desk.customer()
    await first.command("chat.start", team="media", text="One")
    chat = (await second.command("chat.start", team="media", text="Two"))["chat"]
    await second.event("queue.position", chat=chat)
    again = await desk.customer(second.token)
    await again.command("chat.resume", chat=chat, after=0)
    told = await again.event("queue.position", chat=chat)
    assert (told["position"], told["wait_s"]) == (2, None)
    assert [frame["type"] for frame in again.heard][-2:] == ["ok", "queue.position"]
    agent = await desk.staff("Priya")
    await agent.command("chat.resume", chat=chat, after=0)
    await agent.command("ping")
    assert not [event for event in agent.events if event["type"] == "queue.position"]


async def test_page_with_a_long_query_is_stored_without_it(desk: RunningDesk) -> None:
    """The customer can still chat. Page and referrer are stored without query and fragment."""
    page, referrer = f"https://x.example/a?q={15_900 * 'x'}", f"https://y.example/b#{15_900 * 'y'}"
    customer = await desk.customer(page=page, referrer=referrer)
    await customer.command("chat.start", team="media", text="Hello?")
    agent = await desk.staff("Priya")
    await agent.command("presence.set", status="available")
    about = (await agent.event("chat.assigned"))["about"]
    assert (about["page"], about["referrer"]) == ("https://x.example/a", "https://y.example/b")
    stranger = await desk.connect("customer")
    await stranger.refused("invalid", "hello", page=f"https://x.example/a?q={16_000 * 'x'}")


async def test_chat_ended_by_the_customer_leaves_an_open_ticket(desk: RunningDesk) -> None:
    """The ticket has no code and keeps its agent. The slot is free again."""
    customer, agent, chat = await begin(desk)
    ended = await customer.command("chat.end", chat=chat)
    event = await agent.event("chat.closed")
    assert (event["ticket"], event["status"], event["resolution"], event["reason"]) == (
        ended["ticket"], "open", None, "ended",
    )  # fmt: skip
    ticket = await ticket_of(desk, agent, ended["ticket"])
    assert (ticket["status"], ticket["assignee"]["name"]) == ("open", "Priya")
    assert not desk.desk.routing.floor.held_by(agent.greeting["staff"])


async def test_customer_leaving_the_queue_abandons_the_chat(desk: RunningDesk) -> None:
    """The ticket is open, without a code and unassigned. The same holds for a chat that was answered once and waits
    again."""
    customer = await desk.customer(email="ana@northlake.example")
    other = await desk.customer(customer.token)
    chat = (await customer.command("chat.start", team="media", text="Hello?"))["chat"]
    await other.command("chat.resume", chat=chat, after=0)
    number = (await customer.command("chat.end", chat=chat))["ticket"]
    closed = await other.event("chat.closed", chat=chat)
    assert (closed["reason"], closed["by"]["kind"]) == ("abandoned", "customer")
    agent = await desk.staff("Priya")
    ticket = await ticket_of(desk, agent, number)
    assert (ticket["status"], ticket["resolution"], ticket["assignee"]) == ("open", None, None)
    await agent.command("presence.set", status="available")
    chat = (await customer.command("chat.start", team="media", text="Again"))["chat"]
    await agent.event("chat.assigned", chat=chat)
    await agent.command("presence.set", status="away")
    await agent.command("chat.transfer", chat=chat, team="media")
    await other.command("chat.resume", chat=chat, after=0)
    number = (await customer.command("chat.end", chat=chat))["ticket"]
    assert (await other.event("chat.closed", chat=chat))["reason"] == "abandoned"
    ticket = await ticket_of(desk, agent, number)
    assert (ticket["status"], ticket["assignee"]) == ("open", None)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"status": "fixed"}, "status"),
        ({"status": "solved"}, "resolution"),
        ({"status": "solved", "resolution": "nonsense"}, "resolution"),
        ({"status": "solved", "resolution": "duplicate", "duplicate_of": 4711}, "duplicate_of"),
        ({"status": "solved", "resolution": "set_up", "team": "nowhere"}, "team"),
        ({"status": "solved", "resolution": "set_up", "product": "Nothing"}, "product"),
    ],
)
async def test_close_against_the_rules_leaves_the_chat_open(
    desk: RunningDesk, fields: dict[str, Any], field: str
) -> None:
    """The refusal names the field. Nothing is stored and the chat continues. test_every_way_in.py has all codes."""
    customer, agent, chat = await begin(desk, product="Spectra OX")
    error = await agent.refused("invalid", "chat.close", chat=chat, **fields)
    assert field in error["fields"] and error["message"]
    assert (await agent.command("message.send", chat=chat, text="Still here"))["seq"] == 4
    await customer.event("message", text="Still here")


async def test_closed_chat_refuses_messages_ends_and_notes(desk: RunningDesk) -> None:
    """A message is refused with the number of the ticket. A second end and a note are refused too."""
    customer, agent, chat = await begin(desk)
    closed = await agent.command("chat.close", chat=chat, status="open")
    for client, command, fields in (
        (customer, "message.send", {"text": "Late"}),
        (agent, "message.send", {"text": "Late"}),
        (agent, "note.add", {"text": "Late"}),
        (customer, "chat.end", {}),
        (agent, "chat.close", {"status": "open"}),
    ):
        error = await client.refused("chat_closed", command, chat=chat, **fields)
        assert error["ticket"] == closed["ticket"]
    resumed = await customer.command("chat.resume", chat=chat, after=0)
    assert (resumed["state"], resumed["ticket"]) == ("closed", closed["ticket"])


async def test_customer_gone_from_queue_for_two_minutes_abandons_chat(desk: RunningDesk, clock: SettableClock) -> None:
    """The ticket is open and unassigned. A customer who returns in time keeps their place."""
    customer = await desk.customer(email="d@northlake.example")
    chat = (await customer.command("chat.start", team="media", text="Hello?"))["chat"]
    await customer.close()
    clock.forward(100)
    back = await desk.customer(customer.token)
    assert back.greeting["chats"] == [{"chat": chat, "state": "queued", "team": "media", "seq": 2}]
    clock.forward(100)
    await back.command("chat.resume", chat=chat, after=2)
    await back.close()
    await eventually(lambda: not desk.desk.hub.is_here(back.greeting["visitor"]), "the customer is gone")
    await desk.desk.background_tasks.settle()
    clock.forward(121)
    await eventually(lambda: not desk.desk.open_chats.all(), "the chat is over")
    once_more = await desk.customer(customer.token)
    await once_more.command("chat.resume", chat=chat, after=2)
    closed = await once_more.event("chat.closed")
    assert (closed["reason"], closed["status"], closed["resolution"]) == ("abandoned", "open", None)


@pytest.mark.parametrize(("email", "status"), [("d@northlake.example", "awaiting_reply"), (None, "open")])
async def test_silent_customer_chat_closes_as_awaiting_or_open(
    desk: RunningDesk, clock: SettableClock, email: str | None, status: str
) -> None:
    """Fifteen minutes after our last message. The ticket awaits a reply if there is an email address, else it is
    open."""
    agent = await desk.staff("Priya")
    await agent.command("presence.set", status="available")
    customer = await desk.customer(**({"email": email} if email else {}))
    chat = (await customer.command("chat.start", team="media", text="Hello?"))["chat"]
    await agent.event("chat.assigned")
    for by, text, passed_s in ((agent, "Are you there?", 800), (customer, "Yes", 10_000), (agent, "And now?", 901)):
        await by.command("message.send", chat=chat, text=text)
        clock.forward(passed_s)
    closed = await customer.event("chat.closed")
    assert (closed["reason"], closed["status"], closed["from"]["kind"]) == ("silent", status, "system")


async def test_supervisor_watches_and_whispers_unseen_by_the_customer(desk: RunningDesk) -> None:
    """The supervisor sees everything, the agent is told, the customer sees nothing of it. An agent may not watch."""
    customer, agent, chat = await begin(desk)
    boss = await desk.staff("Sofia", role="supervisor", teams=("media",))
    ok = await boss.command("chat.watch", chat=chat)
    assert ok["state"] == "active" and ok["about"]["chat"] == chat
    assert (await agent.event("chat.watched"))["by"] == [{"id": boss.greeting["staff"], "name": "Sofia"}]
    assert [e["seq"] for e in boss.durable(chat)] == [1, 2, 3]
    await boss.command("note.add", chat=chat, text="Ask for the order")
    assert (await agent.event("note"))["whisper"] is True
    await customer.command("message.send", chat=chat, text="Hm")
    await boss.event("message", text="Hm")
    await boss.command("chat.unwatch", chat=chat)
    assert (await agent.event("chat.watched", by=[]))["chat"] == chat
    await customer.command("message.send", chat=chat, text="Unseen")
    await agent.event("message", text="Unseen")
    assert not [e for e in boss.durable(chat) if e.get("text") == "Unseen"]
    told = str(customer.heard)
    assert "Sofia" not in told and "Ask for" not in told and "chat.watched" not in told
    await agent.refused("forbidden", "chat.watch", chat=chat)


async def test_page_that_the_customer_goes_to_reaches_staff_without_its_query(desk: RunningDesk) -> None:
    """The customer's other tabs hear nothing. A chat that begins later begins on the newest page."""
    agent = await desk.staff("Priya", teams=("media",))
    await agent.command("presence.set", status="available")
    customer = await desk.customer()
    await customer.raw({"type": "page", "page": "https://planner.example/before?token=s3cret"})
    chat = (await customer.command("chat.start", team="media", text="SO-448210 takes no dates"))["chat"]
    assert (await agent.event("chat.started"))["page"] == "https://planner.example/before"
    for page in ("javascript:alert(1)", "https://planner.example/orders/7?token=s3cret#x"):
        await customer.raw({"type": "page", "chat": chat, "page": page})
    moved = await agent.event("page")
    assert (moved["chat"], moved["page"]) == (chat, "https://planner.example/orders/7")
    assert moved["from"]["kind"] == "customer"
    await desk.desk.read_marks.save()
    pages = (await desk.http(agent.token).get(f"/api/chats/{chat}/pages")).json()["pages"]
    assert [one["page"] for one in pages] == ["https://planner.example/before", "https://planner.example/orders/7"]
    await customer.command("ping")
    assert not [event for event in customer.events if event["type"] == "page"]


async def test_typing_and_read_marks_reach_only_the_other_side(desk: RunningDesk) -> None:
    """They are not echoed to the sender. On both sides the answer to a resume has the read mark."""
    customer, agent, chat = await begin(desk)
    await customer.raw({"type": "typing", "chat": chat, "on": True, "preview": "half a thought"})
    typing = await agent.event("typing")
    assert typing["from"]["kind"] == "customer" and "preview" not in typing
    await agent.raw({"type": "typing", "chat": chat, "on": True})
    assert (await customer.event("typing"))["from"]["name"] == "Priya"
    await agent.raw({"type": "read", "chat": chat, "upto": 2})
    assert (await customer.event("read"))["upto"] == 2
    resumed = await customer.command("chat.resume", chat=chat, after=3)
    assert resumed["read"] == {"customer": 0, "staff": 2}
    assert not [e for e in customer.events if e["type"] == "typing" and e["from"]["kind"] == "customer"]


async def test_staff_greeting_counts_unread_messages_up_to_100(desk: RunningDesk) -> None:
    """Counts the customer's messages among the last hundred events. Notes and system events do not count."""
    customer, agent, chat = await begin(desk)
    await agent.command("note.add", chat=chat, text="A note")
    await customer.command("message.send", chat=chat, text="and another thing")
    again = await desk.staff_again(agent.token)
    assert [about["unread"] for about in again.greeting["chats"]] == [2]
    for number in range(101):
        await customer.command("message.send", chat=chat, text=f"{number}")
    later = await desk.staff_again(agent.token)
    assert [about["unread"] for about in later.greeting["chats"]] == [100]


async def test_queue_updates_reach_only_their_team(desk: RunningDesk) -> None:
    """The team sees who waits, how many agents are here and which chat is next. Staff of other teams see nothing."""
    agent = await desk.staff("Priya", teams=("media",))
    stranger = await desk.staff("Hannah", teams=("finance",))
    customer = await desk.customer()
    chat = (await customer.command("chat.start", team="media", text="Hi"))["chat"]
    await eventually(
        lambda: any(q["next"] == chat for e in agent.events if e["type"] == "queues" for q in e["queues"]),
        "the queue is told",
    )
    assert chat not in str(stranger.heard)
    assert {q["team"] for q in stranger.greeting["queues"]} == {"finance"}
