"""Rules run on events of tickets and chats: once each, within the rules of tickets, never in a circle."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy import update
from sqlmodel import col, select

from automations.adapters.tables import AutomationRow
from automations.pending import Pending
from automations.rule import Rule
from server.live.automations.rule_effects import RuleEffects
from server.live.automations.running import FAILED, NEWER
from storage.ports import Tx
from tests.running import Frame, RunningDesk, SettableClock, running
from tests.server.live.webhooks.test_delivery import Program, program
from tests.stories.test_administration import token_of
from tests.stories.test_from_chat_to_ticket import begin
from tests.stories.test_webhooks import added, heard
from ticketing.ticket import Ticket


@pytest_asyncio.fixture
async def desk(database_url: str | None, tmp_path: Path, clock: SettableClock) -> AsyncIterator[RunningDesk]:
    async with running(tmp_path / "data", clock, database_url, egress_allow="127.0.0.1") as it:
        yield it


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Program]:
    async with program() as it:
        yield it


@pytest_asyncio.fixture
async def agent(desk: RunningDesk) -> httpx2.AsyncClient:
    return desk.http(await token_of(desk, "Priya", "agent"), Origin=desk.origin)


async def rule(admin: httpx2.AsyncClient, when: str, then: Frame, *conditions: Frame, name: str = "A rule") -> str:
    """The id of a new rule."""
    made = await admin.post("/api/rules", json={"name": name, "when": when, "if": conditions, "then": then})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def ticket(agent: httpx2.AsyncClient, **fields: object) -> int:
    wanted = {"team": "media", "text": "Help", "requester": {"email": "ana@northlake.example", "name": "Ana Ruiz"}}
    made = await agent.post("/api/tickets", json=wanted | fields)
    assert made.status_code == 201, made.text
    return int(made.json()["number"])


async def by_the_next_version(desk: RunningDesk, rule: str, **given: str) -> None:
    """Store what a later version of the program would store in the row of this rule."""
    changed = update(AutomationRow).where(col(AutomationRow.id) == rule).values(**given)
    await desk.desk.storage.write(lambda tx: tx.session.connection().execute(changed))


async def state(admin: httpx2.AsyncClient, id_: str) -> Frame:
    rules: list[Frame] = (await admin.get("/api/rules")).json()["rules"]
    return next(one for one in rules if one["id"] == id_)


async def test_rule_changes_the_ticket_replies_and_tells_people_and_programs(
    desk: RunningDesk, admin: httpx2.AsyncClient, agent: httpx2.AsyncClient, receiver: Program
) -> None:
    webhook = await added(admin, receiver, "article.published")
    text = "Hello {{customer.first_name}}, #{{ticket.number}} is with {{team}}."
    reply = {"shortcut": "got-it", "name": "Got it", "scope": "all", "texts": {"en": text}}
    canned = (await admin.post("/api/replies", json=reply)).json()["id"]
    then = {"priority": "high", "add_tags": ["invoice"], "reply": canned, "notify_team": "media", "webhook": webhook}
    domain, words = {"if": "domain", "any": ["northlake.example"]}, {"if": "subject", "any": ["invoice"]}
    id_ = await rule(admin, "ticket.created", then, domain, words, name="Invoices")
    other = await ticket(agent, subject="A question")
    number = await ticket(agent, subject="Invoice missing")
    await desk.desk.rules.running.run()

    shown = (await agent.get(f"/api/tickets/{number}")).json()
    assert (shown["priority"], shown["tags"]) == ("high", ["invoice"])
    assert {line["by"]["name"] for line in shown["history"] if line["field"] == "priority"} == {"Rule: Invoices"}
    said = [one for one in shown["transcript"] if one["type"] == "reply"][-1]
    assert said["text"].startswith(f"Hello Ana, #{number} is with ") and "Rule" not in said["from"]["name"]
    assert (await agent.get(f"/api/tickets/{other}")).json()["priority"] == "normal"
    (body,) = await heard(desk, receiver)
    assert (body["type"], body["data"]["rule"], body["data"]["ticket"]) == ("rule.ran", id_, number)
    assert "ana" not in str(body).lower()
    assert (await state(admin, id_))["runs"] == 1
    letters = await desk.desk.storage.read(lambda tx: [*tx.session.connection().exec_driver_sql(LETTERS)])
    assert ("rule_notice",) in letters
    # Nobody has proven this address.
    assert ("rule_reply",) not in letters


LETTERS = "SELECT kind FROM letters"


async def test_event_of_a_rule_is_run_once_by_two_desks(
    desk: RunningDesk, admin: httpx2.AsyncClient, agent: httpx2.AsyncClient
) -> None:
    """Whoever removes the event from the queue runs the rules on it: a second run of the same event does nothing."""
    id_ = await rule(admin, "ticket.created", {"priority": "high"})
    number = await ticket(agent)
    running_, storage = desk.desk.rules.running, desk.desk.storage
    (pending,) = await storage.read(lambda tx: running_.store.pending(tx, 10))
    await running_.on(pending)
    await running_.on(pending)
    assert (await state(admin, id_))["runs"] == 1
    # A reply changes times, and no property.
    assert isinstance(desk.clock, SettableClock)
    desk.clock.forward(1)
    await rule(admin, "ticket.updated", {"notify_team": "media"})
    assert (await agent.post(f"/api/tickets/{number}/replies", json={"text": "Hello"})).status_code == 200
    assert await storage.read(lambda tx: running_.store.pending(tx, 10)) == []
    # A rule does not run on what happened before it was added.
    await agent.patch(f"/api/tickets/{number}", json={"priority": "low"})
    desk.clock.forward(1)
    late = await rule(admin, "ticket.updated", {"add_tags": ["late"]}, {"if": "changed", "any": ["priority"]})
    await running_.run()
    assert (await state(admin, late))["runs"] == 0


@pytest.mark.parametrize(
    ("when", "then", "conditions", "field"),
    [
        ("ticket.created", {"status": "solved"}, [], "resolution"),
        ("ticket.created", {"status": "solved", "resolution": "duplicate"}, [], "resolution"),
        ("ticket.created", {"status": "fixed_pending_rca"}, [], "status"),
        ("ticket.created", {"team": "nobody"}, [], "team"),
        ("ticket.created", {"assignee": "nobody"}, [], "assignee"),
        ("ticket.created", {"notify": ["nobody"]}, [], "notify"),
        ("ticket.created", {"webhook": "nobody"}, [], "webhook"),
        ("ticket.created", {"reply": "nobody"}, [], "reply"),
        ("ticket.created", {"add_tags": ["No Tag!"]}, [], "tags"),
        ("ticket.created", {"priority": "high"}, [{"if": "team", "any": ["nobody"]}], "conditions"),
        ("ticket.created", {"priority": "high"}, [{"if": "assignee", "any": ["nobody"]}], "conditions"),
        ("ticket.updated", {"priority": "high"}, [], "actions"),
    ],
)
async def test_rule_that_could_never_work_is_refused_when_it_is_saved(
    admin: httpx2.AsyncClient, when: str, then: Frame, conditions: list[Frame], field: str
) -> None:
    wanted = {"name": "A rule", "when": when, "if": conditions, "then": then}
    refused = await admin.post("/api/rules", json=wanted)
    assert (refused.status_code, list(refused.json().get("fields", {}))) == (422, [field]), refused.text
    assert (await admin.post("/api/rules/trial", json=wanted)).status_code == 422


async def test_refused_action_leaves_the_ticket_alone_and_marks_the_rule(
    desk: RunningDesk, admin: httpx2.AsyncClient, agent: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code may fit the team when the rule is saved, and not fit the ticket when it runs. Rules behind it run, also
    if the program fails on it."""
    take = RuleEffects.take

    def failing_take(
        self: RuleEffects, tx: Tx, rule: Rule, pending: Pending, on: Ticket | None, team: str, now: int
    ) -> None:
        take(self, tx, rule, pending, on, team, now)
        if rule.name == "Broken":
            raise ZeroDivisionError

    monkeypatch.setattr(RuleEffects, "take", failing_take)
    broken = await rule(admin, "ticket.created", {"add_tags": ["broken"]}, name="Broken")
    then = {"status": "awaiting_reply", "add_tags": ["late"]}
    failing = await rule(admin, "ticket.created", then, name="Waits")
    behind = await rule(admin, "ticket.created", {"priority": "low"}, name="Behind")
    number = await ticket(agent, requester={"name": "Ana Ruiz"})
    await desk.desk.rules.running.run()
    shown = (await agent.get(f"/api/tickets/{number}")).json()
    assert (shown["status"], shown["tags"], shown["priority"]) == ("open", [], "low")
    marked = await state(admin, failing)
    assert "no address" in marked["failure"] and (marked["runs"], marked["failures"]) == (0, 1)
    assert (await state(admin, behind))["runs"] == 1
    assert (await state(admin, broken))["failure"] == FAILED
    audit = (await admin.get("/api/admin/audit")).json()["lines"]
    assert next((one["verb"], one["thing_id"]) for one in audit if one["thing"] == "rule") == ("fail", failing)


async def test_rules_that_trigger_each_other_run_once_each(
    desk: RunningDesk, admin: httpx2.AsyncClient, agent: httpx2.AsyncClient
) -> None:
    high, low = {"if": "priority", "any": ["high"]}, {"if": "priority", "any": ["low"]}
    up = await rule(admin, "ticket.updated", {"priority": "high"}, low, name="Up")
    down = await rule(admin, "ticket.updated", {"priority": "low"}, high, name="Down")
    number = await ticket(agent)
    await desk.desk.rules.running.run()
    assert (await agent.patch(f"/api/tickets/{number}", json={"priority": "low"})).status_code == 200
    await desk.desk.rules.running.run()
    first, second = await state(admin, up), await state(admin, down)
    assert (first["runs"], second["runs"]) == (1, 1)
    assert "triggered it again" in first["failure"] and second["failure"] is None
    assert (await agent.get(f"/api/tickets/{number}")).json()["priority"] == "low"


async def test_trial_shows_what_would_have_changed_and_changes_nothing(
    desk: RunningDesk, clock: SettableClock, admin: httpx2.AsyncClient, agent: httpx2.AsyncClient
) -> None:
    number = await ticket(agent, subject="Invoice", priority="low")
    mute = await ticket(agent, subject="Invoice", requester={"name": "Ben"})
    await ticket(agent, subject="Other")
    clock.forward(60)
    # Later changes do not matter: the trial sees the ticket as it was.
    assert isinstance(desk.clock, SettableClock)
    desk.clock.forward(1)
    field = {"key": "gate", "kind": "text", "labels": {"en": "Gate"}}
    assert (await admin.post("/api/admin/ticket-fields", json=field)).status_code == 201
    later = {"priority": "urgent", "custom_fields": {"gate": "12"}}
    assert (await agent.patch(f"/api/tickets/{number}", json=later)).status_code == 200
    then = {"priority": "high", "status": "awaiting_reply"}
    words = {"if": "subject", "any": ["invoice"]}
    wanted = {"name": "T", "when": "ticket.created", "if": [words], "then": then}
    trial = (await admin.post("/api/rules/trial", json=wanted)).json()
    assert (trial["hits"], trial["tickets"], trial["complete"]) == (2, 2, True)
    hits = {hit["ticket"]: hit for hit in trial["newest"]}
    assert {"field": "priority", "was": "low", "became": "high"} in hits[number]["changes"]
    assert "no address" in hits[mute]["refused"]
    of_staff = {"if": "author", "any": ["staff"]}
    replied = wanted | {"when": "ticket.replied", "if": [of_staff], "then": {"priority": "low"}}
    assert (await admin.post("/api/rules/trial", json=replied)).json()["hits"] == 3
    await desk.desk.rules.running.run()
    assert (await agent.get(f"/api/tickets/{number}")).json()["priority"] == "urgent"
    assert (await admin.get("/api/rules")).json()["rules"] == []
    lines = (await admin.get("/api/admin/audit", params={"verb": "try", "thing": "rule"})).json()["lines"]
    assert [line["detail"]["tests"] for line in lines] == [["author"], ["subject"]]


async def test_rule_on_chats_tells_of_them_and_on_their_end_changes_the_ticket(
    desk: RunningDesk, admin: httpx2.AsyncClient, receiver: Program
) -> None:
    webhook = await added(admin, receiver, "article.published")
    started = await rule(admin, "chat.started", {"webhook": webhook}, {"if": "team", "any": ["media"]})
    texts = {"en": "Goodbye from {{team}}", "fr": "Au revoir de {{team}}"}
    reply = {"shortcut": "bye", "name": "Bye", "scope": "all", "texts": texts}
    canned = (await admin.post("/api/replies", json=reply)).json()["id"]
    then = {"add_tags": ["chat"], "reply": canned}
    ended = await rule(admin, "chat.closed", then, {"if": "channel", "any": ["chat"]})
    rated = await rule(admin, "chat.rated", {"priority": "urgent"}, {"if": "rating", "any": ["1", "2"]})
    customer, agent, chat = await begin(desk)
    await desk.desk.rules.running.run()
    (body,) = await heard(desk, receiver)
    assert (body["data"]["chat"], body["data"]["ticket"]) == (chat, None)
    await desk.desk.storage.write(
        lambda tx: tx.session.connection().exec_driver_sql("UPDATE chats SET locale = 'fr-CA'").close()
    )
    number = (await agent.command("chat.close", chat=chat, status="awaiting_reply"))["ticket"]
    await customer.command("chat.rate", chat=chat, score=2)
    await desk.desk.rules.running.run()
    shown = (await desk.http(agent.token).get(f"/api/tickets/{number}")).json()
    assert (shown["tags"], shown["priority"]) == (["chat"], "urgent")
    assert [one["text"] for one in shown["transcript"] if one["type"] == "reply"] == ["Au revoir de Media"]
    assert [(await state(admin, id_))["runs"] for id_ in (started, ended, rated)] == [1, 1, 1]


async def test_rules_are_changed_ordered_switched_off_and_removed(
    desk: RunningDesk, admin: httpx2.AsyncClient, agent: httpx2.AsyncClient
) -> None:
    first = await rule(admin, "ticket.created", {"priority": "high"}, name="First")
    second = await rule(admin, "ticket.created", {"priority": "low"}, name="Second")
    ordered = await admin.put("/api/rules/order", json={"rules": [second, first]})
    assert [one["id"] for one in ordered.json()["rules"]] == [second, first]
    assert (await admin.put("/api/rules/order", json={"rules": [second]})).status_code == 409
    stale = await admin.patch(f"/api/rules/{first}", json={"name": "New"}, headers={"If-Match": '"7"'})
    assert stale.status_code == 412
    assert (await admin.patch(f"/api/rules/{first}", json={"enabled": False})).json()["enabled"] is False
    assert (await admin.delete(f"/api/rules/{second}")).status_code == 204
    number = await ticket(agent)
    await desk.desk.rules.running.run()
    assert (await agent.get(f"/api/tickets/{number}")).json()["priority"] == "normal"
    # Without a rule that waits for it, an event is not stored.
    assert await desk.desk.storage.read(lambda tx: desk.desk.rules.running.store.pending(tx, 1)) == []
    audit = (await admin.get("/api/admin/audit")).json()["lines"]
    verbs = [one["verb"] for one in audit if one["thing"] == "rule"]
    assert verbs == ["remove", "change", "order", "add", "add"]


@pytest.mark.parametrize(
    "given",
    [{"actions": '{"fly":true}'}, {"conditions": '[{"if":"moon","any":["full"]}]'}, {"event": "ticket.dreamt"}],
    ids=["an action", "a condition", "an event"],
)
async def test_rule_of_the_next_version_is_skipped_and_the_others_run(
    desk: RunningDesk, admin: httpx2.AsyncClient, agent: httpx2.AsyncClient, given: dict[str, str]
) -> None:
    newer = await rule(admin, "ticket.created", {"priority": "low"}, name="Newer")
    known = await rule(admin, "ticket.created", {"add_tags": ["new"]}, name="Known")
    await by_the_next_version(desk, newer, **given)
    await desk.desk.rules.events.follow()
    number = await ticket(agent)
    await desk.desk.rules.running.run()
    assert (await agent.get(f"/api/tickets/{number}")).json()["tags"] == ["new"]
    assert [one["id"] for one in (await admin.get("/api/rules")).json()["rules"]] == [known]
    refused = await admin.patch(f"/api/rules/{newer}", json={"name": "Mine"})
    assert (refused.status_code, "newer version" in refused.json()["detail"]) == (409, True)
    marked = select(AutomationRow.failure).where(AutomationRow.id == newer)
    failure = await desk.desk.storage.read(lambda tx: tx.session.exec(marked).one())
    assert failure == (None if "event" in given else NEWER)
