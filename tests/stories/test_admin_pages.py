"""Every page and every answer of the administration: none shows a conversation, and hostile names stay text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx2

from tests.browser.injections import INJECTIONS
from tests.server.edge.api.conftest import Api, api, clock, start
from tests.stories.matrix import HTTP, PAGES
from tests.stories.test_from_chat_to_ticket import begin

__all__ = ["api", "clock", "start"]

CANARY = "kanarie 5d1c"
PLACES = [
    row.what.removeprefix("GET ") for row in (*PAGES, *HTTP) if row.what.startswith(("GET /admin", "GET /api/admin"))
]
HOSTILE = [one for one in INJECTIONS if len(one) <= 80][::29]


async def admin_at(desk: Api) -> httpx2.AsyncClient:
    await desk.enrolled("ada", "admin", ())
    return await desk.browser("ada")


async def made(admin: httpx2.AsyncClient, path: str, body: object) -> httpx2.Response:
    answer = await admin.post(path, json=body)
    assert answer.status_code in (200, 201), answer.text
    return answer


async def places(desk: Api, admin: httpx2.AsyncClient, client: str) -> list[tuple[str, str]]:
    """Each page and each call that reads, with what it shows."""
    people = (await admin.get("/api/admin/users")).json()
    wanted = {"url": "https://hooks.example.com/", "events": ["article.published"]}
    webhook = (await made(admin, "/api/webhooks", wanted)).json()["id"]
    field = {"key": "cause", "kind": "text", "labels": {"en": "Cause"}}
    await made(admin, "/api/admin/ticket-fields", field)
    wanted_rule = {"name": "VIPs", "when": "ticket.created", "then": {"priority": "high"}}
    rule = (await made(admin, "/api/rules", wanted_rule)).json()["id"]
    policy = (await made(admin, "/api/sla-policies", {"name": "All", "first_reply": 60})).json()["id"]
    found = []
    for place in PLACES:
        things = {"clients": client, "webhooks": webhook, "rules": rule, "fields": "cause", "service-levels": policy}
        own = [id_ for kind, id_ in things.items() if kind in place] or None
        ids: Iterator[str] = iter(own) if own else (one["id"] for one in people)
        for id_ in ids if "{id}" in place else iter([""]):
            answer = await admin.get(place.replace("{id}", id_), follow_redirects=True)
            assert answer.status_code == 200, (place, answer.text)
            found.append((place, answer.text))
    return found


async def test_no_page_of_the_administration_shows_a_conversation(api: Api) -> None:
    """An admin who is no supervisor learns nothing of what customers and agents wrote, nor the names of their files."""
    customer, agent, chat = await begin(api.desk)
    await customer.command("message.send", chat=chat, text=f"{CANARY} said")
    await agent.command("note.add", chat=chat, text=f"{CANARY} noted")
    file = await api.desk.http(agent.token).post("/api/files", files={"file": (f"{CANARY}.txt", b"plan")})
    await agent.command("message.send", chat=chat, text=f"{CANARY} answered", files=[file.json()["id"]])
    await agent.command("chat.close", chat=chat, status="solved", resolution="set_up", subject=f"{CANARY} subject")
    number = await api.ticket(subject=f"{CANARY} ticket")
    assert number
    admin = await admin_at(api)
    client = (await made(admin, "/api/admin/clients", {"name": "Acme", "domains": ["acme.example"]})).json()["id"]
    shown = await places(api, admin, client)
    assert len(shown) > len(PLACES)
    assert [place for place, text in shown if CANARY in text] == []


async def test_hostile_names_stay_text_on_every_page_of_the_administration(api: Api) -> None:
    """Names of people, clients, the widget; reasons; searches. Pages that draw with scripts get them as data."""
    admin, client = await admin_at(api), ""
    for number, text in enumerate(HOSTILE):
        await api.staff(f"m{number}", "agent")
        made_client = await made(
            admin, "/api/admin/clients", {"name": f"{text} {number}", "domains": [f"a{number}.example"]}
        )
        client = made_client.json()["id"]
    people = (await admin.get("/api/admin/users")).json()
    for text, one in zip(HOSTILE, (one for one in people if one["email"].startswith("m")), strict=True):
        gone = await admin.patch(f"/api/admin/users/{one['id']}", json={"disabled": True, "reason": text})
        assert gone.status_code == 200, gone.text
    assert (await admin.patch("/api/admin/settings", json={"brand_name": HOSTILE[0]})).status_code == 200
    pages = [one for one in await places(api, admin, client) if one[0].startswith("/admin")]
    for text in HOSTILE:
        for path, query in (
            ("audit", "q who what"),
            ("people", "q role team"),
            ("clients", "q"),
            ("widget/frame", "name"),
        ):
            asked = await admin.get(f"/admin/{path}", params=dict.fromkeys(query.split(), text))
            pages.append((f"/admin/{path}", asked.text))
    assert len(pages) > 4 * len(HOSTILE)
    assert [place for place, page in pages if any(one in page for one in HOSTILE)] == []


async def test_policies_and_rules_move_up_and_down_within_their_list(api: Api) -> None:
    admin = await admin_at(api)
    rule = {"when": "ticket.created", "then": {"priority": "high"}}
    for page, path, key, wanted in (
        ("service-levels", "/api/sla-policies", "policies", {"first_reply": 60}),
        ("rules", "/api/rules", "rules", rule),
    ):
        names = ("First", "Second", "Third")
        ids = {name: (await made(admin, path, {"name": name, **wanted})).json()["id"] for name in names}
        for name, do in (("First", "down"), ("Third", "up"), ("Second", "up"), ("First", "down"), ("First", "down")):
            assert (await admin.post(f"/admin/{page}", data={"id": ids[name], "do": do})).status_code == 303
        order = [one["name"] for one in (await admin.get(path)).json()[key]]
        assert order == ["Second", "Third", "First"]
    refused = await admin.post("/admin/service-levels/new", data={"do": "save", "name": "Fourth"})
    assert refused.text.count("Give at least one target.") == 1 and "marked below" in refused.text


async def test_rule_that_names_what_is_gone_cannot_be_turned_on_and_says_why(api: Api) -> None:
    admin = await admin_at(api)
    await made(admin, "/api/admin/ticket-fields", {"key": "cause", "kind": "text", "labels": {"en": "Cause"}})
    condition = {"if": "custom_field", "field": "cause", "any": ["rain"]}
    rule = {"name": "R", "when": "ticket.created", "if": [condition], "then": {"priority": "high"}, "enabled": False}
    id_ = (await made(admin, "/api/rules", rule)).json()["id"]
    assert (await admin.patch("/api/admin/ticket-fields/cause", json={"archived": True})).is_success
    refused = await admin.post("/admin/rules", data={"id": id_, "do": "on"})
    assert refused.status_code == 422
    assert "The rule stays off." in refused.text and "Cause was archived" in refused.text


async def test_navigation_counts_the_entries_of_lists(api: Api) -> None:
    """Also right after a change. A supervisor opens the hours alone, and learns no numbers."""
    admin = await admin_at(api)
    rail = re.compile(r'<a href="/admin/(\w+)"[^>]*>.*?</a>')

    async def counted(browser: httpx2.AsyncClient, path: str) -> dict[str, str]:
        shown = (await browser.get(path)).text
        numbers = {found[1]: re.search(r'class="num quiet">(\d+)<', found[0]) for found in rail.finditer(shown)}
        return {section: number[1] for section, number in numbers.items() if number}

    before = await counted(admin, "/admin/people")
    assert before.keys() == {"people", "clients", "teams", "alarms", "tokens"}
    await made(admin, "/api/admin/clients", {"name": "Acme", "domains": ["acme.example"]})
    after = await counted(admin, "/admin/audit")
    assert after == before | {"clients": str(int(before["clients"]) + 1)}
    await api.enrolled("sue", "supervisor", ("media",))
    assert await counted(await api.browser("sue"), "/admin/hours") == {}


async def test_auditor_reads_the_audit_log_and_changes_nothing(api: Api) -> None:
    admin = await admin_at(api)
    await made(admin, "/api/admin/clients", {"name": "Acme", "domains": ["acme.example"]})
    await api.enrolled("ute", "auditor", ())
    ute = await api.browser("ute")
    shown = await ute.get("/admin/audit")
    assert shown.status_code == 200 and "Acme" in shown.text and "/undo" not in shown.text
    (line, *_) = (await ute.get("/api/admin/audit")).json()["lines"]
    assert (await ute.post(f"/admin/audit/{line['id']}/undo")).status_code == 403
    assert "400" not in (await ute.get("/admin/retention")).text
    assert (await ute.post("/admin/retention", data={"version": "0", "files": "400"})).status_code == 403
    assert (await ute.patch("/api/admin/retention", json={"files": 400})).status_code == 403
    for page in ("/tickets", "/admin/people", "/floor", "/knowledge"):
        assert (await ute.get(page)).status_code == 403, page
    assert (await ute.get("/reports")).status_code == 200
    assert (await ute.get("/api/tickets")).status_code == 403


async def test_page_of_personal_data_asks_for_the_address_again(api: Api) -> None:
    """An admin who supervises nobody sees numbers, and no conversation."""
    admin = await admin_at(api)
    await begin(api.desk)
    fields = {"email": "danielle@northlake.example"}
    shown = (await admin.post("/admin/personal-data", data={**fields, "do": "find"})).text
    assert "They are in a chat" in shown and "also a supervisor of all teams" in shown
    refused = await admin.post("/admin/personal-data", data={**fields, "do": "erase", "confirm": "danielle"})
    assert refused.status_code == 422 and "Type the address again" in refused.text
    assert (await admin.post("/admin/personal-data", data={**fields, "do": "export"})).status_code == 403
    token = await api.desk.desk.storage.write(
        lambda tx: api.desk.desk.people.identity.create_token(
            tx, "ada@desk.example", api.desk.clock(), scopes=["read", "write"]
        )
    )
    program = api.desk.http(token, Origin=api.desk.origin)
    page = await program.post("/admin/personal-data", data={**fields, "do": "export"})
    assert page.status_code == 403 and "With a token" in page.text
    lacking = await program.post("/api/admin/people/export", json=fields)
    assert lacking.status_code == 403 and "lacks the scope export" in lacking.text
    assert (await admin.post("/admin/retention", data={"version": "0", "files": "400"})).status_code == 303
    assert 'value="400"' in (await admin.get("/admin/retention")).text


async def test_retention_says_for_how_long_mails_are_kept(api: Api) -> None:
    shown = (await (await admin_at(api)).get("/admin/retention")).text
    assert "30 days after" in shown and "figures of reports" in shown
