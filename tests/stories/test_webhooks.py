"""Programs subscribe to what happens at the desk, and hear of it signed, once stored, and as often as needed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import httpx2
import pytest_asyncio
from standardwebhooks.webhooks import Webhook

from tests.running import Frame, RunningDesk, SettableClock, enrol, running
from tests.server.live.webhooks.test_delivery import Program, answer, program
from tests.stories.test_administration import token_of
from tests.stories.test_from_chat_to_ticket import begin
from webhooks.events import KINDS

CHATS = ["chat.started", "chat.assigned", "chat.closed", "chat.rated"]
TICKETS = ["ticket.created", "ticket.updated", "ticket.replied", "ticket.solved", "ticket.reopened"]
SAID = "kanarie7f3a"


@pytest_asyncio.fixture
async def desk(database_url: str | None, tmp_path: Path) -> AsyncIterator[RunningDesk]:
    async with running(tmp_path / "data", SettableClock(), database_url, egress_allow="127.0.0.1") as it:
        yield it


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Program]:
    async with program() as it:
        yield it


async def added(admin: httpx2.AsyncClient, receiver: Program, *events: str) -> str:
    """The id of a new webhook. Its secret is the receiver's from now on."""
    made = await admin.post("/api/webhooks", json={"url": receiver.url, "events": events})
    assert made.status_code == 201, made.text
    receiver.secret = made.json()["secret"]
    return str(made.json()["id"])


async def heard(desk: RunningDesk, receiver: Program) -> list[Frame]:
    """The bodies that the receiver got, all with right signatures, in the order in which the events happened."""
    await desk.desk.webhooks.delivery.idle()
    bodies = []
    for headers, body in receiver.messages():
        Webhook(receiver.secret).verify(body, headers)
        bodies.append(json.loads(body))
    return sorted(bodies, key=lambda body: str(body["timestamp"]))


async def test_webhook_hears_of_a_chat_and_of_its_ticket_without_what_was_said(
    desk: RunningDesk, admin: httpx2.AsyncClient, receiver: Program
) -> None:
    await added(admin, receiver, *CHATS, *TICKETS)
    customer, agent, chat = await begin(desk)
    await customer.command("message.send", chat=chat, text=SAID)
    closed = await agent.command("chat.close", chat=chat, status="awaiting_reply")
    number = closed["ticket"]
    await customer.command("chat.rate", chat=chat, score=4, comment=SAID)
    http = desk.http(agent.token)
    assert (await http.post(f"/api/tickets/{number}/replies", json={"text": SAID})).status_code == 200
    solve = {"status": "solved", "resolution": "support_question"}
    assert (await http.patch(f"/api/tickets/{number}", json=solve)).status_code == 200
    assert (await http.patch(f"/api/tickets/{number}", json={"status": "open"})).status_code == 200

    bodies = await heard(desk, receiver)
    types = [body["type"] for body in bodies]
    once = [*CHATS, "ticket.created", "ticket.replied", "ticket.solved", "ticket.reopened"]
    assert {name: types.count(name) for name in once} == dict.fromkeys(once, 1)
    by_name = {body["type"]: body["data"] for body in bodies}
    assert by_name["chat.closed"]["ticket"] == by_name["ticket.created"]["ticket"] == number
    assert (by_name["chat.rated"]["score"], by_name["ticket.replied"]["by"]) == (4, "staff")
    assert (by_name["ticket.solved"]["resolution"], by_name["ticket.reopened"]["status"]) == (
        "support_question",
        "open",
    )
    assert "status" in by_name["ticket.updated"]["changed"]
    raw = json.dumps(bodies)
    assert SAID not in raw and "@" not in raw and "texts" not in raw


async def test_webhook_with_texts_needs_a_supervisor_of_all_teams(
    desk: RunningDesk, admin: httpx2.AsyncClient, receiver: Program
) -> None:
    wanted = {"url": receiver.url, "events": ["ticket.replied"], "include_texts": True}
    refused = await admin.post("/api/webhooks", json=wanted)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    ines, token = await enrol(desk.desk.storage, "ines@desk.example", "Ines", "supervisor", ())
    raised = await admin.patch(f"/api/admin/users/{ines}", json={"roles": ["supervisor", "admin"]})
    assert raised.status_code == 200, raised.text
    both = desk.http(token, Origin=desk.origin)
    made = await both.post("/api/webhooks", json=wanted)
    receiver.secret, id_ = made.json()["secret"], made.json()["id"]
    _customer, agent, chat = await begin(desk)
    number = (await agent.command("chat.close", chat=chat, status="awaiting_reply"))["ticket"]
    await desk.http(agent.token).post(f"/api/tickets/{number}/replies", json={"text": SAID})
    (body,) = await heard(desk, receiver)
    assert body["data"]["texts"]["text"] == SAID
    (sent,) = (await admin.get(f"/api/webhooks/{id_}/deliveries")).json()["deliveries"]
    whole = f"/api/webhooks/{id_}/deliveries/{sent['id']}"
    assert (await admin.get(whole)).status_code == 403
    assert (await both.get(whole)).json()["body"] == body
    moved = await admin.patch(f"/api/webhooks/{id_}", json={"url": f"{receiver.url}/elsewhere"})
    assert moved.status_code == 403
    (line,) = (await admin.get("/api/admin/audit", params={"thing": "webhook", "verb": "add"})).json()["lines"]
    assert line["detail"]["include_texts"] is True


async def test_failed_message_is_listed_and_sent_again_with_the_same_id(
    desk: RunningDesk, admin: httpx2.AsyncClient, receiver: Program
) -> None:
    id_ = await added(admin, receiver, "chat.started")
    receiver.answers += [answer(503), answer(204)]
    tested = await admin.post(f"/api/webhooks/{id_}/test")
    assert (tested.status_code, tested.json()["state"]) == (202, "waiting")
    await desk.desk.webhooks.delivery.idle()
    failed = {"status": "failed"}
    (one,) = (await admin.get(f"/api/webhooks/{id_}/deliveries", params=failed)).json()["deliveries"]
    assert (one["answered"], one["attempts"], one["event"]) == (503, 1, "webhook.test")
    again = await admin.post(f"/api/webhooks/{id_}/deliveries/{one['id']}/replay")
    assert again.status_code == 202
    await heard(desk, receiver)
    assert [headers["webhook-id"] for headers, _ in receiver.messages()] == [one["id"], one["id"]]
    kept = await admin.patch(f"/api/webhooks/{id_}", json={"enabled": True})
    rotated = await admin.post(f"/api/webhooks/{id_}/secret")
    assert [known.json()["accepted"] for known in (kept, rotated)] == [1, 1]
    period = {"from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}
    path = f"/api/webhooks/{id_}/replay"
    for no_time in ("tomorrow", "2026-99-01T00:00:00Z"):
        refused = await admin.post(path, json={**period, "from": no_time})
        assert (refused.status_code, list(refused.json()["fields"])) == (422, ["from"])
    assert (await admin.post(path, json=period)).json() == {"messages": 0}
    assert (await admin.post(path, json={**period, "all": True})).json() == {"messages": 1}


async def test_paused_and_removed_webhook_hears_nothing(
    desk: RunningDesk, admin: httpx2.AsyncClient, receiver: Program
) -> None:
    id_ = await added(admin, receiver, "chat.started")
    async with desk.http(await token_of(desk, "Uma", "auditor", ())) as auditor:
        (shown,) = (await auditor.get("/api/webhooks")).json()["webhooks"]
    (whole,) = (await admin.get("/api/webhooks")).json()["webhooks"]
    assert (whole["url"], "…" in shown["url"]) == (receiver.url, True)
    assert (await admin.patch(f"/api/webhooks/{id_}", json={"enabled": False})).json()["enabled"] is False
    customer, agent, chat = await begin(desk)
    assert (await admin.post(f"/api/webhooks/{id_}/test")).status_code == 409
    assert (await admin.patch(f"/api/webhooks/{id_}", json={"enabled": True})).status_code == 200
    assert (await admin.delete(f"/api/webhooks/{id_}")).status_code == 204
    await agent.command("chat.close", chat=chat, status="awaiting_reply")
    await customer.command("chat.start", team="media", text="Hello again")
    assert await heard(desk, receiver) == []
    lines = (await admin.get("/api/admin/audit", params={"thing": "webhook"})).json()["lines"]
    assert sorted(line["verb"] for line in lines) == ["add", "change", "change", "remove"]
    assert receiver.url not in json.dumps(lines) and receiver.secret not in json.dumps(lines)


async def test_one_receiver_that_fails_holds_up_no_other(
    desk: RunningDesk, admin: httpx2.AsyncClient, receiver: Program
) -> None:
    async with program() as broken:
        broken.answers += [answer(500)] * 50
        await added(admin, broken, "chat.started", "chat.assigned")
        await added(admin, receiver, "chat.started", "chat.assigned")
        await begin(desk)
        assert [body["type"] for body in await heard(desk, receiver)] == ["chat.started", "chat.assigned"]


async def test_addresses_of_the_own_network_and_unknown_events_are_refused(admin: httpx2.AsyncClient) -> None:
    for url in ("http://169.254.169.254/latest", "https://10.0.0.1/", "ftp://hooks.example.com", "nowhere"):
        refused = await admin.post("/api/webhooks", json={"url": url, "events": ["chat.started"]})
        assert (refused.status_code, list(refused.json()["fields"])) == (422, ["url"]), url
    for events in ([], ["chat.exploded"]):
        refused = await admin.post("/api/webhooks", json={"url": "https://hooks.example.com/", "events": events})
        assert (refused.status_code, list(refused.json()["fields"])) == (422, ["events"])


async def test_catalogue_describes_each_event_with_a_fitting_example(admin: httpx2.AsyncClient) -> None:
    events = (await admin.get("/api/webhooks/events")).json()["events"]
    assert [event["name"] for event in events] == list(KINDS)
    for event in events:
        named = event["schema"].get("$ref", "").rpartition("/")[2]
        schema = event["schema"]["$defs"][named]
        required = set(schema["required"])
        assert required <= set(event["example"]) <= set(schema["properties"]), event["name"]


async def test_pages_add_test_change_and_remove(
    desk: RunningDesk, admin: httpx2.AsyncClient, receiver: Program
) -> None:
    """The secret is shown once. What was typed wrong stays in the form."""
    wrong = unescape((await admin.post("/admin/webhooks", data={"url": "nowhere", "event.chat.started": "1"})).text)
    assert 'value="nowhere"' in wrong
    shown = (await admin.post("/admin/webhooks", data={"url": receiver.url, "event.chat.started": "1"})).text
    assert "whsec_" in shown and "whsec_" not in (await admin.get("/admin/webhooks")).text
    (one,) = (await admin.get("/api/webhooks")).json()["webhooks"]
    page = f"/admin/webhooks/{one['id']}"
    receiver.answers.append(answer(503))
    tested = await admin.post(page, data={"do": "test"})
    assert (tested.status_code, tested.headers["location"]) == (303, f"{page}?sent=1")
    await desk.desk.webhooks.delivery.idle()
    shown = unescape((await admin.get(page)).text)
    assert "The receiver answered 503." in shown and "Given up" in shown
    assert (await admin.post(page, data={"do": "save", "url": one["url"]})).status_code == 422
    await admin.post(page, data={"do": "save", "url": one["url"], "event.chat.closed": "1"})
    assert (await admin.get("/api/webhooks")).json()["webhooks"][0]["events"] == ["chat.closed"]
    await admin.post(page, data={"do": "pause"})
    assert "Paused" in (await admin.get("/admin/webhooks")).text
    assert "whsec_" in (await admin.post(page, data={"do": "secret"})).text
    removed = await admin.post(page, data={"do": "remove"})
    shown = (await admin.get(removed.headers["location"])).text
    assert "No webhooks" in shown and "Removed." in shown
    assert (await admin.get(page)).status_code == 404
