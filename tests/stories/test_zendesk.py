"""Programs that were written for Zendesk, over HTTP: zenpy and node-zendesk, unmodified."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import pytest

from routing.adapters.hours_file import load as load_hours
from server.operations.import_report import Report
from server.operations.importing import import_tickets
from tests.contract import Frame
from tests.running import ROOT, RunningDesk, SettableClock, enrol
from tests.stories.test_administration import token_of
from tests.stories.test_zendesk_many import open_tickets
from zendesk.import_map import FieldMap, ImportMap

T = TypeVar("T")
RESOLUTION = 101
HOURS = Path(__file__).parents[2] / "hours.yaml"
# zenpy has no types.
zenpy, objects, errors = (import_module(name) for name in ("zenpy", "zenpy.lib.api_objects", "zenpy.lib.exception"))


@pytest.fixture
async def token(desk: RunningDesk) -> str:
    return await token_of(desk, "Ines", "supervisor", ())


@pytest.fixture(autouse=True)
def zenpy_finds_the_desk(desk: RunningDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point zenpy at the desk by its own settings."""
    monkeypatch.setenv("ZENPY_FORCE_SCHEME", "http")
    monkeypatch.setenv("ZENPY_FORCE_NETLOC", f"127.0.0.1:{desk.port}")


async def in_script(script: Callable[[], T]) -> T:
    """Run blocking code beside the desk."""
    return await asyncio.to_thread(script)


async def in_node(script: str, url: str, token: str) -> Frame:
    """What a script of node-zendesk prints."""
    process = await asyncio.create_subprocess_exec(
        "node", "-e", script, "--", url, token, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    told: Frame = json.loads(out)
    return told


async def define_cause(desk: RunningDesk) -> None:
    """An admin defines a custom field that is needed to solve."""
    field = {"key": "cause", "kind": "choice", "labels": {"en": "Cause"}, "needed_to_solve": True}
    options = [{"key": key, "labels": {"en": key.capitalize()}} for key in ("weather", "people")]
    async with desk.http(await token_of(desk, "Cleo", "admin", ())) as admin:
        assert (await admin.post("/api/admin/ticket-fields", json={**field, "options": options})).status_code == 201


async def test_zenpy_script_opens_answers_and_solves_a_ticket(desk: RunningDesk, token: str) -> None:
    await define_cause(desk)
    zendesk = zenpy.Zenpy(subdomain="media", email="ines@desk.example", token=token)

    def script() -> None:
        cause = next(field for field in zendesk.ticket_fields() if field.title == "Cause")
        assert (cause.type, cause.required, cause.custom_field_options[0].value) == ("tagger", True, "weather")
        me = zendesk.users.me()
        assert (me.name, me.email, me.role) == ("Ines", "ines@desk.example", "agent")
        groups = {group.name: group.id for group in zendesk.groups()}
        ana = zendesk.users.create_or_update(objects.User(name="Ana Ruiz", email="Ana@northlake.example"))
        audit = zendesk.tickets.create(
            objects.Ticket(
                subject="Printer",
                comment=objects.Comment(body="It does not print."),
                requester_id=ana.id,
                group_id=groups["Media"],
                priority="high",
                tags=["export"],
            )
        )
        number = audit.ticket.id
        ticket = zendesk.tickets(id=number)
        assert (ticket.status, ticket.priority, ticket.tags) == ("open", "high", ["export"])
        assert (ticket.description, ticket.requester.name) == ("It does not print.", "Ana Ruiz")
        ticket.comment = objects.Comment(body="Try again, please.", public=True)
        ticket.status = "pending"
        zendesk.tickets.update(ticket)
        zendesk.tickets.update(objects.Ticket(id=number, comment=objects.Comment(body="A loose cable.", public=False)))
        texts = [(comment.body, comment.public) for comment in zendesk.tickets.comments(ticket=number)]
        assert texts == [("It does not print.", True), ("Try again, please.", True), ("A loose cable.", False)]
        with pytest.raises(errors.APIException) as refused:
            zendesk.tickets.update(objects.Ticket(id=number, status="solved"))
        said = refused.value.response.json()
        assert (refused.value.response.status_code, said["error"]) == (422, "RecordInvalid")
        assert said["details"]["resolution"][0]["ticket_field_id"] == RESOLUTION
        custom = [objects.CustomField(id=RESOLUTION, value="set_up")]
        with pytest.raises(errors.APIException) as refused:
            zendesk.tickets.update(objects.Ticket(id=number, status="solved", custom_fields=custom))
        (fault,) = refused.value.response.json()["details"]["custom_fields.cause"]
        assert fault == {
            "description": "Fill in Cause to solve the ticket.",
            "error": "InvalidValue",
            "ticket_field_id": cause.id,
        }
        custom.append(objects.CustomField(id=cause.id, value="weather"))
        zendesk.tickets.update(objects.Ticket(id=number, status="solved", custom_fields=custom))
        values = {field["id"]: field["value"] for field in zendesk.tickets(id=number).custom_fields}
        assert (values[RESOLUTION], values[cause.id]) == ("set_up", "weather")
        assert [one.id for one in zendesk.search(f"custom_field_{cause.id}:weather")] == [number]
        assert len(zendesk.search(f"custom_field_{cause.id}:people")) == 0
        assert [one.id for one in zendesk.search(type="ticket", status="solved", tags="export")] == [number]
        assert len(zendesk.search("printer", type="ticket")) == 1
        assert list(zendesk.tickets.add_tags(number, ["paper"])) == ["export", "paper"]
        assert list(zendesk.tickets.delete_tags(number, ["export"])) == ["paper"]
        assert list(zendesk.tickets.set_tags(number, ["toner"])) == list(zendesk.tickets.tags(number)) == ["toner"]
        lower = [objects.Ticket(id=one, priority="low") for one in (number, 4711)]
        job = zendesk.tickets.update(lower)
        told = [(one.id, one.success, getattr(one, "error", None)) for one in job.results]
        assert (job.status, told) == ("completed", [(number, True, None), (4711, False, "RecordNotFound")])
        (one,) = zendesk.tickets(ids=[number, 4712])
        assert one.priority == "low"
        with pytest.raises(errors.RecordNotFoundException):
            zendesk.tickets(id=4711)

    await in_script(script)
    async with desk.http(token) as http:
        solved = (await http.get("/api/tickets/1")).json()
    assert (solved["status"], solved["resolution"], solved["requester"]["name"]) == ("solved", "set_up", "Ana Ruiz")


async def test_zenpy_pages_lists_and_exports_what_changed(desk: RunningDesk, clock: SettableClock) -> None:
    _, token = await enrol(desk.desk.storage, "ines@desk.example", "Ines", "supervisor", ())
    export = await desk.desk.storage.write(
        lambda tx: desk.desk.people.identity.create_token(
            tx, "ines@desk.example", desk.desk.clock(), days=1, scopes=["read", "write", "export"]
        )
    )
    async with desk.http(token) as http:
        await open_tickets(http, 1)
        clock.forward(2 * 3600)
        await open_tickets(http, 4)
        clock.forward(1)
        assert (await http.patch("/api/tickets/2", json={"priority": "high"})).status_code == 200
        for name, filters in (("High", "priority=high"), ("Open", "status=open")):
            view = {"name": name, "team": "media", "query": filters, "filters": filters}
            assert (await http.post("/api/views", json=view)).status_code == 201
    zendesk = zenpy.Zenpy(subdomain="media", email="ines@desk.example", token=export)

    def script() -> None:
        assert [one.id for one in zendesk.tickets(cursor_pagination=2)] == [1, 2, 3, 4, 5]
        assert [one.id for one in zendesk.tickets(cursor_pagination=False, per_page=2)] == [1, 2, 3, 4, 5]
        exported = zendesk.tickets.incremental(start_time=1, paginate_by_time=False, per_page=2)
        assert [one.id for one in exported] == [1, 3, 4, 5, 2]
        assert exported.end_of_stream and exported.after_cursor
        assert sorted(one.id for one in zendesk.search("created>1hours", type="ticket")) == [2, 3, 4, 5]
        assert list(zendesk.organizations()) == []
        high, open_ = zendesk.views()
        assert [view.title for view in zendesk.views.active()] == [high.title, open_.title] == ["High", "Open"]
        assert [one.id for one in zendesk.views.tickets(high)] == [2]
        assert len(zendesk.views.tickets(open_, cursor_pagination=False)) == 5
        assert (zendesk.views(id=open_.id).position, open_.position) == (2, 2)
        assert zendesk.views(id=high.id).restriction["id"] == next(iter(zendesk.groups())).id
        assert (zendesk.views.count(open_).value, zendesk.views.count(high).pretty) == (5, "1")
        fields = {field.title: field for field in zendesk.ticket_fields()}
        assert "set_up" in {option.value for option in fields["Resolution"].custom_field_options}

    await in_script(script)
    async with desk.http(await token_of(desk, "Ada", "admin", ())) as admin:
        lines = (await admin.get("/api/admin/audit", params={"verb": "export"})).json()["lines"]
    # One for the export, none for its later pages.
    assert [line["detail"] for line in lines] == [{"format": "zendesk", "query": ["start_time"]}]


_NODE = """
const { createClient } = require("node-zendesk");
const [url, token] = process.argv.slice(1);
(async () => {
  const zendesk = createClient({ username: "ines@desk.example", token, endpointUri: `${url}/api/v2` });
  const me = (await zendesk.users.me()).result;
  const made = (await zendesk.tickets.create({ ticket: {
    subject: "Printer", comment: { body: "It does not print." },
    requester: { name: "Ana", email: "ana@northlake.example" } } })).result;
  const id = made.id;
  await zendesk.tickets.update(id, { ticket: { status: "hold", comment: { body: "With product.", public: false } } });
  const shown = (await zendesk.tickets.show(id)).result;
  const comments = (await zendesk.tickets.getComments(id)).map((one) => one.body ?? one);
  const listed = (await zendesk.tickets.list()).map((one) => one.id);
  const found = (await zendesk.search.query("type:ticket printer")).result;
  const cause = (await zendesk.ticketfields.list()).find((field) => field.title === "Cause");
  const custom = [{ id: cause.id, value: "people" }];
  await zendesk.tickets.update(id, { ticket: { custom_fields: custom } });
  const values = (await zendesk.tickets.show(id)).result.custom_fields;
  const value = values.find((field) => field.id === cause.id).value;
  let refused;
  try { await zendesk.tickets.update(id, { ticket: { status: "solved" } }); } catch (error) { refused = error.message; }
  console.log(JSON.stringify({ me: me.email, status: shown.status, comments, listed, found, refused, value }));
})().catch((error) => { console.error(error); process.exit(1); });
"""


async def test_node_zendesk_script_runs_unchanged(desk: RunningDesk, token: str) -> None:
    await define_cause(desk)
    told = await in_node(_NODE, desk.url, token)
    assert (told["me"], told["status"], told["listed"]) == ("ines@desk.example", "hold", [1])
    assert "422" in told["refused"] and told["value"] == "people"


_OLD_FIELDS = """
const { createClient } = require("node-zendesk");
const [url, token] = process.argv.slice(1);
(async () => {
  const zendesk = createClient({ username: "ines@desk.example", token, endpointUri: `${url}/api/v2` });
  const field = (await zendesk.ticketfields.show(360001)).result;
  const values = async () => (await zendesk.tickets.show(35)).result.custom_fields;
  const value = async () => (await values()).find((one) => one.id === 360001).value;
  const before = await value();
  await zendesk.tickets.update(35, { ticket: { custom_fields: [{ id: 360001, value: "cause__people" }] } });
  const found = (await zendesk.search.query("custom_field_360001:cause__people")).result.map((one) => one.id);
  const options = field.custom_field_options.map((option) => option.value);
  console.log(JSON.stringify({ options, before, after: await value(), found }));
})().catch((error) => { console.error(error); process.exit(1); });
"""


async def test_scripts_of_a_company_that_moved_know_fields_by_their_old_numbers(
    desk: RunningDesk, token: str, tmp_path: Path
) -> None:
    """Also options by their old values, and in refusals."""
    options = [{"name": name, "value": f"cause__{name.lower()}"} for name in ("Weather", "People")]
    cause = {"id": 360001, "type": "tagger", "title": "Cause", "required": True, "custom_field_options": options}
    ticket: Frame = {"id": 35, "status": "open", "created_at": "2020-03-01T10:00:00Z", "group": {"name": "media"}}
    values = [{"id": 360001, "value": "cause__weather"}]
    # The mapping says that this one is the resolution here.
    code = {"id": 360009, "type": "tagger", "title": "Code", "custom_field_options": [{"name": "Set", "value": "set"}]}
    (tmp_path / "ticket_fields.json").write_text("\n".join(map(json.dumps, (cause, code))))
    map_ = ImportMap(resolution=FieldMap(360009, {"set": "set_up"}))
    # Staff who are not here, and somebody in copy, also wrote on the ticket.
    people = [{"id": 1, "name": "Ana", "email": "ana@northlake.example"}, {"id": 2, "name": "Gone", "role": "agent"}]
    people.append({"id": 3, "name": "Ben", "email": "ben@northlake.example"})
    (tmp_path / "users.json").write_text("\n".join(map(json.dumps, people)))
    said = [{"author_id": who, "body": "?", "created_at": ticket["created_at"], "public": True} for who in (1, 2, 3)]
    ticket |= {"requester_id": 1, "email_cc_ids": [3], "comments": said}
    (tmp_path / "tickets.json").write_text(json.dumps({**ticket, "custom_fields": values}))
    storage, hours = desk.desk.storage, load_hours(HOURS)
    await import_tickets(storage, desk.settings, hours, tmp_path, map_, Report(), desk.clock)
    zendesk = zenpy.Zenpy(subdomain="media", email="ines@desk.example", token=token)

    def script() -> None:
        field = zendesk.ticket_fields(id=360001)
        assert (field.title, field.custom_field_options[0].value) == ("Cause", "cause__weather")
        (value,) = [one["value"] for one in zendesk.tickets(id=35).custom_fields if one["id"] == 360001]
        assert value == "cause__weather"
        authors = [comment.author for comment in zendesk.tickets.comments(ticket=35)]
        assert [author and author.name for author in authors] == ["Ana", None, None]
        solved = [objects.CustomField(id=360009, value="set"), objects.CustomField(id=360001, value=None)]
        with pytest.raises(errors.APIException) as refused:
            zendesk.tickets.update(objects.Ticket(id=35, status="solved", custom_fields=solved))
        (fault,) = refused.value.response.json()["details"]["custom_fields.cause"]
        assert fault["ticket_field_id"] == 360001
        made = zendesk.tickets.create(
            objects.Ticket(
                subject="Fog",
                comment=objects.Comment(body="Nothing flies."),
                custom_fields=[objects.CustomField(id=360001, value="cause__people")],
            )
        )
        assert [one["value"] for one in made.ticket.custom_fields if one["id"] == 360001] == ["cause__people"]
        assert [one.id for one in zendesk.search("custom_field_360001:cause__weather")] == [35]
        made.ticket.status, made.ticket.custom_fields = "solved", [objects.CustomField(id=360009, value="set")]
        values = zendesk.tickets.update(made.ticket).ticket.custom_fields
        assert {one["id"]: one["value"] for one in values if one["id"] in (RESOLUTION, 360009)} == {
            RESOLUTION: "set_up",
            360009: "set",
        }
        for code in ("custom_field_360009:set", f"custom_field_{RESOLUTION}:set_up", f"custom_field_{RESOLUTION}:*"):
            assert [one.id for one in zendesk.search(code)] == [made.ticket.id]
        assert len(zendesk.search(f"custom_field_{RESOLUTION}:void")) == len(zendesk.search("custom_field_105:*")) == 0
        titles = {one.id: (one.title, one.required) for one in zendesk.ticket_fields()}
        assert titles[360009] == titles[RESOLUTION] == ("Resolution", True)

    await in_script(script)
    told = await in_node(_OLD_FIELDS, desk.url, token)
    assert told == {
        "options": ["cause__weather", "cause__people"],
        "before": "cause__weather",
        "after": "cause__people",
        "found": told["found"],
    }
    assert 35 in told["found"] and len(told["found"]) == 2


async def test_basic_credentials_need_the_address_of_the_token(desk: RunningDesk, token: str) -> None:
    async def status(credentials: str, path: str = "/api/v2/users/me.json") -> int:
        encoded = base64.b64encode(credentials.encode()).decode()
        async with desk.http() as http:
            answer = await http.get(path, headers={"Authorization": f"Basic {encoded}"})
            if answer.status_code == 401:
                assert answer.json()["error"] == "Couldn't authenticate you"
            return answer.status_code

    right = f"Ines@desk.example/token:{token}"
    assert await status(right) == 200
    for wrong in (f"ada@desk.example/token:{token}", f"ines@desk.example:{token}", "ines@desk.example/token:", "x"):
        assert await status(wrong) == 401
    async with desk.http() as http:
        encoded = base64.b64encode(right.encode()).decode()
        assert (await http.get("/api/me", headers={"Authorization": f"Basic {encoded}"})).status_code == 401


async def test_refusal_before_any_call_has_zendesks_form_too(desk: RunningDesk, token: str) -> None:
    async with desk.http(token) as http:
        refused = await http.get("/api/v2/search?query=%01")
        assert (refused.headers["content-type"], refused.json()["error"]) == ("application/json", "RecordInvalid")
        unnamed = {"user": {"email": "ana@northlake.example", "name": "A\u0000"}}
        assert (await http.post("/api/v2/users/create_or_update", json=unnamed)).status_code == 422


async def test_customers_name_is_kept_and_clients_domains_are_for_admins(desk: RunningDesk, token: str) -> None:
    path = "/api/v2/organizations"
    async with desk.http(token) as http, desk.http(await token_of(desk, "Ada", "admin", ())) as admin:
        for user in ({"name": "Ana Ruiz"}, {}):
            said = {"user": {"email": "ana@northlake.example", **user}}
            assert (await http.post("/api/v2/users/create_or_update", json=said)).json()["user"]["name"] == "Ana Ruiz"
        client = {"name": "Northlake", "domains": ["northlake.example"], "vip": True}
        assert (await admin.post("/api/admin/clients", json=client)).status_code == 201
        for page in (path, "/api/v2/search?query=type:organization"):
            told = (await http.get(page)).json()
            (shown,) = told.get("organizations") or told["results"]
            assert (shown["name"], shown["domain_names"], shown["tags"]) == ("Northlake", [], [])
        assert (await http.get(path, params={"page[after]": "9" * 5_000})).json()["organizations"] != []


async def test_hold_keeps_a_tagged_ticket_and_means_product_elsewhere(desk: RunningDesk, token: str) -> None:
    async with desk.http(token) as http:
        body = {"ticket": {"comment": {"body": "It fails"}, "requester": {"email": "ana@northlake.example"}}}
        assert (await http.post("/api/v2/tickets", json=body)).status_code == 201

        async def change(**fields: object) -> Frame:
            told = await http.put("/api/v2/tickets/1.json", json={"ticket": fields})
            assert told.status_code == 200, told.text
            ticket: Frame = told.json()["ticket"]
            return ticket

        assert (await change(status="new"))["status"] == "open"
        assert (await change(status="hold"))["status"] == "hold"
        assert (await http.get("/api/tickets/1")).json()["with"] == "product"
        workaround = [{"id": 102, "value": "Restart it"}]
        fixed = await change(status="hold", additional_tags=["fixed_pending_rca"], custom_fields=workaround)
        assert (fixed["status"], fixed["tags"]) == ("hold", ["fixed_pending_rca"])
        again = await change(status="hold", tags=["fixed_pending_rca", "export"], unknown="ignored")
        assert again["tags"] == ["export", "fixed_pending_rca"]
        ours = (await http.get("/api/tickets/1")).json()
        assert (ours["status"], ours["tags"]) == ("fixed_pending_rca", ["export"])


async def test_agent_moves_tickets_to_another_team_and_is_answered(desk: RunningDesk) -> None:
    """With product and code in the same step, although the code stands only with the new product."""
    async with desk.http(await token_of(desk, "Priya", "agent")) as http:
        prod = {one["name"]: one["id"] for one in (await http.get("/api/v2/groups")).json()["groups"]}["Prod"]
        requester = {"email": "ana@northlake.example"}
        made = {"comment": {"html_body": "<p>It <b>fails</b></p><![foo["}, "requester": requester, "group_id": prod}
        opened = await http.post("/api/v2/tickets", json={"ticket": made})
        assert (opened.status_code, opened.json()["ticket"]["description"]) == (201, "It fails\n\n<![foo[")
        assert (await http.get("/api/v2/tickets/1")).status_code == 404
        codes = {"resolution": "configuration_request", "product": "Lumina", "status": "solved"}
        mine = {"team": "media", "text": "Set it up", "requester": requester, **codes}
        assert (await http.post("/api/tickets", json=mine)).status_code == 201
        custom = [{"id": 101, "value": "technical"}, {"id": 105, "value": "Other"}]
        change = {"comment": {"body": "Over to you"}, "group_id": prod, "custom_fields": custom, "priority": "high"}
        moved = await http.put("/api/v2/tickets/2", json={"ticket": change})
        assert moved.status_code == 200, moved.text
        assert (moved.json()["ticket"]["group_id"], moved.json()["ticket"]["priority"]) == (prod, "high")
        assert (await http.get("/api/v2/tickets/2")).status_code == 404
