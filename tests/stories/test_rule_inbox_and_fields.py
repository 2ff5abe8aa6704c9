"""Rules put entries into inboxes, test and set custom fields, and say what they name that is gone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from functools import partial

import httpx2
import pytest

from automations.rule import Actions, Condition, WantedRule
from server.live.automations.rule_checks import RuleChecks
from storage.ports import Tx
from tests.running import Frame
from tests.stories.client_in_memory import Client
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import always_open, joined
from tests.stories.test_inbox import me, said, ticket_of
from tests.ticketing.statements import statements
from ticketing.adapters.store import SqlStore as SqlTickets

WEATHER: Frame = {"key": "weather", "labels": {"en": "Weather"}}
PEOPLE: Frame = {"key": "people", "labels": {"en": "People"}}
CAUSE = {
    "key": "cause",
    "kind": "choice",
    "labels": {"en": "Cause"},
    "options": [WEATHER, PEOPLE],
}


@pytest.fixture
async def place() -> AsyncIterator[DeskInMemory]:
    async with desk_in_memory(always_open()) as it:
        yield it


@pytest.fixture
async def admin(place: DeskInMemory) -> httpx2.AsyncClient:
    return place.http((await place.enrol("Ada", role="admin", teams=()))[1])


@pytest.fixture
async def priya(place: DeskInMemory) -> Client:
    return await joined(place, "Priya")


async def state(admin: httpx2.AsyncClient, id_: str) -> Frame:
    rules: list[Frame] = (await admin.get("/api/rules")).json()["rules"]
    return next(one for one in rules if one["id"] == id_)


async def test_rule_puts_entries_into_the_inboxes_of_those_who_may_see_the_ticket(
    place: DeskInMemory, admin: httpx2.AsyncClient, priya: Client
) -> None:
    ines, boss = (
        await joined(place, "Ines", role="supervisor"),
        await joined(place, "Rafael", "prod", role="supervisor"),
    )
    chief = await place.staff((await place.enrol("Wei", role="supervisor", teams=()))[1])
    follower, stranger = await joined(place, "Mateo"), await joined(place, "Hana", "prod")
    then = {"inbox": ["assignee", "followers", "supervisors"], "inbox_people": [await me(place, stranger)]}
    rule = {"name": "New", "when": "ticket.created", "then": then}
    created = (await admin.post("/api/rules", json=rule)).json()
    started = {"name": "Chats", "when": "chat.started", "then": {"inbox": ["supervisors"]}}
    assert (await admin.post("/api/rules", json=started)).status_code == 201
    no_ticket = {**started, "then": {"inbox": ["assignee"]}}
    assert (await admin.post("/api/rules", json=no_ticket)).status_code == 422
    number = await ticket_of(place, priya, assignee=await me(place, priya))
    path = f"/api/tickets/{number}/followers/{await me(place, follower)}"
    assert (await place.http(priya.token).put(path)).is_success
    customer = await place.customer()
    chat = (await customer.ask("chat.start", team="media", text="Help"))["chat"]
    await place.desk.rules.running.run()
    entry = ("rule", "Rule: New", None)
    assert await said(place, priya) == [entry]
    assert await said(place, follower) == [entry]
    # A supervisor of all teams.
    assert await said(place, chief) == [entry, ("rule", "Rule: Chats", None)]
    assert await said(place, ines) == [entry, ("rule", "Rule: Chats", None)]
    assert (await said(place, stranger), await said(place, boss)) == ([], [])
    page = (await place.http(ines.token).get("/api/inbox")).json()
    assert page["entries"][0]["chat"] == chat
    # A removed rule leaves its entries, without its name. A person who left is no fault of the rule until it changes.
    await admin.delete(f"/api/rules/{created['id']}")
    assert [by for _, by, _ in await said(place, priya)] == ["A rule"]


async def test_rule_tests_and_sets_custom_fields_and_says_when_one_is_gone(
    place: DeskInMemory, admin: httpx2.AsyncClient, priya: Client
) -> None:
    gate = {"key": "gate", "kind": "number", "labels": {"en": "Gate"}, "teams": ["prod"]}
    note = {"key": "note", "kind": "text", "labels": {"en": "Note"}}
    for defined in (CAUSE, gate, note):
        assert (await admin.post("/api/admin/ticket-fields", json=defined)).status_code == 201
    weather = {"if": "custom_field", "field": "cause", "any": ["weather"]}
    words = {"if": "custom_field", "field": "note", "any": ["gate 7"], "not": True}
    rule: Frame = {
        "name": "R",
        "when": "ticket.updated",
        "if": [weather, words],
        "then": {"custom_fields": {"note": "Gate 7"}},
    }
    refused: list[tuple[Frame, str]] = [
        ({"if": [{**weather, "any": ["fire"]}, words]}, "conditions"),
        ({"if": [{**weather, "field": "other"}, words]}, "conditions"),
        ({"if": [{"if": "team", "any": ["media"], "field": "cause"}]}, "conditions"),
        ({"then": {"custom_fields": {"cause": "fire"}}}, "custom_fields.cause"),
        ({"then": {"custom_fields": {"other": "x"}}}, "custom_fields.other"),
        (
            {"then": {"custom_fields": {"gate": 7}}, "if": [weather, {"if": "team", "any": ["media"]}]},
            "custom_fields.gate",
        ),
        ({"when": "ticket.updated", "if": [weather]}, "actions"),
    ]
    for wrong, field in refused:
        answer = await admin.post("/api/rules", json=rule | {"when": "ticket.created"} | wrong)
        assert (answer.status_code, list(answer.json()["fields"])) == (422, [field]), answer.text
    id_ = (await admin.post("/api/rules", json=rule)).json()["id"]
    number = await ticket_of(place, priya)
    path, staff = f"/api/tickets/{number}", place.http(priya.token)
    place.clock.forward(1)
    await staff.patch(path, json={"custom_fields": {"cause": "people"}})
    await place.desk.rules.running.run()
    assert (await staff.get(path)).json()["custom_fields"] == {"cause": "people"}
    await staff.patch(path, json={"custom_fields": {"cause": "weather"}})
    place.clock.forward(1)
    await place.desk.rules.running.run()
    assert (await staff.get(path)).json()["custom_fields"] == {"cause": "weather", "note": "Gate 7"}
    trial = (await admin.post("/api/rules/trial", json=rule)).json()
    assert [one["changes"][0]["field"] for one in trial["newest"]] == ["custom_fields.note"]

    # An archived option is named. The rule goes on for the tickets that have it.
    options = [{**WEATHER, "archived": True}, PEOPLE]
    assert (await admin.patch("/api/admin/ticket-fields/cause", json={"options": options})).is_success
    assert "Weather of Cause was archived" in (await state(admin, id_))["problem"]
    assert (await admin.patch("/api/admin/ticket-fields/cause", json={"archived": True})).is_success
    await staff.patch(path, json={"priority": "low"})
    await place.desk.rules.running.run()
    found = await state(admin, id_)
    assert (found["runs"], found["failures"]) == (1, 1)
    assert found["failure"] == "The custom field Cause was archived. Choose another condition."
    assert "Cause was archived" in found["problem"]


async def test_rule_that_names_what_is_gone_says_so(
    place: DeskInMemory, admin: httpx2.AsyncClient, priya: Client
) -> None:
    person = await me(place, priya)
    rule = {"name": "R", "when": "ticket.created", "then": {"notify": [person], "inbox_people": [person]}}
    id_ = (await admin.post("/api/rules", json=rule)).json()["id"]
    moved = {**rule, "if": [{"if": "team", "any": ["prod"]}], "then": {"priority": "high"}}
    other = (await admin.post("/api/rules", json=moved)).json()["id"]
    assert (await state(admin, id_))["problem"] is None
    gone = {"disabled": True, "reason": "Left"}
    assert (await admin.patch(f"/api/admin/users/{person}", json=gone)).is_success
    assert (await state(admin, id_))["problem"] == "There is no such person."
    await place.rewrite_hours("\n".join(line for line in always_open().splitlines() if "prod:" not in line))
    assert "prod" in (await state(admin, other))["problem"]
    # It can be switched off all the same.
    assert (await admin.patch(f"/api/rules/{other}", json={"enabled": False})).status_code == 200


async def test_list_of_rules_needs_as_many_queries_as_one_rule(place: DeskInMemory, priya: Client) -> None:
    """Each names people, clients, a webhook, a canned reply and fields. None of them is there, except the person."""
    checks = RuleChecks(place.desk.people, place.desk.teams, SqlTickets(), lambda: "Desk")
    person = await me(place, priya)

    def wanted(number: int) -> WantedRule:
        conditions = Condition("client", [f"c{number}", "d"]), Condition("custom_field", ["x"], field=f"f{number}")
        gone = f"gone{number}"
        notify = [person, gone]
        actions = Actions(assignee=person, notify=notify, inbox_people=[person], webhook=gone, reply=gone)
        return WantedRule(name="R", event="ticket.created", conditions=conditions, actions=actions)

    def asked(tx: Tx, rules: Sequence[WantedRule]) -> int:
        return len(statements(tx, lambda: checks.faults_of(tx, rules)))

    many = [wanted(number) for number in range(20)]
    one = await place.desk.storage.read(partial(asked, rules=many[:1]))
    assert 0 < one == await place.desk.storage.read(partial(asked, rules=many)) <= 10
    found = await place.desk.storage.read(partial(checks.faults_of, rules=many))
    assert [list(faults) for faults in found] == [["conditions", "notify", "webhook", "reply"]] * 20


async def test_rule_that_is_switched_on_does_not_run_on_events_from_before(
    place: DeskInMemory, admin: httpx2.AsyncClient, priya: Client
) -> None:
    rule = {"name": "R", "when": "ticket.created", "then": {"priority": "high"}}
    other = await admin.post("/api/rules", json={**rule, "name": "Other", "then": {"add_tags": ["a"]}})
    id_ = (await admin.post("/api/rules", json={**rule, "enabled": False})).json()["id"]
    number = await ticket_of(place, priya)
    place.clock.forward(0.5)
    switched = (await admin.patch(f"/api/rules/{id_}", json={"enabled": True})).json()
    assert switched["since"] != switched["created_at"]
    await place.desk.rules.running.run()
    shown = (await place.http(priya.token).get(f"/api/tickets/{number}")).json()
    assert (shown["priority"], shown["tags"]) == ("normal", ["a"])
    # Another name or action does not change since when it runs.
    kept = (await admin.patch(f"/api/rules/{id_}", json={"name": "S", "then": {"priority": "low"}})).json()
    assert kept["since"] == switched["since"]
    assert other.json()["since"] == other.json()["created_at"]
