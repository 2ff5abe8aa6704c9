"""The tickets of chats: closed by their agent, or ended without them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from server.live.tickets.tickets import LogsOfChats
from tests.running import Client, RunningDesk, running


@dataclass
class Shift:
    """An agent with one active chat."""

    desk: RunningDesk
    agent: Client
    customer: Client
    chat: str

    @property
    def http(self) -> httpx2.AsyncClient:
        return self.desk.http(self.agent.token)

    async def ticket(self, number: int) -> Any:
        return (await self.http.get(f"/api/tickets/{number}")).json()

    async def without_code(self, **more: str) -> list[int]:
        found = await self.http.get("/api/tickets", params={"needs_code": "true", **more})
        return [ticket["number"] for ticket in found.json()["tickets"]]


async def begun(desk: RunningDesk, agent: Client, customer: Client) -> str:
    chat: str = (await customer.command("chat.start", team="media", text="The dates are refused"))["chat"]
    await agent.event("chat.assigned", chat=chat)
    return chat


@pytest.fixture
async def shift(tmp_path: Path) -> AsyncIterator[Shift]:
    async with running(tmp_path / "data") as desk:
        agent = await desk.staff("Maya")
        await agent.command("presence.set", status="available")
        customer = await desk.customer(name="Ana", email="ana@northlake.example")
        yield Shift(desk, agent, customer, await begun(desk, agent, customer))


async def test_close_is_refused_if_the_customer_wrote_since(shift: Shift) -> None:
    """The refusal has their messages. Other events after `seen` do not count."""
    agent, customer, chat = shift.agent, shift.customer, shift.chat
    seen = (await agent.command("message.send", chat=chat, text="Try it now"))["seq"]
    written = await customer.command("message.send", chat=chat, text="One more question")
    await agent.event("message", seq=written["seq"])
    refused = await agent.refused("conflict", "chat.close", chat=chat, status="open", seen=seen)
    assert [(event["seq"], event["text"]) for event in refused["since"]] == [(written["seq"], "One more question")]
    await agent.command("note.add", chat=chat, text="Asked again")
    closed = await agent.command("chat.close", chat=chat, status="open", seen=written["seq"])
    assert closed["ticket"] == 1


async def test_removed_message_does_not_hold_a_close(shift: Shift) -> None:
    written = await shift.customer.command("message.send", chat=shift.chat, text="4111 1111 1111 1111")
    await shift.customer.command("message.redact", chat=shift.chat, of=written["seq"], reason="A card number")
    seen = written["seq"] - 1
    await shift.agent.command("chat.close", chat=shift.chat, status="open", seen=seen)


async def test_close_adds_note_and_assignee_to_the_ticket(shift: Shift) -> None:
    """Customers do not see the note. Somebody who is not on the team is refused, and the chat stays open."""
    outsider = await shift.desk.staff("Kim", teams=("finance",))
    wanted = {"chat": shift.chat, "status": "open", "note": "Ask Prod for the log"}
    refused = await shift.agent.refused("invalid", "chat.close", **wanted, assignee=outsider.greeting["staff"])
    assert set(refused["fields"]) == {"assignee"}
    colleague = await shift.desk.staff("Noor")
    number = (await shift.agent.command("chat.close", **wanted, assignee=colleague.greeting["staff"]))["ticket"]
    ticket = await shift.ticket(number)
    assert ticket["assignee"]["name"] == "Noor" and ticket["flags"] == []
    notes = [(event["from"]["name"], event["text"]) for event in ticket["transcript"] if event["type"] == "note"]
    assert notes == [("Maya", "Ask Prod for the log")]
    theirs = (await shift.desk.http(shift.customer.token).get(f"/api/tickets/{number}")).json()
    assert [event for event in theirs["transcript"] if event["type"] == "note"] == []


async def test_chat_that_the_customer_ended_needs_a_code_until_staff_choose_a_status(shift: Shift) -> None:
    """A change of other properties keeps it so. To leave the ticket open is a choice too."""
    number = (await shift.customer.command("chat.end", chat=shift.chat))["ticket"]
    me = shift.agent.greeting["staff"]
    assert await shift.without_code(assignee=me) == [number]
    assert (await shift.http.get("/api/tickets/counts")).json()["needs_code"] == 1
    assert (await shift.http.patch(f"/api/tickets/{number}", json={"subject": "Dates"})).json()["flags"] == [
        "needs_code"
    ]
    version = (await shift.ticket(number))["version"]
    change = {"status": "open", "note": "Prod looks at it"}
    late = await shift.http.patch(f"/api/tickets/{number}", json=change, headers={"If-Match": f'"{version - 1}"'})
    assert late.status_code == 412
    changed = await shift.http.patch(f"/api/tickets/{number}", json=change, headers={"If-Match": f'"{version}"'})
    assert changed.json()["flags"] == [] and changed.json()["version"] == version + 1
    assert [event["text"] for event in changed.json()["transcript"] if event["type"] == "note"] == ["Prod looks at it"]
    assert await shift.without_code() == []


async def test_undone_code_needs_a_code_again(shift: Shift) -> None:
    number = (await shift.customer.command("chat.end", chat=shift.chat))["ticket"]
    address = f"/api/tickets/{number}"
    await shift.http.patch(address, json={"status": "solved", "resolution": "set_up"})
    undone = await shift.http.patch(address, json={"status": "open", "needs_code": True})
    assert undone.json()["flags"] == ["needs_code"]
    assert await shift.without_code(assignee=shift.agent.greeting["staff"]) == [number]
    customers = await shift.desk.http(shift.customer.token).patch(address, json={"needs_code": False})
    assert customers.status_code == 403


async def test_new_statement_of_the_customer_does_not_answer_for_the_code(shift: Shift) -> None:
    """A reply keeps the flag. A ticket that is confirmed waits for a code as well."""
    number = (await shift.customer.command("chat.end", chat=shift.chat))["ticket"]
    theirs = shift.desk.http(shift.customer.token)
    replied = await theirs.post(f"/api/tickets/{number}/replies", json={"text": "Thanks", "says": "solved"})
    assert replied.status_code == 200
    assert (await shift.ticket(number))["flags"] == ["confirmed", "needs_code"]
    await shift.http.patch(f"/api/tickets/{number}", json={"status": "solved", "resolution": "set_up"})
    assert await shift.without_code() == []
    await theirs.post(f"/api/tickets/{number}/replies", json={"text": "It is back"})
    assert (await shift.ticket(number))["flags"] == []


async def test_chat_about_a_ticket_that_its_customer_ends_needs_a_code(shift: Shift) -> None:
    number = (await shift.agent.command("chat.close", chat=shift.chat, status="open"))["ticket"]
    assert await shift.without_code() == []
    again = await shift.customer.command("chat.start", team="media", text="It is back", ticket=number)
    await shift.agent.event("chat.assigned", chat=again["chat"])
    await shift.customer.command("chat.end", chat=again["chat"])
    assert await shift.without_code() == [number]


async def test_ticket_is_discussed_while_a_chat_about_it_is_open(shift: Shift) -> None:
    """Meanwhile its waiting clock holds (`ticketing.due_steps`)."""

    async def discussed() -> list[int]:
        return sorted(await shift.desk.desk.storage.read(lambda tx: LogsOfChats().discussed(tx, [number, number + 1])))

    number = (await shift.agent.command("chat.close", chat=shift.chat, status="open"))["ticket"]
    assert await discussed() == []
    again = await shift.customer.command("chat.start", team="media", text="It is back", ticket=number)
    assert await discussed() == [number]
    await shift.agent.event("chat.assigned", chat=again["chat"])
    await shift.customer.command("chat.end", chat=again["chat"])
    assert await discussed() == []
