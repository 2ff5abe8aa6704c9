"""Customers in line: what they send and add before anybody answers, and the address they leave."""

from __future__ import annotations

from tests.attachments.samples import PDF
from tests.running import RunningDesk
from tests.stories.test_files import upload
from tests.stories.test_from_chat_to_ticket import begin, ticket_of


async def test_first_message_carries_the_files_of_its_start(desk: RunningDesk) -> None:
    """The agent finds text and files in one message. A file is sent once, and only by who uploaded it."""
    customer, stranger = await desk.customer(), await desk.customer()
    file, theirs = await upload(desk, customer, PDF), await upload(desk, stranger, PDF)
    start = {"team": "media", "text": "It fails since Monday"}
    await customer.refused("invalid", "chat.start", **start, files=[theirs["id"]])
    started = await customer.command("chat.start", **start, files=[file["id"]])
    agent = await desk.staff("Priya", teams=("media",))
    await agent.command("presence.set", status="available")
    await agent.event("chat.assigned")
    first = next(event for event in agent.durable(started["chat"]) if event["type"] == "message")
    assert (first["text"], [each["name"] for each in first["files"]]) == ("It fails since Monday", ["plan.pdf"])
    await customer.refused("invalid", "message.send", chat=started["chat"], text="Again", files=[file["id"]])


async def test_texts_written_in_line_reach_the_agent_who_answers(desk: RunningDesk) -> None:
    customer = await desk.customer()
    chat = (await customer.command("chat.start", team="media", text="It fails"))["chat"]
    for text in ("In Edge and in Chrome", "Since Monday"):
        await customer.command("message.send", chat=chat, text=text)
    agent = await desk.staff("Priya", teams=("media",))
    await agent.command("presence.set", status="available")
    await agent.event("chat.assigned")
    said = [event["text"] for event in agent.durable(chat) if event["type"] == "message"]
    assert said == ["It fails", "In Edge and in Chrome", "Since Monday"]


async def test_address_given_in_line_is_that_of_the_ticket(desk: RunningDesk) -> None:
    """Agents who answer see it too. The last one counts, unverified."""
    customer = await desk.customer(name="Danielle")
    chat = (await customer.command("chat.start", team="media", text="It fails"))["chat"]
    refused = await customer.refused("invalid", "chat.address", chat=chat, email="danielle@")
    assert "email" in refused["fields"]
    await customer.command("chat.address", chat=chat, email="old@northlake.example")
    given = await customer.command("chat.address", chat=chat, email="Danielle@Northlake.example")
    assert given["seq"] == 4
    await (await desk.customer()).refused("not_found", "chat.address", chat=chat, email="x@northlake.example")
    agent = await desk.staff("Priya", teams=("media",))
    await agent.command("presence.set", status="available")
    about = (await agent.event("chat.assigned"))["about"]
    assert (about["customer"]["email"], about["customer"]["verified"]) == ("Danielle@northlake.example", False)
    assert [event["email"] for event in agent.durable(chat) if event["type"] == "chat.addressed"] == [
        "old@northlake.example",
        "Danielle@northlake.example",
    ]
    ended = await customer.command("chat.end", chat=chat)
    ticket = await ticket_of(desk, agent, ended["ticket"])
    assert ticket["requester"]["email"] == "Danielle@northlake.example"
    await customer.refused("chat_closed", "chat.address", chat=chat, email="x@northlake.example")


async def test_what_the_site_says_meanwhile_replaces_what_it_said_before(desk: RunningDesk) -> None:
    """Staff see it, also those who come later; nobody else may say it, and not once the chat is over."""
    customer = await desk.customer()
    said = {"Plan": "Silver", "Order": "SO-448231"}
    chat = (await customer.command("chat.start", team="media", text="It fails", fields=said))["chat"]
    await customer.command("chat.describe", chat=chat, fields={"Plan": "Gold"})
    agent = await desk.staff("Priya", teams=("media",))
    await agent.command("presence.set", status="available")
    await agent.event("chat.assigned")
    await customer.command("chat.describe", chat=chat, fields={})
    assert (await agent.event("chat.described", fields={}))["from"]["kind"] == "customer"
    told = [event["fields"] for event in agent.durable(chat) if "fields" in event]
    assert told == [said, {"Plan": "Gold"}, {}]
    too_many = {f"{number}": "x" for number in range(21)}
    await customer.refused("invalid", "chat.describe", chat=chat, fields=too_many)
    await (await desk.customer()).refused("not_found", "chat.describe", chat=chat, fields={})
    await customer.command("chat.end", chat=chat)
    await customer.refused("chat_closed", "chat.describe", chat=chat, fields={})


async def test_address_given_to_an_agent_shows_at_once(desk: RunningDesk) -> None:
    customer, agent, chat = await begin(desk)
    await customer.command("chat.address", chat=chat, email="lise@northlake.example")
    assert (await agent.event("chat.addressed"))["email"] == "lise@northlake.example"
