"""Tickets over HTTP."""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest

from tests.polling import JSON
from tests.server.edge.api.conftest import VISITOR, Api
from ticketing.ticket import Requester
from ticketing.wanted import Wanted

FIELDS = """number status with external_ref workaround finding resolution team product subject client vip
requester participants assignee channel chat created_at updated_at waiting_since solved_at closed_at reopen_until
promise duplicate_of duplicates follow_up_of flags priority tags snoozed_until sla custom_fields rating version
unread"""
SHAPE = FIELDS.split()


async def test_a_ticket_has_the_shape_of_the_protocol(api: Api) -> None:
    """All fields by name, times in RFC 3339, the version as `ETag`. In a list without transcript and history."""
    number = await api.ticket(wanted=Wanted(status="solved", resolution="set_up"))
    maya = await api.staff()
    answer = await maya.get(f"/api/tickets/{number}")
    ticket = answer.json()
    assert answer.status_code == 200 and answer.headers["etag"] == '"1"'
    assert answer.headers["cache-control"] == "no-store"
    assert list(ticket) == [*SHAPE, "transcript", "history"]
    assert ticket["requester"] == {
        "id": ticket["requester"]["id"],
        "name": "Ana",
        "email": "ana@northlake.example",
        "verified": False,
    }
    assert ticket["solved_at"].endswith("Z") and ticket["reopen_until"] > ticket["solved_at"]
    assert [line["field"] for line in ticket["history"]] == ["status", "resolution"]
    assert list(ticket["history"][0]) == ["at", "by", "field", "from", "to"]
    listed = (await maya.get("/api/tickets")).json()
    assert list(listed) == ["tickets", "next"] and list(listed["tickets"][0]) == SHAPE and listed["next"] is None


async def test_search_result_quotes_the_chat_that_it_found(api: Api) -> None:
    """Staff are quoted notes too, customers are not."""
    customer = await api.desk.customer(name="Ana", email="ana@northlake.example")
    agent = await api.desk.staff("Maya")
    await agent.command("presence.set", status="available")
    chat = (await customer.command("chat.start", team="media", text="Rates of Monterrey are old"))["chat"]
    await customer.event("chat.assigned", chat=chat)
    await agent.command("note.add", chat=chat, text="Ask Guadalajara")
    await agent.command("chat.close", chat=chat, status="solved", resolution="set_up")
    await api.desk.desk.indexing.idle()
    staff, ana = await api.client(agent.token), await api.client(customer.token)
    for who, q, found_in in ((staff, "guadalajara", "note"), (staff, "monterrey old", "subject")):
        (ticket,) = (await who.get("/api/tickets", params={"q": q})).json()["tickets"]
        hits = [ticket["excerpt"][start:end].lower() for start, end in ticket["highlights"]]
        assert (ticket["found_in"], hits) == (found_in, q.split())
    assert (await ana.get("/api/tickets", params={"q": "guadalajara"})).json()["tickets"] == []


async def test_export_has_the_times_of_the_chats(api: Api) -> None:
    """One object in JSON Lines, columns in CSV; a ticket without a chat has none."""
    number = await api.ticket()
    customer = await api.desk.customer(name="Ana", email="ana@northlake.example")
    agent = await api.desk.staff("Maya")
    await agent.command("presence.set", status="available")
    chat = (await customer.command("chat.start", team="media", text="Rates"))["chat"]
    await customer.event("chat.assigned", chat=chat)
    await agent.command("message.send", chat=chat, text="Which?")
    closed = await agent.command("chat.close", chat=chat, status="solved", resolution="set_up")
    head = await api.staff("Hannah", "supervisor")
    lines = (await head.get("/api/tickets/export", params={"format": "jsonl"})).text.splitlines()
    times = {ticket["number"]: ticket["times"] for ticket in map(json.loads, lines)}
    assert times[number] is None
    found = times[closed["ticket"]]
    assert (found["transfers"], found["agents"], found["next_reply_s"]) == (0, ["Maya"], None)
    assert all(isinstance(found[name], int) for name in ("wait_s", "first_reply_s", "handling_s"))
    rows = csv.DictReader((await head.get("/api/tickets/export")).text.splitlines())
    assert [(row["agents"], row["transfers"]) for row in rows] == [("", ""), ("Maya", "0")]


async def test_chat_events_are_in_the_ticket_transcript(api: Api) -> None:
    """For a customer without notes and history."""
    customer = await api.desk.customer(name="Ana", email="ana@northlake.example")
    agent = await api.desk.staff("Maya")
    await agent.command("presence.set", status="available")
    chat = (await customer.command("chat.start", team="media", text="Help"))["chat"]
    await customer.event("chat.assigned", chat=chat)
    await agent.command("note.add", chat=chat, text="VIP")
    closed = await agent.command("chat.close", chat=chat, status="solved", resolution="set_up")
    staff, ana = await api.client(agent.token), await api.client(customer.token)
    for client, count in ((staff, 1), (ana, 0)):
        ticket = (await client.get(f"/api/tickets/{closed['ticket']}")).json()
        types = [event["type"] for event in ticket["transcript"]]
        assert types[:2] == ["chat.started", "message"] and types[-1] == "chat.closed"
        assert types.count("note") == count
        assert ("history" in ticket) == (client is staff)


async def test_malformed_number_is_answered_like_a_missing_ticket(api: Api) -> None:
    ana = await api.visitor()
    missing = await ana.get("/api/tickets/999")
    assert missing.status_code == 404
    for asked in ("0", "9" * 30, "9" * 5_000, "x", "1e3", "-1"):
        answer = await ana.get(f"/api/tickets/{asked}")
        assert (answer.status_code, answer.content) == (404, missing.content)


async def test_change_with_an_outdated_if_match_is_refused(api: Api) -> None:
    """The current version and `*` are accepted. An older or weak tag gets 412 and a malformed header 422, and nothing
    is changed."""
    number = await api.ticket()
    maya, path = await api.staff(), f"/api/tickets/{number}"
    answer = await maya.patch(path, json={"subject": "First"}, headers={"If-Match": '"1"'})
    assert answer.status_code == 200 and answer.headers["etag"] == '"2"' and answer.json()["version"] == 2
    for tag in ('"1"', 'W/"2"', '"x"', '"2,2"', 'W/"a,b", "c"', f'"{"2" * 5_000}"'):
        answer = await maya.patch(path, json={"subject": "Second"}, headers={"If-Match": tag})
        assert answer.status_code == 412 and answer.json()["code"] == "conflict"
    for tag in ("2", '"2" "3"', '"1", 2'):
        answer = await maya.patch(path, json={"subject": "Second"}, headers={"If-Match": tag})
        assert answer.status_code == 422 and list(answer.json()["fields"]) == ["If-Match"]
    for tag in ('"1", "2"', "*"):
        answer = await maya.patch(path, json={"subject": f"Third {tag}"}, headers={"If-Match": tag})
        assert answer.status_code == 200
    assert (await maya.get(path)).json()["subject"] == "Third *"


async def test_absent_null_and_given_fields_are_distinguished(api: Api) -> None:
    """An absent field stays or is cleared by the status, null clears it, and a given value is checked."""
    number = await api.ticket(subject="Dates")
    maya, path = await api.staff(), f"/api/tickets/{number}"
    ticket = (await maya.patch(path, json={"status": "solved", "resolution": "set_up"})).json()
    assert (ticket["resolution"], ticket["with"], ticket["subject"]) == ("set_up", None, "Dates")
    ticket = (await maya.patch(path, json={"status": "open", "subject": None, "with": "product"})).json()
    assert (ticket["resolution"], ticket["with"], ticket["subject"]) == (None, "product", None)
    answer = await maya.patch(path, json={"status": "solved", "resolution": "configuration_request"})
    assert answer.status_code == 422 and answer.headers["content-type"] == "application/problem+json"
    sentence = "Configuration request is only for Lumina. This ticket is about Spectra OX."
    assert answer.json()["fields"] == {"resolution": sentence} and answer.json()["detail"] == sentence
    assert answer.json()["code"] == "invalid" and answer.json()["status"] == 422


@pytest.mark.parametrize(
    ("body", "status", "code", "fields"),
    [
        (b"", 400, "bad_frame", None),
        (b"{", 400, "bad_frame", None),
        (b'{"subject": "\xff"}', 400, "bad_frame", None),
        (b"[" * 50_000, 422, "invalid", None),
        (b"[]", 422, "invalid", None),
        (b'{"status": 3}', 422, "invalid", ["status"]),
        (b'{"duplicate_of": 0}', 422, "invalid", ["duplicate_of"]),
        (b'{"duplicate_of": 99999999999999999999999}', 422, "invalid", ["duplicate_of"]),
        (b'{"number": 3}', 422, "invalid", ["number"]),
        (b'{"status": "closed"}', 422, "invalid", ["status"]),
        (b'{"subject": "a\\u0000b"}', 422, "invalid", ["subject"]),
        (b'{"subject": "' + b"x" * 140_000 + b'"}', 413, "too_large", None),
    ],
)
async def test_a_bad_change_is_refused(api: Api, body: bytes, status: int, code: str, fields: list[str] | None) -> None:
    """A body that is not JSON, not an object, too large or with a wrong or unknown field gets one problem and changes
    nothing."""
    number = await api.ticket()
    maya = await api.staff()
    answer = await maya.patch(f"/api/tickets/{number}", content=body, headers=JSON)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["status"]) == (status, code, status)
    assert (list(problem["fields"]) if "fields" in problem else None) == fields
    assert (await maya.get(f"/api/tickets/{number}")).json()["version"] == 1


async def test_list_pages_contain_each_ticket_once(api: Api) -> None:
    """Even tickets of the same millisecond, until `next` is null."""
    numbers = [await api.ticket() for _ in range(5)]
    maya = await api.staff()
    seen: list[int] = []
    params: dict[str, Any] = {"sort": "-updated_at", "limit": 2}
    while params.get("cursor", "") is not None:
        page = (await maya.get("/api/tickets", params=params)).json()
        seen += [ticket["number"] for ticket in page["tickets"]]
        params["cursor"] = page["next"]
    assert seen == numbers[::-1]


async def test_repeated_filter_matches_any_of_its_values(api: Api) -> None:
    solved = await api.ticket(wanted=Wanted(status="solved", resolution="set_up"))
    waits = await api.ticket(wanted=Wanted(status="awaiting_reply"))
    await api.ticket()
    maya = await api.staff()

    async def found(query: str) -> list[int]:
        page = (await maya.get(f"/api/tickets?{query}")).json()
        return [ticket["number"] for ticket in page["tickets"]]

    assert await found("status=solved&status=awaiting_reply&sort=number") == [solved, waits]
    assert await found("status=solved&status=awaiting_reply&resolution=set_up") == [solved]
    assert await found("team=finance") == []
    assert await found(f"q=%23{waits}") == [waits]
    assert await found("to=2020-01-01T00:00:00Z") == []
    assert len(await found("from=2020-01-01T00:00:00Z&updated_from=2020-01-01T00:00:00%2B01:00")) == 3


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=closed", "status"),
        ("resolution=fixed", "resolution"),
        ("channel=fax", "channel"),
        ("limit=201", "limit"),
        ("sort=subject", "sort"),
        ("cursor=x", "cursor"),
        ("requester=%00", "requester"),
        ("to=9999-12-31T23:59:59%2B99:99", "to"),
        ("priority=asap", "priority"),
        ("snoozed=yes", "snoozed"),
    ],
)
async def test_a_bad_parameter_is_invalid(api: Api, query: str, field: str) -> None:
    maya = await api.staff()
    answer = await maya.get(f"/api/tickets?{query}")
    assert answer.status_code == 422 and list(answer.json()["fields"]) == [field]


async def test_customer_lists_only_their_own_tickets(api: Api) -> None:
    """Without the fields that are for staff."""
    own = await api.ticket()
    await api.ticket(requester=Requester("0190a5b0-0000-7000-8000-000000000009", None, None))
    page = (await (await api.visitor()).get("/api/tickets")).json()
    assert [ticket["number"] for ticket in page["tickets"]] == [own]
    assert set(SHAPE) - set(page["tickets"][0]) == {
        *("with", "external_ref", "vip", "duplicates", "priority", "tags", "snoozed_until", "sla")
    }
    assert set(page["tickets"][0]) - set(SHAPE) == {"last", "chats", "live"}
    assert page["tickets"][0]["flags"] == []


async def test_customer_cannot_filter_by_what_only_staff_see(api: Api) -> None:
    await api.ticket(requester=Requester(VISITOR, "Ana", None))
    ana = await api.visitor()
    for query in ("priority=low", "not_priority=low", "tag=a", "not_tag=a", "snoozed=false", "sort=-priority"):
        answer = await ana.get(f"/api/tickets?{query}")
        assert (answer.status_code, list(answer.json()["fields"])) == (422, [query.partition("=")[0]])
    for flag in ("no_address", "unreachable"):
        answer = await ana.get("/api/tickets", params={"flags": flag})
        assert (answer.status_code, answer.json()["fields"]) == (422, {"flags": "Only staff can filter by flags."})
    shown = (await ana.get("/api/tickets")).json()["tickets"]
    assert (len(shown), shown[0]["flags"]) == (1, [])
    found = (await (await api.staff()).get("/api/tickets", params={"flags": "no_address"})).json()
    assert len(found["tickets"]) == 1


@pytest.mark.parametrize(
    ("filter", "called"), [("email", "email address"), ("client", "client"), ("needs_code", "missing code")]
)
async def test_customer_cannot_filter_by_what_staff_know(api: Api, filter: str, called: str) -> None:
    answer = await (await api.visitor()).get("/api/tickets", params={filter: "true"})
    assert (answer.status_code, answer.json()["fields"]) == (422, {filter: f"Only staff can filter by {called}."})


async def test_agent_finds_an_address_in_own_teams_only(api: Api) -> None:
    """Whoever asked with it, proven or not."""
    ana = Requester(VISITOR, "Ana", "ana@northlake.example")
    own = [await api.ticket(requester=ana), await api.ticket(requester=Requester(None, None, ana.email))]
    await api.ticket(requester=ana, team="finance")
    maya = await api.staff("maya", teams=("media",))
    page = (await maya.get("/api/tickets", params={"email": "Ana@northlake.example"})).json()
    assert [ticket["number"] for ticket in page["tickets"]] == own[::-1]


async def test_ticket_counts_cover_open_work_of_own_teams(api: Api) -> None:
    """By status, by flag, unassigned and own, of all teams or of one."""
    maya = await api.staff("maya", teams=("media", "prod"))
    me = (await maya.get("/api/me")).json()["id"]
    for team in ("media", "prod", "finance"):
        await api.ticket(team=team)
    await api.ticket(requester=Requester(VISITOR, "Ana", None))
    (await maya.patch("/api/tickets/1", json={"status": "awaiting_reply", "assignee": me})).raise_for_status()
    counts = (await maya.get("/api/tickets/counts")).json()
    none = dict.fromkeys(
        ("fixed_pending_rca", "snoozed", "unreachable", "confirmed", "not_fixed", "needs_code", "loop"), 0
    )
    none |= {"letters_stopped": 0, "returned": 0, "fields_missing": 0, "due_soon": 0}
    assert counts.pop("more") == []
    assert counts == none | {"open": 2, "awaiting_reply": 1, "unassigned": 2, "mine": 1, "no_address": 1}
    prod = (await maya.get("/api/tickets/counts", params={"team": "prod"})).json()
    assert (prod["open"], prod["awaiting_reply"], prod["unassigned"]) == (1, 0, 1)
    for assignee, numbers in (("nobody", [2, 4]), (["nobody", me], [1, 2, 4])):
        found = await maya.get("/api/tickets", params={"assignee": assignee, "sort": "number"})
        assert [ticket["number"] for ticket in found.json()["tickets"]] == numbers
