"""A rule ends a chat: the customer reads why, and the chat becomes one ticket as always."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from server.live.reviews.review_facts import ClosedChat, entries_of
from tests.running import Client, Frame, RunningDesk, SettableClock, running
from tests.stories.test_from_chat_to_ticket import begin, ticket_of
from tests.stories.test_rules import rule, state

OUTAGE = "We know of the outage and are on it."
SOLVED = {"end_chat": OUTAGE, "status": "solved", "resolution": "no_issue", "add_tags": ["outage"]}
WORDS = {"if": "subject", "any": ["outage"]}


@pytest_asyncio.fixture
async def desk(database_url: str | None, tmp_path: Path, clock: SettableClock) -> AsyncIterator[RunningDesk]:
    async with running(tmp_path / "data", clock, database_url) as it:
        yield it


async def asked(desk: RunningDesk, text: str = "Is there an outage?", **hello: str) -> tuple[Client, str]:
    customer = await desk.customer(name="Danielle", **hello)
    return customer, (await customer.command("chat.start", team="media", text=text))["chat"]


def said(customer: Client, chat: str) -> list[tuple[str, str | None]]:
    return [(event["type"], event.get("text")) for event in customer.durable(chat)]


async def test_rule_ends_a_waiting_chat_with_a_word_and_its_ticket_has_the_outcome(
    desk: RunningDesk, admin: httpx2.AsyncClient
) -> None:
    id_ = await rule(admin, "chat.started", SOLVED, WORDS, name="Outage")
    customer, chat = await asked(desk, email="danielle@northlake.example")
    other, waiting = await asked(desk, "Another question")
    await desk.desk.rules.running.run()
    closed = await customer.event("chat.closed")
    assert said(customer, chat) == [("message", OUTAGE), ("chat.closed", None)]
    assert (closed["status"], closed["reason"], closed["by"]["name"]) == ("solved", "closed", None)
    agent = await desk.staff("Priya", teams=("media",))
    ticket = await ticket_of(desk, agent, closed["ticket"])
    assert (ticket["resolution"], ticket["tags"], ticket["chat"]) == ("no_issue", ["outage"], chat)
    assert {line["by"]["name"] for line in ticket["history"]} == {"Rule: Outage"}
    assert (await state(admin, id_))["runs"] == 1
    # A second run finds nothing to do, and the other chat goes on.
    await desk.desk.rules.running.run()
    assert (await other.command("message.send", chat=waiting, text="Hello?"))["seq"] == 3
    assert (await desk.http(agent.token).get(f"/api/tickets/{closed['ticket'] + 1}")).status_code == 404


async def test_rule_that_may_not_set_its_outcome_ends_no_chat(desk: RunningDesk, admin: httpx2.AsyncClient) -> None:
    """Without an address nobody can answer, so the ticket may not await a reply. Nobody is told of an end that was
    undone."""
    id_ = await rule(admin, "chat.started", {"end_chat": OUTAGE, "status": "awaiting_reply"})
    customer, chat = await asked(desk)
    await desk.desk.rules.running.run()
    assert "no address" in (await state(admin, id_))["failure"]
    assert (await customer.command("message.send", chat=chat, text="Still here?"))["seq"] == 3
    assert said(customer, chat) == []


async def test_rule_on_assignment_leaves_the_code_to_the_agent_and_its_trial_ends_nothing(
    desk: RunningDesk, admin: httpx2.AsyncClient
) -> None:
    then: Frame = {"end_chat": OUTAGE, "priority": "low"}
    trial = {"name": "T", "when": "chat.assigned", "then": then}
    await rule(admin, "chat.assigned", then)
    closing = await rule(admin, "chat.closed", {"add_tags": ["by-rule"]})
    customer, agent, chat = await begin(desk)
    assert (await admin.post("/api/rules/trial", json=trial)).json()["hits"] == 0
    assert (await customer.command("message.send", chat=chat, text="Hello?"))["seq"] == 4
    await desk.desk.rules.running.run()
    closed = await agent.event("chat.closed")
    await customer.event("chat.closed")
    ticket = await ticket_of(desk, agent, closed["ticket"])
    assert (ticket["status"], ticket["flags"], ticket["priority"]) == ("open", ["needs_code"], "low")
    assert ticket["assignee"]["name"] == "Priya"
    # What the rule wrote is no message of the agent in the review.
    reviewed = [ClosedChat(chat, closed["ticket"], None, 0, "closed")]
    (entry,) = await desk.desk.storage.read(lambda tx: entries_of(tx, reviewed, "2026-11-30"))
    assert entry.facts.agent_messages == 0
    assert (ticket["tags"], (await state(admin, closing))["runs"]) == (["by-rule"], 1)
    assert (await admin.post("/api/rules/trial", json=trial)).json()["hits"] == 1


@pytest.mark.parametrize("about_ticket", [False, True])
async def test_rule_that_ends_an_agents_chat_leaves_the_first_reply_due_unless_the_agent_wrote(
    desk: RunningDesk, admin: httpx2.AsyncClient, *, about_ticket: bool
) -> None:
    policy = {"name": "All", "first_reply": 60, "next_reply": 30}
    assert (await admin.post("/api/sla-policies", json=policy)).status_code == 201
    agent = await desk.staff("Priya", teams=("media",))
    customer = await desk.customer(name="Danielle", email="danielle@northlake.example")
    about: Frame = {}
    if about_ticket:
        ok = await customer.command("chat.start", team="media", text="It is dark")
        about = {"ticket": (await customer.command("chat.end", chat=ok["chat"]))["ticket"]}
    await rule(admin, "chat.assigned", {"end_chat": OUTAGE})
    await agent.command("presence.set", status="available")

    async def ended(*, answers: bool) -> list[tuple[str, bool]]:
        chat = (await customer.command("chat.start", team="media", text="Anybody?", **about))["chat"]
        await agent.event("chat.assigned", chat=chat)
        if answers:
            await agent.command("message.send", chat=chat, text="Which order?")
            await customer.command("message.send", chat=chat, text="SO-448210")
        await desk.desk.rules.running.run()
        number = (await agent.event("chat.closed", chat=chat))["ticket"]
        await customer.event("chat.closed", chat=chat)
        sla = (await ticket_of(desk, agent, number))["sla"]
        return [(target["metric"], target["met_at"] is not None) for target in sla]

    assert await ended(answers=False) == [("first_reply", False)]
    met = [("first_reply", True)] if about_ticket else []
    assert await ended(answers=True) == [*met, ("next_reply", False)]


async def test_rule_changes_no_ticket_of_a_chat_that_ended_before_it_ran(
    desk: RunningDesk, admin: httpx2.AsyncClient
) -> None:
    id_ = await rule(admin, "chat.started", SOLVED)
    customer, chat = await asked(desk)
    number = (await customer.command("chat.end", chat=chat))["ticket"]
    await desk.desk.rules.running.run()
    agent = await desk.staff("Priya", teams=("media",))
    ticket = await ticket_of(desk, agent, number)
    assert (ticket["status"], ticket["tags"]) == ("open", [])
    shown: Frame = await state(admin, id_)
    assert (shown["runs"], shown["failure"]) == (1, None)
