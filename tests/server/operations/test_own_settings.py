"""What staff set up at one desk is imported at another: canned replies, webhooks and rules."""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from io import StringIO
from pathlib import Path

from msgspec import json
from sqlalchemy import update
from sqlmodel import col, select

from attachments.adapters.blobs import FolderBlobs
from attachments.adapters.tables import FileRow
from automations.adapters.store import SqlStore as SqlRules
from automations.adapters.tables import AutomationRow
from automations.rule import Actions, Condition, WantedRule
from automations.service import Rules
from canned_replies.adapters.store import SqlStore as SqlReplies
from canned_replies.macro import Actions as MacroActions
from canned_replies.reply import CannedReply, Scope
from identity.adapters.customer_store import SqlCustomerStore
from identity.adapters.store import SqlStore as SqlPeople
from identity.customers import Customers
from identity.staff import Staff
from routing.adapters.hours_file import load as load_hours
from server.live.webhooks.desk_webhooks import subscriptions_of, webhooks_of
from server.operations.exported_tables import TABLES
from server.operations.import_report import Report
from server.operations.importing import import_tickets
from server.operations.own_rows import LEFT, READ
from server.operations.own_settings import OFF, PAUSED
from storage.ports import Storage, Tx
from tests.server.operations.test_ticket_exchange import HOURS, NOW, desk, exported, ticket_of
from ticketing.adapters.imports import SqlImports
from ticketing.imported import Imported
from ticketing.ticket import Requester
from webhooks.adapters.tables import WebhookRow
from zendesk.import_map import ImportMap

STEPS = b"Steps"
FILE = "0190a5b0-0000-7000-8000-000000000001"
SECRET = b"0" * 32


def person(tx: Tx, name: str) -> str:
    added = Staff(SqlPeople()).add_user(
        tx,
        email=f"{name}@desk.example",
        name=name,
        role="agent",
        teams=["media"],
        known_teams=["media"],
        now=NOW,
    )
    return added.id


def client(tx: Tx, id_: str) -> None:
    customers = Customers(SqlCustomerStore())
    customers.add_client(tx, id=id_, name="Northlake", domains=[], account_team=None, vip=False, now=NOW)


def reply(id_: str, scope: Scope, holder: str, actions: MacroActions | None = None) -> CannedReply:
    return CannedReply(id_, id_, id_, scope, holder, {"en": "Hello", "fr": "Bonjour"}, 1, 1, actions=actions)


def set_up(tx: Tx) -> None:
    wei, gone = person(tx, "wei"), person(tx, "gone")
    client(tx, "c-there")
    for one in (
        reply("all", "all", "", MacroActions(priority="high", add_tags=["a"])),
        reply("team", "team", "media"),
        reply("no-team", "team", "sales"),
        reply("own", "own", wei),
        reply("not-here", "own", gone),
        reply("taken", "all", ""),
    ):
        assert SqlReplies().add(tx, one)
    tx.session.add(
        FileRow(
            id=FILE,
            uploader=wei,
            name="a.txt",
            type="text/plain",
            size=len(STEPS),
            sha256=sha256(STEPS).hexdigest(),
            holder="reply:all",
            created_at=NOW,
        )
    )
    for id_, url in (("w1", "https://one.example/"), ("w2", "https://two.example/")):
        subscriptions_of(SECRET, partial(str, id_)).add(tx, url, ["ticket.created"], NOW, include_texts=True)
    webhooks_of(SECRET).add(tx, "team@desk.example", "https://three.example/", NOW)
    actions = Actions(assignee=wei, reply="all", webhook="w2", notify=[wei, gone], inbox_people=[wei])
    conditions = (Condition("client", ["c-there"]), Condition("team", ["media"]))
    ids = iter(("r1", "r2"))
    rules = Rules(SqlRules(), lambda: next(ids), lambda _, __: {})
    rules.add(tx, WantedRule(name="First", event="ticket.created", conditions=conditions, actions=actions), NOW)
    rules.add(tx, WantedRule(name="Second", event="ticket.solved", actions=Actions(webhook="w1")), NOW)
    made = ticket_of(7, Requester(None, None, None))
    SqlImports().add(tx, "test", [Imported("7", made, [], [])], NOW)


async def rows(storage: Storage) -> tuple[list[AutomationRow], list[WebhookRow]]:
    def read(tx: Tx) -> tuple[list[AutomationRow], list[WebhookRow]]:
        rules = tx.session.exec(select(AutomationRow).order_by(col(AutomationRow.position))).all()
        return list(rules), list(tx.session.exec(select(WebhookRow).order_by(col(WebhookRow.id))).all())

    return await storage.read(read)


async def test_what_staff_set_up_is_imported_once_and_switched_off(tmp_path: Path) -> None:
    async with desk(tmp_path / "one") as (storage, chosen):
        await storage.write(set_up)
        FolderBlobs(chosen.data / "files").save(FILE, STEPS)
        await exported(storage, chosen, tmp_path / "first")
    async with desk(tmp_path / "two") as (storage, chosen):
        here = await storage.write(partial(person, name="wei"))
        await storage.write(partial(client, id_="c-here"))

        def already(tx: Tx) -> None:
            subscriptions_of(SECRET, lambda: "mine").add(tx, "https://two.example/", ["chat.closed"], NOW)
            assert SqlReplies().add(tx, reply("taken", "all", "")) and SqlReplies().add(tx, reply("x", "own", here))

        await storage.write(already)
        for first in (True, False):
            report = Report(terminal=StringIO())
            await import_tickets(
                storage, chosen, load_hours(HOURS), tmp_path / "first", ImportMap(), report, lambda: NOW
            )
            assert (report.remarks[OFF], report.remarks[PAUSED]) == ((2, 1) if first else (0, 0))
            assert report.remarks["a canned reply was left out: it belongs to somebody who is not staff here"] == 1
            assert report.remarks["canned reply /no-team was left out: Choose a team"] == 1
            assert report.faulty == 0
            left = [remark for remark in report.remarks if remark.startswith("not imported: ")]
            assert any("audit" in remark and "a record of what the other desk did" in remark for remark in left)
        rules, webhooks = await rows(storage)
        replies = await storage.read(lambda tx: SqlReplies().find_all(tx, ["all", "team", "own", "no-team"]))
        held = await storage.read(lambda tx: tx.session.exec(select(FileRow.holder)).all())
    assert {one.id: (one.scope, one.holder) for one in replies.values()} == {
        "all": ("all", ""),
        "team": ("team", "media"),
        "own": ("own", here),
    }
    macro = replies["all"].actions
    assert macro is not None and (macro.priority, macro.add_tags) == ("high", ["a"])
    assert (dict(replies["own"].texts), held) == ({"en": "Hello", "fr": "Bonjour"}, ["reply:all"])
    assert [(one.id, one.enabled, one.include_texts) for one in webhooks] == [
        ("mine", True, False),
        ("w1", False, False),
    ]
    assert [(one.id, one.name, one.enabled) for one in rules] == [("r1", "First", False), ("r2", "Second", False)]
    acts = json.decode(rules[0].actions, type=Actions)
    assert (acts.assignee, acts.reply, acts.webhook, acts.inbox_people) == (here, "all", "mine", [here])
    assert json.decode(rules[0].conditions)[0]["any"] == ["c-here"]


async def test_what_this_version_cannot_read_is_named_and_the_tickets_are_imported(tmp_path: Path) -> None:
    export = tmp_path / "first"
    async with desk(tmp_path / "one") as (storage, chosen):
        await storage.write(set_up)
        await exported(storage, chosen, export)
    change(export / "canned_replies.jsonl", "all", actions="{")
    change(export / "rules.jsonl", "r1", conditions="[")
    change(export / "webhooks.jsonl", "w1", events="ticket.created moon.rose")
    change(export / "webhooks.jsonl", "w2", events="moon.rose")
    async with desk(tmp_path / "two") as (storage, chosen):

        def already(tx: Tx) -> None:
            rules = Rules(SqlRules(), lambda: "r2", lambda _, __: {})
            rules.add(tx, WantedRule(name="Second", event="ticket.solved", actions=Actions(webhook="w1")), NOW)
            tx.session.connection().execute(update(AutomationRow).values(conditions="["))

        await storage.write(already)
        report = Report(terminal=StringIO())
        await import_tickets(storage, chosen, load_hours(HOURS), export, ImportMap(), report, lambda: NOW)
        rules, webhooks = await rows(storage)
    assert (report.counts["imported"], report.faulty) == (1, 0)
    for remark in (
        "canned reply /all was left out: Input data was truncated",
        "rule First was left out: Input data was truncated",
        "rule Second was left out: a newer version of the program stored it here",
        "webhook https://one.example/ was added without the events moon.rose, which this version lacks",
        "webhook https://two.example/ was left out: this version of the program has no events moon.rose",
    ):
        assert report.remarks[remark] == 1, remark
    assert [one.id for one in rules] == ["r2"]
    assert [(one.id, one.events) for one in webhooks] == [("w1", "ticket.created")]


def change(file: Path, id_: str, **values: str) -> None:
    """Change a row of an export."""
    read = [json.decode(line) for line in file.read_bytes().splitlines()]
    assert any(row["id"] == id_ for row in read)
    changed = [row | values if row["id"] == id_ else row for row in read]
    file.write_bytes(b"\n".join(json.encode(row) for row in changed))


def test_reasons_are_of_tables_that_are_exported_and_not_imported() -> None:
    assert LEFT.keys() <= TABLES.keys()
    assert not LEFT.keys() & READ
    assert READ - {"desk"} <= TABLES.keys()
