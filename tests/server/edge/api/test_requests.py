"""Requests and replies over HTTP: who may send them, what they come to, and that they do so once."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select

from tests.polling import JSON
from tests.running import SettableClock
from tests.server.edge.api.conftest import OTHER_VISITOR as OTHER
from tests.server.edge.api.conftest import VISITOR, Api
from ticketing.adapters.tables import HandoverRow
from ticketing.ticket import Requester

REQUEST = {"team": "media", "text": "Dates are wrong\nin order 7", "email": "ana@northlake.example", "name": "Ana"}


def own_events(ticket: dict[str, Any]) -> list[dict[str, Any]]:
    """The ticket's own log, without what is in every event of it."""
    assert [event["ticket"] for event in ticket["transcript"]] == [ticket["number"]] * len(ticket["transcript"])
    return [
        {key: value for key, value in event.items() if key not in ("ticket", "at", "from")}
        for event in ticket["transcript"]
    ]


async def test_form_request_of_a_visitor_opens_a_ticket(api: Api) -> None:
    """The answer is 201 with the ticket and its location. The first line of the text is the subject."""
    ana = await api.visitor()
    answer = await ana.post("/api/tickets", json=REQUEST)
    ticket = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"/api/tickets/{ticket['number']}")
    assert (ticket["channel"], ticket["status"], ticket["subject"]) == ("form", "open", "Dates are wrong")
    assert ticket["requester"] == {"id": VISITOR, "name": "Ana", "email": "ana@northlake.example", "verified": False}
    assert own_events(ticket) == [{"type": "reply", "seq": 1, "prev": 0, "text": REQUEST["text"], "files": []}]
    assert ticket["transcript"][0]["from"] == {"kind": "customer", "id": VISITOR, "name": "Ana", "verified": False}
    assert (await ana.get(answer.headers["location"])).json() == ticket
    assert (await (await api.visitor(OTHER)).get(answer.headers["location"])).status_code == 404


async def test_request_without_an_address_opens_a_flagged_ticket(api: Api) -> None:
    """Staff see the flag and can filter by it. The ticket cannot be set to await a reply."""
    number = (await (await api.visitor()).post("/api/tickets", json={"team": "media", "text": "Help"})).json()["number"]
    maya = await api.staff()
    await api.ticket()
    assert (await maya.get(f"/api/tickets/{number}")).json()["flags"] == ["no_address"]
    found = (await maya.get("/api/tickets?flags=no_address&flags=confirmed")).json()["tickets"]
    assert [ticket["number"] for ticket in found] == [number]
    answer = await maya.patch(f"/api/tickets/{number}", json={"status": "awaiting_reply"})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["status"])


@pytest.mark.parametrize(
    ("body", "status", "fields"),
    [
        ({"team": "nowhere", "text": "x"}, 422, ["team"]),
        ({"team": "media", "text": " \n"}, 422, ["text"]),
        ({"team": "media", "text": "x" * 8_001}, 413, ["text"]),
        ({"team": "media", "text": "x", "product": "Excel"}, 422, ["product"]),
        ({"team": "media", "text": "x", "email": "nobody"}, 422, ["email"]),
        ({"team": "media", "text": "\u200b\u3164"}, 422, ["text"]),
        ({"team": "media", "text": "x", "name": "Ana\u202egro"}, 422, ["name"]),
        ({"team": "media", "text": "x", "subject": "\u2066x"}, 422, ["subject"]),
        ({"team": "media", "text": "x", "status": "solved"}, 422, ["status"]),
        ({"team": "media", "text": "x", "assignee": "u1", "finding": "y"}, 422, ["finding", "assignee"]),
        ({"team": "media", "text": "x", "requester": {"name": "Ben"}}, 422, ["requester"]),
        ({"team": "media", "text": "x", "files": ["f1"]}, 422, ["files"]),
        ({"team": "media", "text": "x", "files": ["f"] * 11}, 413, ["files"]),
        ({"team": "media"}, 422, ["text"]),
        ({"text": "x"}, 422, ["team"]),
        ({"team": "media", "text": "x", "colour": "red"}, 422, ["colour"]),
    ],
)
async def test_bad_request_opens_no_ticket(api: Api, body: Any, status: int, fields: list[str]) -> None:
    """Fields that are missing, wrong or only for staff are named in the answer."""
    ana = await api.visitor()
    answer = await ana.post("/api/tickets", content=json.dumps(body), headers=JSON)
    assert (answer.status_code, list(answer.json()["fields"])) == (status, fields)
    assert (await ana.get("/api/tickets")).json()["tickets"] == []


async def test_blank_subject_is_replaced_by_the_first_line(api: Api) -> None:
    for client, besides in ((await api.visitor(), {}), (await api.staff(), {"requester": {"name": "Ben"}})):
        body = {"team": "media", "text": "\n Dates are wrong\nin order 7", "subject": " \t ", **besides}
        answer = await client.post("/api/tickets", json=body)
        assert (answer.status_code, answer.json()["subject"]) == (201, "Dates are wrong")


async def test_invalid_reply_is_refused_as_on_the_socket(api: Api) -> None:
    """Too many files are `too_large`, with the field. A body that is not JSON names no field."""
    ana = await api.visitor()
    number = (await ana.post("/api/tickets", json=REQUEST)).json()["number"]
    for body, status, code, fields in (
        (b'{"text": "x", "files": [%s]}' % b",".join([b'"f"'] * 11), 413, "too_large", ["files"]),
        (b'{"text": "\xed\xa0\x80"}', 400, "bad_frame", []),
    ):
        answer = await ana.post(f"/api/tickets/{number}/replies", content=body, headers=JSON)
        problem = answer.json()
        assert (answer.status_code, problem["code"], list(problem.get("fields", {}))) == (status, code, fields)


async def test_staff_open_a_ticket_for_a_requester(api: Api) -> None:
    """With status, resolution code and participants, under the usual rules. The requester is not verified."""
    maya = await api.staff()
    body = {
        "team": "media",
        "text": "Half a day at Northlake",
        "product": "Lumina",
        "status": "solved",
        "resolution": "on_site_support",
        "requester": {"name": "Ben", "email": "Ben@northlake.example"},
        "participants": ["cy@northlake.example", {"email": "di@northlake.example", "name": "Di"}],
    }
    answer = await maya.post("/api/tickets", json=body)
    ticket = answer.json()
    assert (answer.status_code, ticket["channel"], ticket["status"]) == (201, "staff", "solved")
    assert ticket["requester"] == {"id": None, "name": "Ben", "email": "ben@northlake.example", "verified": False}
    assert ticket["participants"] == [
        {"name": None, "email": "cy@northlake.example"},
        {"name": "Di", "email": "di@northlake.example"},
    ]
    assert [line["field"] for line in ticket["history"]] == ["status", "resolution", "participants"]
    for wrong, fields in (
        ({"resolution": "configuration_request", "product": "Other"}, ["resolution"]),
        ({"resolution": None}, ["resolution"]),
        ({"requester": None}, ["requester"]),
        ({"requester": {"id": "nobody"}}, ["requester"]),
        ({"requester": {"email": "nobody"}}, ["requester"]),
        ({"assignee": "nobody"}, ["assignee"]),
        ({"client": "Nobody Inc."}, ["client"]),
        ({"participants": ["nobody"]}, ["participants"]),
        ({"name": "Ben"}, ["name"]),
    ):
        answer = await maya.post("/api/tickets", json=body | wrong)
        assert (answer.status_code, list(answer.json()["fields"])) == (422, fields), wrong


async def test_ticket_for_another_team_is_created_but_not_shown(api: Api) -> None:
    """An agent who opens a ticket for another team gets its number, but neither transcript nor history."""
    maya = await api.staff()
    body = {"team": "finance", "text": "An invoice", "requester": {"name": "Ben"}}
    answer = await maya.post("/api/tickets", json=body)
    assert answer.status_code == 201 and "transcript" not in answer.json() and "history" not in answer.json()
    assert (await maya.get(f"/api/tickets/{answer.json()['number']}")).status_code == 404


async def test_repeated_idempotency_key_returns_the_same_ticket(api: Api, clock: SettableClock) -> None:
    """Even weeks later and with another body. For another person, or on another path, it is a different key."""
    ana, ben = await api.visitor(), await api.visitor(OTHER)
    key = {"Idempotency-Key": str(uuid4())}
    first = await ana.post("/api/tickets", json=REQUEST, headers=key)
    again = await ana.post("/api/tickets", json=REQUEST, headers=key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["location"] == first.headers["location"]
    clock.forward(20 * 86_400)
    ana = await api.visitor()
    bodies: tuple[object, ...] = ({"team": "nowhere", "text": ""}, {}, [])
    for body in bodies:
        again = await ana.post("/api/tickets", json=body, headers=key)
        assert (again.status_code, again.json()["number"]) == (201, first.json()["number"])
    assert (await ben.post("/api/tickets", json=REQUEST, headers=key)).json()["number"] != first.json()["number"]
    path = f"/api/tickets/{first.json()['number']}/replies"
    for _ in range(2):
        answer = await ana.post(path, json={"text": "Again"}, headers=key)
        assert answer.status_code == 200 and len(answer.json()["transcript"]) == 2
    for bad in ("", "x" * 201, "a\tb"):
        answer = await ana.post(path, json={"text": "x"}, headers={"Idempotency-Key": bad})
        assert (answer.status_code, list(answer.json()["fields"])) == (422, ["Idempotency-Key"])


async def test_idempotency_key_of_a_refused_request_can_be_reused(api: Api) -> None:
    ana, key = await api.visitor(), {"Idempotency-Key": "k"}
    assert (await ana.post("/api/tickets", json={"team": "media", "text": ""}, headers=key)).status_code == 422
    assert (await ana.post("/api/tickets", json=REQUEST, headers=key)).status_code == 201


async def test_reply_with_a_refused_status_is_not_stored(api: Api) -> None:
    number = await api.ticket()
    maya, ana, path = await api.staff(), await api.visitor(), f"/api/tickets/{number}/replies"
    answer = await maya.post(path, json={"text": "Patched", "status": "solved", "resolution": "void", "finding": "x"})
    assert (answer.status_code, answer.json()["status"], answer.json()["version"]) == (200, "solved", 2)
    answer = await maya.post(path, json={"text": "No", "status": "solved", "resolution": "configuration_request"})
    assert answer.status_code == 422
    ticket = (await ana.get(f"/api/tickets/{number}")).json()
    assert [event["text"] for event in ticket["transcript"]] == ["Patched"]
    assert "history" not in ticket


async def test_note_is_hidden_from_the_customer(api: Api) -> None:
    """The customer sees only a gap in the sequence numbers: `prev` skips the note, and search does not find it."""
    number = await api.ticket()
    maya, ana, path = await api.staff(), await api.visitor(), f"/api/tickets/{number}/replies"
    await maya.post(path, json={"text": "First"})
    await maya.post(path, json={"text": "Between us", "public": False})
    answer = await maya.post(path, json={"text": "Second"})
    stored = [(event["type"], event["prev"]) for event in own_events(answer.json())]
    assert stored == [("reply", 0), ("note", 1), ("reply", 2)]
    seen = own_events((await ana.get(f"/api/tickets/{number}")).json())
    assert [(event["seq"], event["prev"], event["text"]) for event in seen] == [(1, 0, "First"), (3, 1, "Second")]
    await api.desk.desk.indexing.idle()
    for q, client, finds in (("between", maya, [number]), ("between", ana, []), ("second", ana, [number])):
        found = (await client.get("/api/tickets", params={"q": q})).json()["tickets"]
        assert [ticket["number"] for ticket in found] == finds


async def test_reply_fields_are_limited_by_role(api: Api) -> None:
    """`says` is only for customers; status, notes and workarounds are only for staff."""
    number = await api.ticket()
    maya, ana, path = await api.staff(), await api.visitor(), f"/api/tickets/{number}/replies"
    for client, body, fields in (
        (maya, {"says": "solved"}, ["says"]),
        (ana, {"status": "solved"}, ["status"]),
        (ana, {"workaround": None}, ["workaround"]),
        (ana, {"public": False}, ["public"]),
        (ana, {"says": "fine"}, ["says"]),
    ):
        answer = await client.post(path, json={"text": "x", **body})
        assert (answer.status_code, list(answer.json()["fields"])) == (422, fields)
    assert len((await maya.get(f"/api/tickets/{number}")).json()["transcript"]) == 0


async def test_customer_reply_reopens_a_solved_ticket(api: Api) -> None:
    """The assignee stays, the resolution code is cleared, and `says` sets a flag."""
    maya, ana = await api.staff(), await api.visitor()
    me = (await maya.get("/api/me")).json()
    number = await api.ticket()
    path = f"/api/tickets/{number}"
    await maya.patch(path, json={"assignee": me["id"], "status": "solved", "resolution": "set_up"})
    ticket = (await ana.post(f"{path}/replies", json={"text": "It is back", "says": "not_fixed"})).json()
    assert (ticket["status"], ticket["resolution"], ticket["assignee"]["id"]) == ("open", None, me["id"])
    assert own_events(ticket)[-1]["says"] == "not_fixed" and ticket["waiting_since"] is not None
    assert (await maya.get(path)).json()["flags"] == ["not_fixed"]
    await maya.patch(path, json={"status": "awaiting_reply"})
    ticket = (await ana.post(f"{path}/replies", json={"text": "All good", "says": "solved"})).json()
    assert ticket["status"] == "open"
    assert (await maya.get(path)).json()["flags"] == ["confirmed"]
    assert (await maya.patch(path, json={"status": "solved", "resolution": "set_up"})).json()["flags"] == []


async def test_reply_after_the_final_close_opens_one_follow_up(api: Api, clock: SettableClock) -> None:
    """It links to the old ticket, keeps product, subject and participants, and has no assignee. A second reply goes to
    it too."""
    maya = await api.staff()
    me = (await maya.get("/api/me")).json()
    number = await api.ticket(subject="Dates")
    path = f"/api/tickets/{number}"
    change = {"assignee": me["id"], "status": "solved", "resolution": "set_up", "participants": ["cy@x.example"]}
    assert (await maya.patch(path, json=change)).status_code == 200
    clock.forward(29 * 86_400)
    ana, maya = await api.visitor(), await api.staff("noor")
    answer = await ana.post(f"{path}/replies", json={"text": "It is back"})
    follow = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"/api/tickets/{follow['number']}")
    assert follow["number"] != number and follow["follow_up_of"] == number
    kept = {"status": "open", "product": "Spectra OX", "subject": "Dates", "assignee": None}
    assert follow | kept == follow
    assert len(follow["participants"]) == 1 and own_events(follow)[0]["text"] == "It is back"
    answer = await maya.post(f"{path}/replies", json={"text": "We look again", "status": "awaiting_reply"})
    second = answer.json()
    assert (answer.status_code, second["number"], second["status"]) == (200, follow["number"], "awaiting_reply")
    old = (await ana.get(path)).json()
    assert (old["status"], old["version"], old["transcript"]) == ("solved", 2, [])
    answer = await maya.post(f"{path}/replies", json={"text": "For the record", "public": False})
    assert (answer.status_code, answer.json()["number"]) == (200, number)


async def test_reply_on_a_duplicate_reopens_it_and_notes_the_original(api: Api) -> None:
    """Staff see the note on the ticket that it duplicated. Customers see neither the note nor the link."""
    ana, maya = await api.visitor(), await api.staff()
    survivor = await api.ticket(requester=Requester(OTHER, "Ben", "ben@northlake.example"))
    number = await api.ticket()
    solved = {"status": "solved", "resolution": "duplicate", "duplicate_of": survivor}
    await maya.patch(f"/api/tickets/{number}", json=solved)
    assert (await maya.get(f"/api/tickets/{survivor}")).json()["duplicates"] == [number]
    ticket = (await ana.get(f"/api/tickets/{number}")).json()
    assert ticket["duplicate_of"] is None and "duplicates" not in ticket
    ticket = (await ana.post(f"/api/tickets/{number}/replies", json={"text": "Mine is different"})).json()
    assert (ticket["status"], ticket["resolution"]) == ("open", None)
    told = (await maya.get(f"/api/tickets/{survivor}")).json()
    assert told["duplicates"] == [] and f"#{number}" in told["transcript"][-1]["text"]
    assert told["transcript"][-1]["type"] == "note"
    assert (await (await api.visitor(OTHER)).get(f"/api/tickets/{survivor}")).json()["transcript"] == []


async def test_enhancement_is_handed_over_once_per_solving(api: Api) -> None:
    """Each time a ticket is solved with that code, a record and a letter to the requester are stored.
    Correcting the code back stores nothing."""
    maya = await api.staff()
    number = await api.ticket()
    path, solved = f"/api/tickets/{number}", {"status": "solved", "resolution": "enhancement_required"}
    back_and_forth = ({"resolution": "set_up"}, {"resolution": "enhancement_required"}, {"status": "open"})
    for change in (solved, {"subject": "New"}, *back_and_forth, solved):
        assert (await maya.patch(path, json=change)).status_code == 200
    rows, letters = await api.desk.desk.storage.read(
        lambda tx: (
            tx.session.exec(select(HandoverRow)).all(),
            [letter.kind for letter in api.desk.desk.letters.of_ticket(tx, number)],
        )
    )
    assert [(row.ticket, row.solving) for row in rows] == [(number, 1), (number, 2)]
    assert letters == ["handover_notice", "reopened", "handover_notice"]


async def test_redacted_text_is_removed_everywhere(api: Api, clock: SettableClock) -> None:
    """Its empty place stays in the transcript. It is removed from the subject, from search and from repeated answers.
    Late, or for another person's text, only a supervisor may redact."""
    ana, maya, head = await api.visitor(), await api.staff(), await api.staff("hannah", "supervisor", ())
    key = {"Idempotency-Key": "k"}
    number = (await ana.post("/api/tickets", json=REQUEST, headers=key)).json()["number"]
    path = f"/api/tickets/{number}/redactions"
    assert (await maya.post(path, json={"of": 1, "reason": "Secret"})).status_code == 403
    assert (await ana.post(path, json={"of": 9, "reason": "Secret"})).status_code == 404
    clock.forward(301)
    assert (await ana.post(path, json={"of": 1, "reason": "Secret"})).status_code == 403
    ticket = (await head.post(path, json={"of": 1, "reason": "Secret"})).json()
    assert own_events(ticket)[0] == {"type": "reply", "seq": 1, "prev": 0, "text": None, "files": [], "redacted": True}
    assert own_events(ticket)[1] == {"type": "message.redacted", "seq": 2, "prev": 1, "of": 1}
    assert ticket["subject"] is None
    assert (await head.post(path, json={"of": 1, "reason": "Secret"})).status_code == 409
    await api.desk.desk.indexing.idle()
    assert (await head.get("/api/tickets?q=dates")).json()["tickets"] == []
    again = await ana.post("/api/tickets", json=REQUEST, headers=key)
    assert again.status_code == 201 and "Dates" not in again.text
