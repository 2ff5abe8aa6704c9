"""The history of a ticket over HTTP: who changed what, when, from what to what."""

from __future__ import annotations

import httpx2
import pytest

from clock import rfc3339
from identity.adapters.customer_store import SqlCustomerStore
from identity.customers import Customers
from tests.running import SettableClock
from tests.server.edge.api.conftest import Api
from ticketing.ticket import FIELDS
from ticketing.wanted import Wanted

PENDING: dict[str, object] = {"status": "fixed_pending_rca", "workaround": "Reload"}
SOLVED: dict[str, object] = {"status": "solved", "resolution": "set_up"}

LATER = "2026-12-24T09:00:00.000Z"

LINES: list[tuple[dict[str, object], dict[str, object], str, object, object]] = [
    ({}, {"status": "awaiting_reply"}, "status", "open", "awaiting_reply"),
    (SOLVED, {"resolution": "code_fix"}, "resolution", "set_up", "code_fix"),
    ({"status": "solved", "resolution": "duplicate", "duplicate_of": 1}, {"duplicate_of": 2}, "duplicate_of", 1, 2),
    ({}, {"with": "product"}, "with", "support", "product"),
    ({}, {"external_ref": "DEV-4711"}, "external_ref", None, "DEV-4711"),
    (PENDING, {"workaround": "Use the spreadsheet"}, "workaround", "Reload", "Use the spreadsheet"),
    (PENDING, {"finding": "A race"}, "finding", None, "A race"),
    ({}, {"product": "Lumina"}, "product", "Spectra OX", "Lumina"),
    ({}, {"team": "finance"}, "team", "media", "finance"),
    ({}, {"assignee": "MAYA"}, "assignee", None, {"id": "MAYA", "name": "Maya"}),
    ({"client": "Northlake"}, {"client": "Kestrel Vane"}, "client", "Northlake", "Kestrel Vane"),
    ({}, {"requester": {"email": None}}, "requester", "Ana <ana@northlake.example>", "Ana"),
    ({}, {"participants": ["Cy@northlake.example"]}, "participants", [], ["cy@northlake.example"]),
    ({"subject": "Dates"}, {"subject": None}, "subject", "Dates", None),
    ({}, {"priority": "high"}, "priority", "normal", "high"),
    ({"tags": ["locked"]}, {"add_tags": ["late"]}, "tags", ["locked"], ["late", "locked"]),
    ({}, {"snoozed_until": LATER}, "snoozed_until", None, LATER),
]
"""How a ticket stands, what is wanted of it, and the line: field, from, to. MAYA is her id."""


def test_every_field_has_a_history_case() -> None:
    assert sorted(line[2] for line in LINES) == sorted(FIELDS)


@pytest.mark.parametrize(("stands", "wanted", "field", "was", "became"), LINES, ids=[line[2] for line in LINES])
async def test_changed_field_is_one_history_entry(
    api: Api,
    clock: SettableClock,
    stands: dict[str, object],
    wanted: dict[str, object],
    field: str,
    was: object,
    became: object,
) -> None:
    """A field changed by a `PATCH` is recorded with person, time, old and new value. An unchanged field is not
    recorded."""
    for name in ("Northlake", "Kestrel Vane"):
        await add_client(api, name)
    maya = await api.staff("maya", teams=("media", "finance"))
    me = (await maya.get("/api/me")).json()
    number = [await api.ticket() for _ in range(3)][-1]
    path = f"/api/tickets/{number}"
    await changed(maya, path, stands)
    clock.forward(60)
    wanted = {name: me["id"] if value == "MAYA" else value for name, value in wanted.items()}
    before = len(await history(maya, path))
    for _ in range(2):
        await changed(maya, path, wanted)
    line = {"at": rfc3339(clock()), "by": {"kind": "staff", "id": me["id"], "name": "Maya"}}
    became = became | {"id": me["id"]} if isinstance(became, dict) else became
    lines = [{**line, "field": field, "from": was, "to": became}]
    if field == "status":
        # Only an open ticket is with somebody.
        lines.append({**line, "field": "with", "from": "support", "to": None})
    assert (await history(maya, path))[before:] == lines


async def test_changes_by_a_customer_reply_are_in_the_history(api: Api) -> None:
    """With the customer as their author, and with the resolution code that the reply cleared."""
    maya, ana = await api.staff(), await api.visitor()
    number = await api.ticket(wanted=Wanted(status="solved", resolution="set_up"))
    path = f"/api/tickets/{number}"
    (await ana.post(f"{path}/replies", json={"text": "It is back"})).raise_for_status()
    lines = (await history(maya, path))[2:]
    assert [(line["field"], line["from"], line["to"]) for line in lines] == [
        ("status", "solved", "open"),
        ("resolution", "set_up", None),
        ("with", None, "support"),
    ]
    assert {line["by"]["kind"] for line in lines if isinstance(line["by"], dict)} == {"customer"}


async def add_client(api: Api, name: str) -> None:
    customers, desk = Customers(SqlCustomerStore()), api.desk.desk
    await desk.storage.write(
        lambda tx: customers.add_client(tx, id=name, name=name, domains=(), account_team=None, vip=False, now=0)
    )


async def changed(client: httpx2.AsyncClient, path: str, wanted: dict[str, object]) -> None:
    answer = await client.patch(path, json=wanted)
    assert answer.status_code == 200, answer.text


async def history(client: httpx2.AsyncClient, path: str) -> list[dict[str, object]]:
    lines: list[dict[str, object]] = (await client.get(path)).json()["history"]
    return lines
