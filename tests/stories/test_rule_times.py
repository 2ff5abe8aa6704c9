"""Rules run when some time has passed on a ticket: once for each time, and on no ticket that was late before."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import httpx2
import pytest
from msgspec import structs
from sqlalchemy import update
from sqlmodel import select

from automations.adapters.store import SqlStore
from automations.adapters.tables import AutomationRow
from automations.timing import RUNS_MAX, Handled
from clock import rfc3339
from server.live.automations import rule_times
from storage.ports import Tx
from tests.running import Frame
from tests.stories.client_in_memory import Client
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import always_open, joined
from tests.stories.test_inbox import me, said, ticket_of
from tests.stories.test_rule_inbox_and_fields import admin, place, priya, state
from ticketing.adapters.store import SqlStore as SqlTickets

__all__ = ["admin", "place", "priya"]

HOUR = 3_600
LATE = {"add_tags": ["late"]}


async def timed(
    admin: httpx2.AsyncClient, since: str, hours: int, then: Frame, *conditions: Frame, business: bool = False
) -> str:
    """The id of a new rule with a time."""
    time = {"since": since, "hours": hours, "business": business}
    rule = {"name": "Late", "when": "ticket.time_passed", "time": time, "if": conditions, "then": then}
    made = await admin.post("/api/rules", json=rule)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def after(place: DeskInMemory, hours: float) -> None:
    """Let hours pass, and run what is due."""
    place.clock.forward(hours * HOUR)
    for _ in range(3):
        await place.desk.rules.times.run()
        await place.desk.rules.running.run()


async def tags(place: DeskInMemory, priya: Client, number: int) -> list[str]:
    found: list[str] = (await place.http(priya.token).get(f"/api/tickets/{number}")).json()["tags"]
    return found


async def test_rule_runs_once_on_each_ticket_when_its_time_has_passed(
    place: DeskInMemory, admin: httpx2.AsyncClient, priya: Client
) -> None:
    before = await ticket_of(place, priya)
    place.clock.forward(HOUR)
    unassigned = {"if": "assignee", "any": ["none"]}
    id_ = await timed(admin, "created", 2, LATE, {"if": "priority", "any": ["normal", "high"]}, unassigned)
    number = await ticket_of(place, priya)
    low = await ticket_of(place, priya, priority="low")
    await after(place, 0.9)
    assert await tags(place, priya, number) == []
    # A ticket from before the rule is looked at too, if its time comes later.
    await after(place, 0.2)
    assert (await tags(place, priya, before), await tags(place, priya, number)) == (["late"], [])
    await after(place, 1)
    assert (await tags(place, priya, number), await tags(place, priya, low)) == (["late"], [])
    assert (await state(admin, id_))["runs"] == 2
    # It runs as soon as its conditions hold too.
    await place.http(priya.token).patch(f"/api/tickets/{low}", json={"priority": "high"})
    await after(place, 0)
    assert await tags(place, priya, low) == ["late"]
    await place.http(priya.token).patch(f"/api/tickets/{number}", json={"remove_tags": ["late"]})
    await after(place, 50)
    assert (await state(admin, id_))["runs"] == 3
    assert await tags(place, priya, number) == []
    shown = (await place.http(priya.token).get(f"/api/tickets/{low}")).json()
    assert "Rule: Late" in [line["by"]["name"] for line in shown["history"] if line["field"] == "tags"]


async def test_rule_looks_at_all_tickets_while_others_change(
    place: DeskInMemory, admin: httpx2.AsyncClient, priya: Client
) -> None:
    """On a busy desk, some ticket is always due to be looked at."""
    number, busy = await ticket_of(place, priya), await ticket_of(place, priya)
    await timed(admin, "created", 2, LATE, {"if": "priority", "any": ["normal"]})
    for priority in ("low", "high", "low"):
        place.clock.forward(HOUR)
        changed = await place.http(priya.token).patch(f"/api/tickets/{busy}", json={"priority": priority})
        assert changed.status_code == 200
        await place.desk.rules.times.run()
    assert await tags(place, priya, number) == ["late"]


async def test_rule_that_gets_more_hours_runs_again_when_these_have_passed(
    place: DeskInMemory, admin: httpx2.AsyncClient, priya: Client
) -> None:
    id_ = await timed(admin, "created", 1, LATE)
    await ticket_of(place, priya)
    await after(place, 1.1)
    for business in (False, True):
        before = (await state(admin, id_))["runs"]
        hours = {"since": "created", "hours": 5 if business else 3, "business": business}
        assert (await admin.patch(f"/api/rules/{id_}", json={"time": hours})).status_code == 200
        await after(place, 0)
        assert (await state(admin, id_))["runs"] == before
        await after(place, 2)
        assert (await state(admin, id_))["runs"] == before + 1
        await after(place, 0)
        assert (await state(admin, id_))["runs"] == before + 1


async def test_rule_leaves_tickets_alone_that_were_late_before_it_was_switched_on(
    place: DeskInMemory, admin: httpx2.AsyncClient, priya: Client
) -> None:
    number = await ticket_of(place, priya)
    place.clock.forward(3 * HOUR)
    rule = {
        "name": "Late",
        "when": "ticket.time_passed",
        "time": {"since": "created", "hours": 2},
        "if": [],
        "then": LATE,
    }
    trial = (await admin.post("/api/rules/trial", json=rule)).json()
    assert (trial["hits"], trial["already"], trial["newest"][0]["ticket"]) == (1, 1, number)
    id_ = await timed(admin, "created", 2, LATE)
    await after(place, 1)
    assert await tags(place, priya, number) == []
    # A shorter time makes more tickets late. They are left alone too.
    other = await ticket_of(place, priya)
    place.clock.forward(1.5 * HOUR)
    changed = await admin.patch(f"/api/rules/{id_}", json={"time": {"since": "created", "hours": 1}})
    assert changed.json()["since"] > changed.json()["created_at"]
    await after(place, 1)
    assert (await state(admin, id_))["runs"] == 0
    # Off and on again: what became late meanwhile is left alone.
    await admin.patch(f"/api/rules/{id_}", json={"time": {"since": "created", "hours": 4}, "enabled": False})
    place.clock.forward(3 * HOUR)
    await admin.patch(f"/api/rules/{id_}", json={"enabled": True})
    await after(place, 1)
    assert await tags(place, priya, other) == []


async def test_rule_leaves_tickets_alone_that_were_late_when_they_were_imported(
    place: DeskInMemory, admin: httpx2.AsyncClient, priya: Client
) -> None:
    await timed(admin, "created", 2, LATE)
    late, later = await ticket_of(place, priya), await ticket_of(place, priya)

    def taken_over(tx: Tx, number: int) -> None:
        ticket = SqlTickets().find(tx, number)
        assert ticket is not None
        service = structs.replace(ticket.service, since=place.clock())
        SqlTickets().save(tx, [(ticket, replace(ticket, service=service))])

    for number, hours in ((later, 1), (late, 2)):
        place.clock.forward(hours * HOUR)
        await place.desk.storage.write(partial(taken_over, number=number))
    await after(place, 0)
    assert (await tags(place, priya, late), await tags(place, priya, later)) == ([], ["late"])


@pytest.mark.parametrize("since", ["waiting", "customer_message", "staff_reply", "status"])
async def test_time_begins_anew_with_what_it_counts_from(
    place: DeskInMemory, admin: httpx2.AsyncClient, priya: Client, since: str
) -> None:
    id_ = await timed(admin, since, 2, {"inbox": ["assignee"]})
    customer = await place.customer()
    token = customer.token
    wanted = {"team": "media", "text": "Help", "subject": "Dates", "email": "ana@northlake.example", "name": "Ana"}
    made = await place.http(token).post("/api/tickets", json=wanted)
    assert made.status_code == 201, made.text
    number = made.json()["number"]
    path, staff = f"/api/tickets/{number}", place.http(priya.token)
    await staff.patch(path, json={"assignee": await me(place, priya)})

    async def restart() -> None:
        match since:
            case "status":
                for status in ("awaiting_reply", "open"):
                    assert (await staff.patch(path, json={"status": status})).status_code == 200
            case "staff_reply":
                assert (await staff.post(f"{path}/replies", json={"text": "Soon"})).status_code == 200
            case _:
                await staff.post(f"{path}/replies", json={"text": "Soon", "status": "open"})
                place.clock.forward(1)
                assert (await place.http(token).post(f"{path}/replies", json={"text": "And?"})).status_code == 200

    await restart()
    await after(place, 1.5)
    await restart()
    await after(place, 1.5)
    assert (await state(admin, id_))["runs"] == 0
    await after(place, 0.6)
    assert (await state(admin, id_))["runs"] == 1
    await after(place, 5)
    assert (await state(admin, id_))["runs"] == 1
    await restart()
    await after(place, 2.1)
    assert (await state(admin, id_))["runs"] == 2
    assert [(kind, by) for kind, by, _ in await said(place, priya)] == [("rule", "Rule: Late")] * 2


async def test_rule_runs_before_a_service_level_is_due_and_not_when_it_was_met(
    place: DeskInMemory, admin: httpx2.AsyncClient, priya: Client
) -> None:
    policy = {"name": "All", "first_reply": 240}
    assert (await admin.post("/api/sla-policies", json=policy)).status_code == 201
    soon = await timed(admin, "sla_due", 1, {"priority": "high"})
    late = await timed(admin, "sla_due", 0, LATE)
    # It is due in less time than the rule waits for.
    early = await timed(admin, "sla_due", 10, {"add_tags": ["early"]})
    number, met = await ticket_of(place, priya), await ticket_of(place, priya)
    await after(place, 2)
    assert await tags(place, priya, number) == ["early"]
    await place.http(priya.token).post(f"/api/tickets/{met}/replies", json={"text": "Soon"})
    await after(place, 1.5)
    assert (await state(admin, soon))["runs"] == 1
    await after(place, 1)
    assert [(await state(admin, one))["runs"] for one in (soon, late, early)] == [1, 1, 2]
    assert await tags(place, priya, met) == ["early"]


async def test_rule_warns_before_each_target_of_a_ticket(
    place: DeskInMemory, admin: httpx2.AsyncClient, priya: Client
) -> None:
    policy = {"name": "All", "first_reply": 240, "resolution": 360}
    assert (await admin.post("/api/sla-policies", json=policy)).status_code == 201
    id_ = await timed(admin, "sla_due", 3, LATE)
    answered = await ticket_of(place, priya)
    await ticket_of(place, priya)

    async def runs(hours: float) -> int:
        await after(place, hours)
        return int((await state(admin, id_))["runs"])

    assert await runs(0.9) == 0
    assert await runs(0.2) == 2
    assert await runs(1.8) == 2
    # The resolution is in less than three hours too. No answer was given yet, or one was just given.
    await place.http(priya.token).post(f"/api/tickets/{answered}/replies", json={"text": "Soon", "status": "open"})
    assert await runs(0.2) == 4
    # The first reply to the other ticket is late now. Nothing more comes near.
    assert await runs(5) == 4


async def test_mark_of_the_program_before_is_of_the_target_that_was_next(
    place: DeskInMemory, admin: httpx2.AsyncClient, priya: Client
) -> None:
    """Otherwise each ticket would be warned of again after an upgrade."""
    policy = {"name": "All", "first_reply": 240, "resolution": 360}
    assert (await admin.post("/api/sla-policies", json=policy)).status_code == 201
    id_ = await timed(admin, "sla_due", 3, LATE)
    number = await ticket_of(place, priya)
    await after(place, 1.1)
    due = place.clock() + 10_440_000
    await place.desk.storage.write(lambda tx: SqlStore().handle(tx, id_, number, Handled(due, 1)))
    await after(place, 0)
    assert (await state(admin, id_))["runs"] == 1
    await after(place, 2)
    assert (await state(admin, id_))["runs"] == 2


async def test_only_opened_hours_count_and_new_hours_count_at_once(
    place: DeskInMemory, admin: httpx2.AsyncClient, priya: Client
) -> None:
    """Finance never opens. Once it does, its tickets become late."""
    id_ = await timed(admin, "created", 2, LATE, business=True)
    boss = await joined(place, "Ines", "finance", role="supervisor")
    closed = await ticket_of(place, boss, team="finance")
    opened = await ticket_of(place, priya)
    await after(place, 2.1)
    assert (await tags(place, boss, closed), await tags(place, priya, opened)) == ([], ["late"])
    # The same time does not count again, although the ticket is not late by the hours of another team.
    for by, team in ((priya, "finance"), (boss, "media")):
        assert (await place.http(by.token).patch(f"/api/tickets/{opened}", json={"team": team})).status_code == 200
        await after(place, 0)
    assert (await state(admin, id_))["runs"] == 1
    await place.rewrite_hours(always_open().replace("Finance, schedule: never", "Finance, schedule: always"))
    place.clock.forward(HOUR)
    await after(place, 0)
    await after(place, 0)
    assert (await state(admin, id_))["runs"] == 2


async def test_time_goes_on_while_the_desk_is_closed_and_each_ticket_has_its_turn(
    place: DeskInMemory, admin: httpx2.AsyncClient, priya: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many tickets at once: a run of the job takes only so many, and none twice."""
    monkeypatch.setattr(rule_times, "RUN_MAX", 4)
    monkeypatch.setattr(rule_times, "AT_ONCE", 3)
    id_ = await timed(admin, "created", 2, LATE)
    numbers = [await ticket_of(place, priya) for _ in range(7)]
    await place.restart(3 * HOUR)
    again = place.http(admin.headers["Authorization"].removeprefix("Bearer "))
    runs = []
    for _ in range(4):
        await place.desk.rules.times.run()
        runs.append((await state(again, id_))["runs"])
    assert runs == [4, 7, 7, 7]
    assert {tuple(await tags(place, priya, number)) for number in numbers} == {("late",)}


async def test_ticket_is_looked_at_once_by_two_desks_and_after_a_failure_again(
    place: DeskInMemory, admin: httpx2.AsyncClient, priya: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = await timed(admin, "created", 2, LATE)
    number = await ticket_of(place, priya)
    await after(place, 0)
    place.clock.forward(3 * HOUR)
    times = place.desk.rules.times

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(rule_times, "moments_of", fails)
        await times.at(number)
    assert "rule_failed" in place.faults.pop()
    assert await place.desk.storage.read(lambda tx: times.store.looks(tx, place.clock(), 9)) == []
    place.clock.forward(600)
    for _ in range(2):
        await times.at(number)
    assert (await state(admin, id_))["runs"] == 1


async def test_rule_that_starts_its_own_time_stops_after_many_runs(
    place: DeskInMemory, admin: httpx2.AsyncClient, priya: Client
) -> None:
    """Two rules that set each other's status would go on for ever."""
    hold = await timed(admin, "status", 1, {"status": "awaiting_reply"}, {"if": "status", "any": ["open"]})
    await timed(admin, "status", 1, {"status": "open"}, {"if": "status", "any": ["awaiting_reply"]})
    number = await ticket_of(place, priya)
    for runs in (1, 2):
        await after(place, 1.1)
        await after(place, 1.1)
        assert (await state(admin, hold))["runs"] == runs
    often = Handled(None, RUNS_MAX)
    await place.desk.storage.write(lambda tx: SqlStore().handle(tx, hold, number, often))
    await after(place, 1.1)
    found = await state(admin, hold)
    assert (found["runs"], found["failures"]) == (2, 1)
    assert "has run 100 times on this ticket" in found["failure"]


async def test_reply_of_a_rule_does_not_start_the_time_of_staff_replies(database_url: str | None) -> None:
    """On both databases: the messages are read in the transaction that writes the reply."""
    reply = {"shortcut": "still", "name": "Still", "scope": "all", "texts": {"en": "We are still on it."}}
    async with desk_in_memory(always_open(), database_url=database_url) as place:
        admin = place.http((await place.enrol("Ada", role="admin", teams=()))[1])
        priya = await joined(place, "Priya")
        canned = (await admin.post("/api/replies", json=reply)).json()["id"]
        id_ = await timed(admin, "staff_reply", 2, {"reply": canned})
        number = await ticket_of(place, priya)
        await place.http(priya.token).post(f"/api/tickets/{number}/replies", json={"text": "Soon"})
        for _ in range(3):
            await after(place, 2.1)
        assert (await state(admin, id_))["runs"] == 1


async def test_refused_rule_is_not_tried_again_every_second(
    place: DeskInMemory, admin: httpx2.AsyncClient, priya: Client
) -> None:
    id_ = await timed(admin, "created", 1, {"status": "awaiting_reply"})
    number = await ticket_of(place, priya, requester={"name": "Ana"})
    for _ in range(3):
        await after(place, 1.1)
    found = await state(admin, id_)
    assert (found["runs"], found["failures"]) == (0, 1)
    assert "no address" in found["failure"]
    assert (await place.http(priya.token).get(f"/api/tickets/{number}")).json()["status"] == "open"


async def test_closed_ticket_is_left_alone_and_forgotten(
    place: DeskInMemory, admin: httpx2.AsyncClient, priya: Client
) -> None:
    id_ = await timed(admin, "created", 24 * 60, LATE)
    number = await ticket_of(place, priya)
    solved = {"status": "solved", "resolution": "support_question"}
    assert (await place.http(priya.token).patch(f"/api/tickets/{number}", json=solved)).status_code == 200
    await after(place, 24 * 61)
    kept = await place.desk.storage.write(lambda tx: SqlStore().find(tx, id_))
    assert kept is not None
    assert kept.runs == 0
    looks = await place.desk.storage.read(lambda tx: SqlStore().looks(tx, place.clock() + 10**12, 9))
    assert looks == []


async def test_ticket_is_looked_at_again_while_a_rule_of_a_newer_version_waits(
    place: DeskInMemory, admin: httpx2.AsyncClient, priya: Client
) -> None:
    """Whichever process looks at it: otherwise the newer one would never run the rule on it."""
    await timed(admin, "created", 2, LATE)
    number = await ticket_of(place, priya)
    await after(place, 1)
    stored = await place.desk.storage.read(lambda tx: tx.session.exec(select(AutomationRow.actions)).one())

    async def actions(body: str) -> None:
        change = update(AutomationRow).values(actions=body)
        await place.desk.storage.write(lambda tx: tx.session.connection().execute(change))

    await actions('{"moon": true}')
    await after(place, 2)
    assert await tags(place, priya, number) == []
    await actions(stored)
    await after(place, 1)
    assert await tags(place, priya, number) == ["late"]


async def test_trial_shows_when_a_rule_would_have_been_due(
    place: DeskInMemory, admin: httpx2.AsyncClient, priya: Client
) -> None:
    """The tickets as they were then: one whose status was set in time is no hit, one that was fit only later is."""
    staff = place.http(priya.token)
    first, quick, later = [await ticket_of(place, priya) for _ in range(3)]
    place.clock.forward(HOUR)
    await staff.patch(f"/api/tickets/{quick}", json={"status": "awaiting_reply"})
    await staff.patch(f"/api/tickets/{later}", json={"priority": "low"})
    place.clock.forward(4 * HOUR)
    at = place.clock()
    await staff.patch(f"/api/tickets/{later}", json={"priority": "normal"})
    place.clock.forward(HOUR)
    rule = {
        "name": "Late",
        "when": "ticket.time_passed",
        "time": {"since": "status", "hours": 2},
        "if": [{"if": "status", "any": ["open"]}, {"if": "priority", "any": ["normal"]}],
        "then": {"priority": "high"},
    }
    trial = (await admin.post("/api/rules/trial", json=rule)).json()
    assert [hit["ticket"] for hit in trial["newest"]] == [later, first]
    assert (trial["hits"], trial["tickets"], trial["already"]) == (2, 2, 2)
    assert trial["newest"][0]["at"] == rfc3339(at)
    assert trial["newest"][1]["changes"] == [{"field": "priority", "was": "normal", "became": "high"}]
    for since in ("waiting", "customer_message", "staff_reply", "created", "sla_due"):
        more = {**rule, "time": {"since": since, "hours": 1}}
        assert (await admin.post("/api/rules/trial", json=more)).status_code == 200
    assert await tags(place, priya, first) == []
