"""A chat about one's own ticket becomes a part of it, and no other ticket is made."""

from __future__ import annotations

import httpx2
import pytest

from tests.running import Client, Frame, RunningDesk, SettableClock
from tests.stories.test_people import change

ANA = {"name": "Ana", "email": "ana@northlake.example"}
DAY_S = 86_400


async def people(desk: RunningDesk) -> tuple[Client, Client, httpx2.AsyncClient]:
    """A customer, an available agent, and that agent's HTTP."""
    agent = await desk.staff("Priya")
    await agent.command("presence.set", status="available")
    return await desk.customer(**ANA), agent, desk.http(agent.token)


async def solved(desk: RunningDesk, customer: Client, staff: httpx2.AsyncClient, **wanted: object) -> int:
    """The number of a ticket of this customer that is solved."""
    answer = await desk.http(customer.token).post("/api/tickets", json={"team": "media", "text": "Dates", **ANA})
    number: int = answer.json()["number"]
    change = {"status": "solved", "resolution": "set_up", **wanted}
    (await staff.patch(f"/api/tickets/{number}", json=change)).raise_for_status()
    return number


async def chat_about(customer: Client, agent: Client, number: int, **start: object) -> str:
    """A chat about that ticket, which the agent has."""
    started = await customer.command("chat.start", team="media", text="It is back", ticket=number, **start)
    chat: str = started["chat"]
    await agent.event("chat.assigned", chat=chat)
    return chat


async def read(staff: httpx2.AsyncClient, number: int) -> Frame:
    """The ticket as staff see it."""
    answer = await staff.get(f"/api/tickets/{number}")
    assert answer.status_code == 200, answer.text
    ticket: Frame = answer.json()
    return ticket


async def test_chat_about_a_ticket_closes_with_the_chosen_outcome(desk: RunningDesk) -> None:
    """The ticket takes the status and code chosen at the close. Its transcript has both chats in order."""
    customer, agent, staff = await people(desk)
    number = await solved(desk, customer, staff)
    for resolution in ("code_fix", "data_fix"):
        chat = await chat_about(customer, agent, number)
        closed = await agent.command("chat.close", chat=chat, status="solved", resolution=resolution)
        assert closed["ticket"] == number
        assert (await read(staff, number))["resolution"] == resolution
    ticket = await read(staff, number)
    assert (ticket["status"], ticket["assignee"]["name"]) == ("solved", "Priya")
    said = [event["type"] for event in ticket["transcript"]]
    assert said == [*["chat.started", "message", "chat.assigned", "chat.closed"] * 2, "reply"]
    assert len((await staff.get("/api/tickets")).json()["tickets"]) == 1


async def test_close_against_the_ticket_rules_is_refused(desk: RunningDesk) -> None:
    """The ticket's earlier state counts: leaving the analysis for solved needs the finding, and a ticket cannot
    duplicate itself. The chat continues, and a code that may stay does."""
    customer, agent, staff = await people(desk)
    number = await solved(desk, customer, staff, status="fixed_pending_rca", workaround="Reload", resolution="code_fix")
    chat = await chat_about(customer, agent, number)
    error = await agent.refused("invalid", "chat.close", chat=chat, status="solved", resolution="code_fix")
    assert list(error["fields"]) == ["finding"]
    itself = {"status": "solved", "resolution": "duplicate", "duplicate_of": number}
    error = await agent.refused("invalid", "chat.close", chat=chat, **itself)
    assert "itself" in error["fields"]["duplicate_of"]
    await agent.command("message.send", chat=chat, text="Still here")
    await agent.command("chat.close", chat=chat, status="fixed_pending_rca")
    ticket = await read(staff, number)
    assert (ticket["resolution"], ticket["workaround"]) == ("code_fix", "Reload")


async def test_chat_ended_by_its_customer_reopens_the_ticket(desk: RunningDesk) -> None:
    """The ticket reopens without a code and is assigned to the agent of the chat."""
    customer, agent, staff = await people(desk)
    number = await solved(desk, customer, staff)
    chat = await chat_about(customer, agent, number)
    assert (await customer.command("chat.end", chat=chat))["ticket"] == number
    ticket = await read(staff, number)
    assert (ticket["status"], ticket["resolution"], ticket["assignee"]["name"]) == ("open", None, "Priya")


async def test_silent_chat_of_an_agent_off_the_team_is_unassigned(desk: RunningDesk, clock: SettableClock) -> None:
    """An agent moved to other teams keeps the chat until it ends by silence. The ticket then awaits its customer and is
    not assigned to someone who could not open it."""
    customer, agent, staff = await people(desk)
    boss = await desk.staff("Sofia", role="supervisor")
    number = await solved(desk, customer, staff)
    chat = await chat_about(customer, agent, number)
    await agent.command("message.send", chat=chat, text="Since when?")
    await change(desk, "set_role", "priya@desk.example", "agent", ["prod"], ["media", "prod"])
    # Gone for a minute, she would lose the chat.
    assert await agent.ended() == 4204
    await desk.staff_again(agent.token)
    clock.forward(901)
    closed = await customer.event("chat.closed", chat=chat)
    assert (closed["reason"], closed["ticket"], closed["status"]) == ("silent", number, "awaiting_reply")
    ticket = await read(desk.http(boss.token), number)
    assert (ticket["status"], ticket["team"], ticket["assignee"]) == ("awaiting_reply", "media", None)


async def test_chat_about_a_finally_closed_ticket_is_a_conflict(desk: RunningDesk, clock: SettableClock) -> None:
    customer, _, staff = await people(desk)
    number = await solved(desk, customer, staff)
    clock.forward(29 * DAY_S)
    again = await desk.customer(customer.token)
    await again.refused("conflict", "chat.start", team="media", text="Hm", ticket=number)


@pytest.mark.parametrize("replied", [False, True])
async def test_chat_that_outlasts_its_ticket_goes_to_one_follow_up(
    desk: RunningDesk, clock: SettableClock, replied: bool
) -> None:
    """When the time to reopen ends during the chat, a follow-up inherits people and product. If a reply already opened
    one, the chat goes there."""
    customer, agent, staff = await people(desk)
    inherits = {"product": "Lumina", "participants": ["cy@northlake.example"], "subject": "Dates"}
    number = await solved(desk, customer, staff, **inherits)
    clock.forward(27 * DAY_S)
    # Idle for so long, the agent is auto-away as soon as a sweep notices.
    await agent.command("presence.set", status="available")
    customer = await desk.customer(customer.token)
    chat = await chat_about(customer, agent, number)
    clock.forward(2 * DAY_S)
    expected = number + 1
    if replied:
        reply = await staff.post(f"/api/tickets/{number}/replies", json={"text": "We look again"})
        assert (reply.status_code, reply.json()["number"]) == (201, expected)
    assert (await customer.command("chat.end", chat=chat))["ticket"] == expected
    follow = await read(staff, expected)
    assert (follow["follow_up_of"], follow["status"]) == (number, "open")
    assert (follow["product"], follow["subject"], follow["requester"]["name"]) == ("Lumina", "Dates", "Ana")
    assert [each["email"] for each in follow["participants"]] == ["cy@northlake.example"]
    assert chat in {event.get("chat") for event in follow["transcript"]}
    old = await read(staff, number)
    assert (old["status"], [event["type"] for event in old["transcript"]]) == ("solved", ["reply"])


async def test_chat_about_a_duplicate_notes_it_on_the_survivor(desk: RunningDesk) -> None:
    """The duplicate reopens, and a note on the surviving ticket tells staff. The customer learns nothing of that
    ticket."""
    customer, agent, staff = await people(desk)
    other = await desk.customer()
    survivor = await solved(desk, other, staff)
    number = await solved(desk, customer, staff, resolution="duplicate", duplicate_of=survivor)
    chat = await chat_about(customer, agent, number)
    await customer.command("chat.end", chat=chat)
    assert (await read(staff, number))["status"] == "open"
    told = (await read(staff, survivor))["transcript"][-1]
    assert (told["type"], told["text"]) == ("note", f"New reply on duplicate #{number}, which is open again.")
    seen = (await desk.http(customer.token).get(f"/api/tickets/{number}")).json()
    assert seen["duplicate_of"] is None
