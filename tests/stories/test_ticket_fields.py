"""Admins define custom fields. People need them whatever the way in; timers and chats do not."""

from __future__ import annotations

import httpx2

from tests.running import Client, Frame, RunningDesk
from tests.stories.test_administration import token_of

ANA = {"name": "Ana", "email": "ana@northlake.example"}
NEW = {"team": "media", "text": "Hello", "requester": ANA}
WEATHER = {"key": "weather", "labels": {"en": "Weather"}}
CAUSE: Frame = {
    "key": "cause",
    "kind": "choice",
    "labels": {"en": "Cause", "fr": "Cause", "es": "Causa"},
    "options": [WEATHER, {"key": "people", "labels": {"en": "People"}}],
    "needed_to_solve": True,
}
ORDER: Frame = {
    "key": "order_number",
    "kind": "text",
    "labels": {"en": "Order number"},
    "for_customers": True,
    "needed_to_submit": True,
}
SOLVED = {"status": "solved", "resolution": "support_question"}
NAMED = {"custom_fields.cause": "Fill in Cause to solve the ticket."}


async def _define(admin: httpx2.AsyncClient, *fields: Frame) -> None:
    for field in fields:
        assert (await admin.post("/api/admin/ticket-fields", json=field)).status_code == 201


async def _agent(desk: RunningDesk) -> Client:
    agent = await desk.staff("Maya")
    await agent.command("presence.set", status="available", capacity=5)
    return agent


async def test_needed_fields_bind_people_on_every_way_to_solve(desk: RunningDesk) -> None:
    async with (
        desk.http(await token_of(desk, "Priya", "agent")) as priya,
        desk.http(await token_of(desk, "Ada", "admin", ())) as ada,
    ):
        await _define(ada, CAUSE)
        number = (await priya.post("/api/tickets", json=NEW)).json()["number"]
        path = f"/api/tickets/{number}"
        refused = [
            await priya.patch(path, json=SOLVED),
            await priya.post(f"{path}/replies", json={"text": "Done", **SOLVED}),
            await priya.post("/api/tickets", json={**NEW, **SOLVED}),
        ]
        assert [(one.status_code, one.json()["fields"]) for one in refused] == [(422, NAMED)] * 3
        bulk = {"numbers": [number], "change": SOLVED}
        (one,) = (await priya.post("/api/tickets/bulk", json=bulk)).json()["refused"]
        assert one["fields"] == NAMED
        agent, customer = await _agent(desk), await desk.customer()
        chat = (await customer.command("chat.start", team="media", text="Help"))["chat"]
        await agent.event("chat.assigned", chat=chat)
        assert (await agent.ask("chat.close", chat=chat, **SOLVED))["fields"] == NAMED
        closed = await agent.command("chat.close", chat=chat, **SOLVED, custom_fields={"cause": "people"})
        assert closed["type"] == "ok"
        said = {"change": {**SOLVED, "custom_fields": {"cause": "weather"}}, "numbers": [number]}
        assert (await priya.post("/api/tickets/bulk", json=said)).json()["done"] == [number]
        ticket = (await priya.get(path)).json()
        assert (ticket["custom_fields"], ticket["flags"]) == ({"cause": "weather"}, [])
        line = ticket["history"][-1]
        assert (line["field"], line["from"], line["to"]) == ("custom_fields.cause", None, "weather")
        assert (await priya.patch(path, json={"custom_fields": {"cause": None}})).json()["fields"] == NAMED
        found = (await priya.get("/api/tickets", params={"custom": "cause:weather"})).json()["tickets"]
        assert [one["number"] for one in found] == [number]
        rest = (await priya.get("/api/tickets", params={"not_custom": "cause:weather"})).json()["tickets"]
        assert [one["custom_fields"] for one in rest] == [{"cause": "people"}]
        # Nobody worked on a duplicate.
        other = (await priya.post("/api/tickets", json=NEW)).json()["number"]
        duplicate = {"status": "solved", "resolution": "duplicate", "duplicate_of": number}
        assert (await priya.patch(f"/api/tickets/{other}", json=duplicate)).status_code == 200
        # A rule cannot fill in the field. It fails, and the ticket stays for people.
        rule = {"name": "Solves", "when": "ticket.created", "then": SOLVED}
        assert (await ada.post("/api/rules", json=rule)).status_code == 201
        left = (await priya.post("/api/tickets", json=NEW)).headers["Location"]
        await desk.desk.rules.running.run()
        assert (await priya.get(left)).json()["status"] == "open"
        assert "Cause" in (await ada.get("/api/rules")).json()["rules"][0]["failure"]


async def test_customers_fill_in_only_the_fields_that_they_see(desk: RunningDesk) -> None:
    async with (
        desk.http(await token_of(desk, "Priya", "agent")) as priya,
        desk.http(await token_of(desk, "Ada", "admin", ())) as ada,
        desk.http((await desk.customer()).token) as ana,
    ):
        await _define(ada, CAUSE, ORDER)
        seen = [
            [field["key"] for field in (await one.get("/api/ticket-fields")).json()["fields"]] for one in (ana, priya)
        ]
        assert seen == [["order_number"], ["cause", "order_number"]]
        (own,) = (await ana.get("/api/ticket-fields")).json()["fields"]
        assert {"teams", "needed_to_solve", "archived", "for_customers", "version"}.isdisjoint(own)
        wanted = {"team": "media", "text": "Where is it?", "email": "ana@northlake.example"}
        refused = await ana.post("/api/tickets", json={**wanted, "custom_fields": {"order_number": " "}})
        assert refused.json()["fields"] == {"custom_fields.order_number": "Fill in Order number."}
        secret = await ana.post("/api/tickets", json={**wanted, "custom_fields": {"cause": "people"}})
        assert secret.json()["fields"] == {"custom_fields.cause": "There is no field 'cause'."}
        said = {"order_number": " 4111 1111 1111 1111 "}
        made = (await ana.post("/api/tickets", json={**wanted, "custom_fields": said})).json()
        assert made["custom_fields"] == {"order_number": "•••• •••• •••• 1111"}
        path = f"/api/tickets/{made['number']}"
        assert (await priya.patch(path, json={"custom_fields": {"cause": "people"}})).status_code == 200
        assert (await ana.get(path)).json()["custom_fields"] == said | made["custom_fields"]
        # Neither the chat window nor a chat can ask for fields, so their tickets say that they are missing.
        left = (await ana.post("/api/tickets", json=wanted)).json()["number"]
        agent, customer = await _agent(desk), await desk.customer()
        chat = (await customer.command("chat.start", team="media", text="Help"))["chat"]
        await agent.event("chat.assigned", chat=chat)
        ticket = (await agent.command("chat.close", chat=chat, status="open"))["ticket"]
        flagged = (await priya.get("/api/tickets", params={"flags": "fields_missing"})).json()["tickets"]
        assert {one["number"] for one in flagged} == {left, ticket}


async def test_fields_are_archived_and_removed_only_without_values(desk: RunningDesk) -> None:
    async with (
        desk.http(await token_of(desk, "Priya", "agent")) as priya,
        desk.http(await token_of(desk, "Ada", "admin", ())) as ada,
    ):
        await _define(ada, CAUSE, {"key": "gate", "kind": "number", "labels": {"en": "Gate"}, "teams": ["finance"]})
        for wrong in ({**CAUSE, "key": "Cause"}, {**CAUSE, "options": []}, CAUSE, {**CAUSE, "labels": {"fr": "X"}}):
            assert (await ada.post("/api/admin/ticket-fields", json=wrong)).status_code in (409, 422)
        number = (await priya.post("/api/tickets", json={**NEW, "custom_fields": {"cause": "people"}})).json()["number"]
        # The field of another team.
        gate = await priya.patch(f"/api/tickets/{number}", json={"custom_fields": {"gate": 3}})
        assert gate.json()["fields"] == {"custom_fields.gate": "There is no field 'gate'."}
        path = "/api/admin/ticket-fields/cause"
        assert (await ada.delete(path)).status_code == 409
        one = {"options": [WEATHER]}
        assert [each["archived"] for each in (await ada.patch(path, json=one)).json()["options"]] == [False, True]
        # Only what a ticket has is kept.
        other = {"options": [{"key": "fog", "labels": {"en": "Fog"}}]}
        assert [each["key"] for each in (await ada.patch(path, json=other)).json()["options"]] == ["fog", "people"]
        nameless = await ada.patch(path, json={"options": [{"key": "", "labels": {"en": "Туман"}}]})
        assert "“a | Туман”" in nameless.json()["fields"]["options"]
        again = await priya.post("/api/tickets", json={**NEW, "custom_fields": {"cause": "people"}})
        assert again.json()["fields"] == {"custom_fields.cause": "Cause: Choose one of fog."}
        stale = await ada.patch(path, json={"archived": True}, headers={"If-Match": '"1"'})
        assert stale.status_code == 412
        assert (await ada.patch(path, json={"archived": True})).json()["archived"]
        assert (await priya.patch(f"/api/tickets/{number}", json=SOLVED)).status_code == 200
        assert (await ada.delete("/api/admin/ticket-fields/gate")).status_code == 204
        lines = (await ada.get("/api/admin/audit", params={"thing": "ticket_field"})).json()["lines"]
        assert [line["verb"] for line in lines] == ["remove", "change", "change", "change", "add", "add"]


async def test_macro_sets_fields_and_its_page_keeps_them(desk: RunningDesk) -> None:
    form = {"do": "add", "shortcut": "storm", "name": "Storm", "for": "own", "text.en": "It was the storm."}
    form |= {"custom_fields.cause": "weather", "custom_fields.order_number": "7"}
    async with (
        desk.http(await token_of(desk, "Priya", "agent"), Origin=desk.origin) as priya,
        desk.http(await token_of(desk, "Ada", "admin", ())) as ada,
    ):
        await _define(ada, CAUSE, ORDER)
        refused = await priya.post("/canned-replies", data={**form, "custom_fields.cause": "fog"})
        assert (refused.status_code, "Choose one of weather, people." in refused.text) == (422, True)
        assert (await priya.post("/canned-replies", data=form)).status_code == 303
        (reply,) = (await priya.get("/api/replies")).json()["replies"]
        assert reply["actions"] == {"custom_fields": {"cause": "weather", "order_number": "7"}}
        assert "Sets Cause: Weather, Order number: 7" in (await priya.get("/canned-replies")).text
        shown = (await priya.get("/canned-replies", params={"edit": reply["id"]})).text
        assert '<option value="weather" selected>' in shown and 'value="7"' in shown
        new = {**NEW, "custom_fields": {"order_number": "1"}}
        path = (await priya.post("/api/tickets", json=new)).headers["Location"]
        ticket = (await priya.post(f"{path}/replies", json={"text": "Done", **SOLVED, **reply["actions"]})).json()
        assert (ticket["status"], ticket["custom_fields"]) == ("solved", reply["actions"]["custom_fields"])
