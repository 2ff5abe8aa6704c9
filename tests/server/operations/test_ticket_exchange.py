"""An export of a desk that is imported into an empty desk gives the same tickets."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from hashlib import sha256
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import Mock, patch
from zipfile import BadZipFile, ZipFile

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, inspect
from sqlmodel import SQLModel, select
from uuid_utils import uuid7

from attachments.adapters.blobs import FolderBlobs
from attachments.adapters.tables import FileRow
from automations.adapters.store import SqlStore as StoredRules
from escalation.adapters.store import SqlStore as IssueLinks
from escalation.issue import Link, issue_of
from identity.accounts import Accounts, Wanted
from identity.adapters.customer_store import SqlCustomerStore
from identity.adapters.sql_accounts import SqlAccountStore
from identity.adapters.store import SqlStore as SqlPeople
from identity.staff import Staff
from learning.adapters.tables import SuggestedRow
from mail.adapters.incoming_tables import IncomingMailRow
from routing.adapters.hours_file import load as load_hours
from server import schema
from server.operations import chat_rows
from server.operations.desk_export import DeskExport
from server.operations.export_target import target
from server.operations.exported_tables import IN_LINES, LEFT_OUT, TABLES, left_out
from server.operations.import_report import Report
from server.operations.import_staging import Staging
from server.operations.importing import import_tickets
from server.operations.json_rows import Row
from server.operations.own_files import OTHER
from server.settings import Settings, load
from storage.opening import open_storage
from storage.ports import Storage, StorageUnavailable, Tx
from tests.running import Frame
from tests.servers import migrated
from ticketing.adapters.field_store import SqlCustomFields
from ticketing.adapters.imports import SqlImports
from ticketing.adapters.policy_store import SqlPolicies
from ticketing.adapters.tables import TicketRow
from ticketing.custom_fields import CustomField, Option
from ticketing.events import Author, Redacted, body_of
from ticketing.field_keeping import FIELDS_MAX
from ticketing.imported import Imported, ImportedEvent, said
from ticketing.targets import Policy
from ticketing.ticket import FLAGS, PRIORITIES, Participant, Requester, Ticket
from ticketing.views import By, HistoryLine
from zendesk.adapters.store import SqlNumbers
from zendesk.import_map import FieldMap, ImportMap

HOURS = Path(__file__).parents[3] / "hours.yaml"
NOW = 1_764_000_000_000
lines = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40)
moments = st.integers(1, NOW)
FIELDS = (
    CustomField(key="causes", kind="choices", labels={"en": "Causes"}, options=[Option("fog", {"en": "Fog"})]),
    CustomField(key="gate", kind="number", labels={"en": "Gate"}, teams=["media"], archived=True),
)


@st.composite
def tickets(draw: st.DrawFn) -> Imported:
    status = draw(st.sampled_from(["open", "awaiting_reply", "fixed_pending_rca", "solved"]))
    number = draw(st.integers(1, 10**9))
    flags = draw(st.sets(st.sampled_from([flag for flag in FLAGS if flag != "no_address"])))
    values: Frame = {flag: flag in flags and status != "solved" for flag in FLAGS[1:]}
    made = Ticket(
        **values,
        number=number,
        status=status,
        with_=draw(st.sampled_from(["support", "product"])) if status == "open" else None,
        team=draw(st.sampled_from(["media", "tech"])),
        subject=draw(st.none() | lines),
        workaround=draw(st.none() | lines),
        external_ref=draw(st.none() | lines),
        resolution=draw(st.sampled_from([None, "set_up", "void"])) if status == "solved" else None,
        requester=Requester(None, draw(st.none() | lines), draw(st.sampled_from([None, "Ana@northlake.example"]))),
        participants=tuple(
            Participant(each) for each in draw(st.sets(st.sampled_from(["b@c.example", "d@e.example"])))
        ),
        channel=draw(st.sampled_from(["chat", "form", "email", "staff"])),
        created_at=draw(moments),
        updated_at=draw(moments),
        waiting_since=draw(st.none() | moments),
        solved_at=draw(moments) if status == "solved" else None,
        reopen_until=draw(moments) if status == "solved" else None,
        priority=draw(st.sampled_from(PRIORITIES)),
        tags=tuple(sorted(draw(st.sets(st.sampled_from(["vip", "a/b", "x"]))))),
        custom_fields=draw(st.fixed_dictionaries({}, optional={"gate": st.integers(0, 9), "causes": st.just(["fog"])})),
        solvings=draw(st.integers(0, 3)),
        rating=draw(st.none() | st.integers(1, 5)),
        version=draw(st.integers(1, 99)),
    )
    events = list[ImportedEvent]()
    for at, text, staff_only in draw(st.lists(st.tuples(moments, lines, st.booleans()), max_size=4)):
        author = Author("staff", "p1", "Priya") if staff_only else Author("customer", None, "Ana", verified=False)
        events += said(author, text, [], at, staff_only=staff_only)
    if events:
        gone = Redacted("2026-11-23T15:00:00.000Z", Author("system", None, None), 1)
        events.append(ImportedEvent(NOW, events[0].staff_only, body_of(gone)))
    by = By("staff", "p1", draw(lines))
    history = [HistoryLine(at, by, "tags", None, ["vip", "x"]) for at in draw(st.lists(moments, max_size=2))]
    return Imported(str(number), made, events, history)


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[tuple[Storage, Settings]]:
    folder.mkdir()
    migrated(f"sqlite:///{folder / 'switchboard.db'}")
    chosen = load(data=folder, hours=HOURS)
    storage = await open_storage(chosen.storage_url)
    try:
        yield storage, chosen
    finally:
        await storage.close()


async def exported(storage: Storage, chosen: Settings, to: Path) -> list[Frame]:
    to.mkdir(mode=0o755)
    with target(to) as place:
        assert to.stat().st_mode & 0o777 == 0o700
        await DeskExport(storage, chosen, lambda: NOW, lambda _: None).run(place)
    return [json.loads(line) for line in (to / "tickets.jsonl").read_bytes().splitlines()]


CHAT = chat_rows.WholeChat(
    {
        "id": "c1",
        "team": "media",
        "state": "closed",
        "customer": "v1",
        "started_at": 1,
        "queued_at": 1,
        "last_at": 2,
        "waiting_since": 1,
        "closed_at": 2,
        "closed_reason": "ended",
        "passed": "[]",
    },
    [
        chat_rows.ChatEvent(
            1, False, 1, msgspec.Raw(b'{"type":"message","at":"2026-11-23T15:00:00.000Z","text":"Hi"}')
        ),
        chat_rows.ChatEvent(2, True, 2, msgspec.Raw(b'{"type":"note","at":"2026-11-23T15:00:00.000Z","text":"No"}')),
    ],
)


def ticket_of(number: int, requester: Requester) -> Ticket:
    return Ticket(number=number, team="media", requester=requester, channel="form", created_at=1, updated_at=1)


async def import_into(storage: Storage, chosen: Settings, from_: Path) -> None:
    await import_tickets(storage, chosen, load_hours(HOURS), from_, ImportMap(), Report(), lambda: NOW)


async def test_unit_that_runs_again_keeps_the_chats_of_its_tickets(tmp_path: Path) -> None:
    """PostgreSQL runs a unit again after a conflict."""
    made = Imported("7", ticket_of(7, Requester(None, None, None)), [], [])
    async with desk(tmp_path / "one") as (storage, chosen):
        await storage.write(lambda tx: SqlImports().add(tx, "test", [made], NOW))
        await storage.write(lambda tx: chat_rows.add(tx, [(7, CHAT)]))
        before = await exported(storage, chosen, tmp_path / "first")
    assert before[0]["chats"]
    async with desk(tmp_path / "two") as (storage, chosen):
        once = storage.write

        async def twice(unit: Callable[[Tx], object], *, durable: bool = True) -> object:
            def rolled_back(tx: Tx) -> None:
                unit(tx)
                raise ZeroDivisionError

            with suppress(ZeroDivisionError):
                await once(rolled_back)
            return await once(unit, durable=durable)

        with patch.object(storage, "write", twice):
            await import_into(storage, chosen, tmp_path / "first")
        assert await exported(storage, chosen, tmp_path / "second") == before


async def test_import_that_is_interrupted_goes_on_when_it_is_repeated(tmp_path: Path) -> None:
    """The database goes away after one write, then after two, and so on."""
    export = tmp_path / "export"
    export.mkdir()
    at = {"created_at": "2020-03-01T10:00:00Z"}
    comments = [{**at, "author_id": 7, "body": "Hello", "public": True}]
    ticket = {"status": "open", "group": {"name": "media"}, "requester_id": 7, "comments": comments, **at}
    (export / "users.json").write_text(json.dumps({"users": [{"id": 7, "name": "Ana", "email": "ana@b.example"}]}))
    (export / "tickets.jsonl").write_text("\n".join(json.dumps({"id": n, **ticket}) for n in range(1, 31)))
    async with desk(tmp_path / "there") as (storage, chosen):
        once, hours = storage.write, load_hours(HOURS)
        left = 0

        async def failing(unit: Callable[[Tx], object], *, durable: bool = True) -> object:
            nonlocal left
            left -= 1
            if left < 0:
                raise StorageUnavailable("The database is away.")
            return await once(unit, durable=durable)

        interruptions = 0
        with patch.object(storage, "write", failing), patch("server.operations.ticket_import.TICKETS_ALONE", 8):
            while True:
                left, report = interruptions + 1, Report(terminal=StringIO())
                try:
                    await import_tickets(storage, chosen, hours, export, ImportMap(), report, lambda: NOW)
                    break
                except StorageUnavailable:
                    interruptions += 1
        found = await exported(storage, chosen, tmp_path / "out")
    assert interruptions > 2 and report.counts["there already"] > 0
    assert [(line["number"], len(line["events"])) for line in found] == [(number, 1) for number in range(1, 31)]


async def test_bad_value_is_a_fault_of_its_row_and_the_other_rows_are_imported(tmp_path: Path) -> None:
    def row(number: int, **more: object) -> Frame:
        dates = {"created_at": "2026-11-23T15:00:00.000Z", "updated_at": "2026-11-23T15:00:00.000Z"}
        return {"number": number, "status": "open", "team": "media", "channel": "form", **dates, **more}

    def chat(id_: str, **more: object) -> Frame:
        return {"row": {**CHAT.row, "id": id_, **more}, "events": CHAT.events}

    bare = {"row": {"id": "c2", "state": "closed", "team": "media"}, "events": []}
    wrong: list[Frame] = [
        {"chats": [bare]},
        {"chats": [chat("c3", last_at=-1)]},
        {"chats": [chat("c4", verified=None)]},
        {"chats": [{**chat("c5"), "events": [*CHAT.events, *CHAT.events]}]},
        {"version": 10**19},
        {"rating": 6},
        {"subject": "a\0b"},
    ]
    rows = [row(number, **fields) for number, fields in enumerate(wrong, 10)]
    rows += [row(1, chats=[chat("c1")]), row(2, chats=[chat("c1")], subject="\\u0000")]
    lines = [msgspec.json.encode(each) for each in rows]
    lines.append(msgspec.json.encode(row(3)).replace(b'"form"', b"[" * 5_000 + b"]" * 5_000))
    (tmp_path / "tickets.jsonl").write_bytes(b"\n".join(lines))
    report = Report(terminal=StringIO())
    async with desk(tmp_path / "one") as (storage, chosen):
        hours = load_hours(HOURS)
        await import_tickets(storage, chosen, hours, tmp_path / "tickets.jsonl", ImportMap(), report, lambda: NOW)
        found = await exported(storage, chosen, tmp_path / "first")
    assert (report.faulty, [line["number"] for line in found]) == (len(wrong) + 1, [1, 2])
    assert [len(line["chats"]) for line in found] in ([1, 0], [0, 1])


async def test_open_ticket_is_not_assigned_to_staff_without_access_to_its_team(tmp_path: Path) -> None:
    made = ticket_of(7, Requester(None, None, None))
    solved: Frame = {"status": "solved", "resolution": "void", "solved_at": 1, "reopen_until": 1}

    def add(tx: Tx) -> None:
        person = Staff(SqlPeople()).add_user(
            tx, email="wei@desk.example", name="Wei", role="agent", teams=["tech"], known_teams=["tech"], now=NOW
        )
        numbers: list[tuple[int, str, Frame]] = [(7, "media", {}), (8, "tech", {}), (9, "media", solved)]
        tickets = [replace(made, number=one, team=team, assignee=person.id, **more) for one, team, more in numbers]
        SqlImports().add(tx, "test", [Imported(str(one.number), one, [], []) for one in tickets], NOW)

    async with desk(tmp_path / "one") as (storage, chosen):
        await storage.write(add)
        await exported(storage, chosen, tmp_path / "first")
        await storage.write(lambda tx: tx.session.execute(delete(TicketRow)))
        # A rule that has looked at all tickets looks at those that are new too.
        await storage.write(lambda tx: StoredRules().look_at_all(tx, "r1", ""))
        await storage.write(lambda tx: StoredRules().looked(tx, ["r1"], 0, None))
        await import_into(storage, chosen, tmp_path / "first")
        assert await storage.read(StoredRules().looking) == {"r1": (0, "")}
        found = await exported(storage, chosen, tmp_path / "second")
    assert [line["assignee"] is None for line in found] == [True, False, False]


async def test_customers_with_accounts_of_the_desk_keep_their_tickets(tmp_path: Path) -> None:
    """Also a customer who has made another account at the new desk meanwhile."""
    people = [("a1", "ana@northlake.example"), ("b1", "bo@northlake.example")]
    made = [
        Imported(str(number), ticket_of(number, Requester(id_, None, email, verified=True)), [], [])
        for number, (id_, email) in enumerate(people, 1)
    ]
    customers = SqlCustomerStore()
    accounts = Accounts(SqlPeople(), customers, SqlAccountStore(customers))

    def add(tx: Tx, id_: str, email: str) -> None:
        accounts.add(tx, Wanted(email=email, locale="fr"), "hash", id_, NOW)

    async with desk(tmp_path / "one") as (storage, chosen):
        for id_, email in people:
            await storage.write(partial(add, id_=id_, email=email))
        await storage.write(lambda tx: SqlImports().add(tx, "test", made, NOW))
        await exported(storage, chosen, tmp_path / "first")
    async with desk(tmp_path / "two") as (storage, chosen):
        await storage.write(partial(add, id_="b2", email=people[1][1]))
        await import_into(storage, chosen, tmp_path / "first")
        own = await storage.read(lambda tx: [accounts.by_email(tx, email) for _, email in people])
        assert [(one.id, one.password_hash, one.locale) for one in own if one] == [
            ("a1", None, "fr"),
            ("b2", "hash", "fr"),
        ]
        found = await exported(storage, chosen, tmp_path / "second")
        assert [line["requester"]["id"] for line in found] == ["a1", "b2"]


async def test_custom_fields_of_a_zendesk_export_are_imported_once(tmp_path: Path) -> None:
    """Definitions, values, and a note with what has no place here. The second import changes nothing. Later options are
    added to a field that the import has added, and to no other."""
    export = tmp_path / "export"
    export.mkdir()
    options = [{"name": "Fog", "value": "cause__fog"}]
    cause = {"id": 360001, "type": "tagger", "title": "Cause", "custom_field_options": options}
    fields = [json.dumps(cause), '{"id": 360002, "type": "lookup", "title": "Order"}', '{"id": 36']
    (export / "ticket_fields.jsonl").write_text("\n".join(fields))
    ticket: Frame = {"id": 35, "status": "open", "created_at": "2020-03-01T10:00:00Z", "group": {"name": "media"}}
    values = [{"id": 360001, "value": "cause__fog"}, {"id": 360002, "value": "A-1"}]
    (export / "users.json").write_text('{"id": 9, "name": "Wei", "email": "wei@desk.example", "role": "agent"}')
    ticket["follower_ids"] = [9]
    (export / "tickets.jsonl").write_text(json.dumps({**ticket, "custom_fields": values}))
    async with desk(tmp_path / "there") as (storage, chosen):
        faults, hours = StringIO(), load_hours(HOURS)
        who: Frame = {"email": "wei@desk.example", "name": "Wei", "role": "agent", "teams": ["media"]}
        person = await storage.write(lambda tx: Staff(SqlPeople()).add_user(tx, **who, known_teams=["media"], now=NOW))
        reports = [Report(faults=faults), Report()]
        for report in reports:
            await import_tickets(storage, chosen, hours, export, ImportMap(), report, lambda: NOW)
        (field,) = await storage.read(SqlCustomFields().custom_fields)
        (line,) = await exported(storage, chosen, tmp_path / "out")
        gate = CustomField(key="gate", kind="choice", labels={"en": "Gate"}, options=[Option("a", {"en": "A"})])
        await storage.write(lambda tx: SqlCustomFields().put_field(tx, gate))
        for names in (["Fog"], ["Fog", "Ice"]):
            options = [{"name": name, "value": name.lower()} for name in names]
            later = [{**cause, "custom_field_options": options}, {**cause, "id": 360003, "title": "Gate"}]
            later[1]["custom_field_options"] = options
            (export / "ticket_fields.jsonl").write_text("\n".join(map(json.dumps, later)))
            await import_tickets(storage, chosen, hours, export, ImportMap(), Report(), lambda: NOW)
        after = {one.key: len(one.options) for one in await storage.read(SqlCustomFields().custom_fields)}
        # A later mapping is followed, and says what it changed.
        (export / "ticket_fields.jsonl").write_text(json.dumps(cause))
        mapped = ImportMap(fields={"360001": "gate"}, resolution=FieldMap(360004))
        remarks = list[Report]()
        for map_ in (mapped, mapped, msgspec.structs.replace(mapped, resolution=FieldMap(360005))):
            remarks.append(Report())
            await import_tickets(storage, chosen, hours, export, map_, remarks[-1], lambda: NOW)
        numbered = await storage.read(lambda tx: SqlNumbers().fields(tx, SqlCustomFields().custom_fields(tx)))
    assert (numbered.numbers["gate"], list(numbered.properties)) == (360001, [360005])
    said = [[line for line in one.remarks if "for programs now" in line] for one in remarks]
    assert ["'gate'" in line for line in said[0]] == [True] and said[1] == [] and "360005" in said[2][0]
    (follower,) = map(json.loads, (tmp_path / "out" / "ticket_followers.jsonl").read_text().splitlines())
    assert (follower["ticket"], follower["person"]) == (35, person.id)
    assert after == {"cause": 2, "gate": 1}
    assert (field.key, field.version) == ("cause", 1)
    assert (line["number"], line["custom_fields"]) == (35, {"cause": "cause_fog"})
    assert line["events"][0]["text"] == "Fields at Zendesk that have no place here:\nOrder: A-1"
    assert "'Order' was left out" in "\n".join(reports[0].lines()) and "ticket_fields.jsonl" in faults.getvalue()
    assert reports[1].counts["there already"] == 1


@pytest.mark.parametrize("packed", [True, False])
async def test_files_of_tickets_and_chats_are_imported_and_bad_ones_named(tmp_path: Path, *, packed: bool) -> None:
    """One has a content that is not in the export, one a damaged content, one the id of another file here. The number
    of their ticket is taken, and a server removes contents without a record before the end of the import. The file of
    the chat is a video."""
    made = Imported("7", ticket_of(7, Requester(None, None, None)), [], [])
    ids = {holder: str(uuid7()) for holder in ("ticket:7", "chat:c1", "missing", "damaged", "ours", "article:1")}
    video = b"....ftypisom...."
    contents = {**dict.fromkeys(ids, b"Steps"), "chat:c1": video}

    def add(tx: Tx) -> None:
        SqlImports().add(tx, "test", [made], NOW)
        chat_rows.add(tx, [(7, CHAT)])
        for holder, id_ in ids.items():
            content = contents[holder]
            name, type_ = ("film.mp4", "video/mp4") if content == video else ("notes.txt", "text/plain")
            file: Frame = {"name": name, "type": type_, "size": len(content), "created_at": NOW}
            holder = holder if ":" in holder else "ticket:7"
            tx.session.add(FileRow(**file, id=id_, uploader="u", sha256=sha256(content).hexdigest(), holder=holder))

    async with desk(tmp_path / "one") as (storage, chosen):
        await storage.write(add)
        for holder, id_ in ids.items():
            if holder != "missing":
                FolderBlobs(chosen.data / "files").save(id_, b"Stops" if holder == "damaged" else contents[holder])
        to = tmp_path / ("export.zip" if packed else "export")
        with target(to) as place:
            written = await DeskExport(storage, chosen, lambda: NOW, lambda _: None).run(place)
        assert {missing.name for missing in written.missing} == {f"files/{ids[bad]}" for bad in ("missing", "damaged")}
    async with desk(tmp_path / "two") as (storage, chosen):
        other = replace(made.ticket, created_at=2)
        await storage.write(lambda tx: SqlImports().add(tx, "other", [Imported("7", other, [], [])], NOW))
        report = Report(terminal=StringIO())
        blobs = FolderBlobs(chosen.data / "files")
        blobs.save(ids["ours"], b"Ours")
        ours = FileRow(id=ids["ours"], uploader="u", name="a", type="b", size=4, sha256="c", created_at=NOW)
        await storage.write(lambda tx: tx.session.add(ours))
        put_off = Staging.put_off

        def swept(staging: Staging, rows: Sequence[Row]) -> None:
            for id_ in {*blobs.ids()} - {ids["ours"]} if rows else ():
                blobs.remove(id_)
            put_off(staging, rows)

        with patch.object(Staging, "put_off", swept), patch("server.operations.own_files.zipfile") as archives:
            archives.ZipFile, archives.BadZipFile = Mock(wraps=ZipFile), BadZipFile
            await import_tickets(storage, chosen, load_hours(HOURS), to, ImportMap(), report, lambda: NOW)
        assert archives.ZipFile.call_count == packed
        rows = await storage.read(lambda tx: tx.session.exec(select(FileRow.id, FileRow.holder)).all())
        assert dict(rows) == {ids["ticket:7"]: "ticket:8", ids["chat:c1"]: "chat:c1", ids["ours"]: None}
        for id_, held in rows:
            stored = blobs.open(id_)
            assert stored is not None
            assert stored.read() == {"ticket:8": b"Steps", "chat:c1": video, None: b"Ours"}[held]
            stored.close()
    assert report.remarks[f"a file was left out: {OTHER}"] == 1
    assert report.remarks["a file was left out: its content is damaged"] == 1
    assert report.remarks["a file was left out: its content is not in the export"] == 1
    left = " ".join(remark for remark in report.remarks if remark.startswith("not imported: "))
    assert "audit" in left and " files" not in left and "webhooks" not in left


async def test_service_levels_and_links_to_issues_are_imported_once(tmp_path: Path) -> None:
    """Addresses that are secrets are not in the export: of playlists, and those to which replies came."""
    policy = Policy(id="p1", name="VIPs", teams=["media"], vips=True, first_reply=30)
    url = "https://github.com/example/player/issues/7"
    link = Link("l1", 7, issue_of(url), "u1", NOW, "closed", "Done", 3, NOW)

    def add(tx: Tx) -> None:
        SqlPolicies().put_policy(tx, policy)
        SqlImports().add(tx, "test", [Imported("7", ticket_of(7, Requester(None, None, None)), [], [])], NOW)
        IssueLinks().keep_link(tx, link)
        mail: Frame = {"envelope_from": "ana@b.example", "envelope_to": "re+hunter2@desk.example"}
        tx.session.add(IncomingMailRow(**mail, received_at=1, digest="d", size=1, ticket=7))
        for kind, key in (("playlist", "hunter2"), ("session", "4")):
            tx.session.add(SuggestedRow(ticket=7, kind=kind, key=key, by="u", at=1))

    async with desk(tmp_path / "one") as (storage, chosen):
        await storage.write(add)
        await exported(storage, chosen, tmp_path / "first")
    written = {file.name: file.read_text() for file in (tmp_path / "first").glob("*.json*")}
    assert not [name for name, told in written.items() if "hunter2" in told]
    assert "ana@b.example" in written["incoming_mails.jsonl"] and '"key":"4"' in written["suggested_training.jsonl"]
    async with desk(tmp_path / "two") as (storage, chosen):
        for _ in range(2):
            await import_into(storage, chosen, tmp_path / "first")
        (taken,) = await storage.read(SqlPolicies().policies)
        (linked,) = await storage.read(lambda tx: IssueLinks().links(tx, 7))
    assert (taken.id, taken.name, taken.first_reply, taken.vips) == ("p1", "VIPs", 30, True)
    assert (linked.issue, linked.state, linked.status) == (link.issue, "closed", "Done")


async def test_bad_definitions_are_named_by_row_and_left_out(tmp_path: Path) -> None:
    nameless = Option("fog", {"fr": "Brume"})
    bad_fields = [
        CustomField(key="a", kind="choice", labels={"en": "A"}, options=[nameless]),
        CustomField(key="B!", kind="text", labels={"en": "B"}),
        CustomField(key="c", kind="text", labels={"en": "C"}, position=2**70),
        CustomField(key="d", kind="text", labels={"en": "D"}, teams=["nobody"]),
    ]
    fields = [*bad_fields, *(CustomField(key=f"f{n}", kind="text", labels={"en": "F"}) for n in range(FIELDS_MAX + 1))]
    policies = [Policy(id="p1", name="", first_reply=30), Policy(id="p2", name="None")]
    given: dict[str, Sequence[object]] = {
        "ticket_fields": [{"body": msgspec.json.encode(field).decode()} for field in fields],
        "service_policies": [{"body": msgspec.json.encode(one).decode()} for one in policies] + [{"body": "["}],
        "issue_links": [
            {"id": "x", "ticket": 1, "url": "ftp://x", "added_by": "", "added_at": 1},
            {"id": "y"},
            {"id": "z", "ticket": 10**19, "url": "https://x.example/1", "added_by": "", "added_at": 1},
        ],
    }
    export = tmp_path / "export"
    export.mkdir()
    for name, rows in given.items():
        (export / f"{name}.jsonl").write_bytes(msgspec.json.Encoder().encode_lines(rows))
    ticket = {"number": 1, "status": "open", "team": "media", "channel": "form"}
    dates = {"created_at": "2026-11-23T15:00:00.000Z", "updated_at": "2026-11-23T15:00:00.000Z"}
    (export / "tickets.jsonl").write_bytes(msgspec.json.encode({**ticket, **dates}))
    faults = StringIO()
    report = Report(faults=faults, terminal=StringIO())
    async with desk(tmp_path / "one") as (storage, chosen):
        await import_tickets(storage, chosen, load_hours(HOURS), export, ImportMap(), report, lambda: NOW)
        assert len(await storage.read(SqlCustomFields().custom_fields)) == FIELDS_MAX
        assert await storage.read(SqlPolicies().policies) == []
        assert await storage.read(lambda tx: IssueLinks().links(tx, 1)) == []
    named = [line.partition(":")[0] for line in faults.getvalue().splitlines()]
    bad = [("issue_links", (1, 2, 3)), ("service_policies", (1, 2, 3)), ("ticket_fields", (1, 2, 3, 4, 5 + FIELDS_MAX))]
    assert sorted(named) == sorted(f"{file}.jsonl, line {line}" for file, lines in bad for line in lines)


def test_each_table_is_in_the_export_or_left_out_for_a_reason() -> None:
    assert schema.TABLES
    exported_tables = {str(table.row.__tablename__) for table in TABLES.values()}
    assert exported_tables | IN_LINES | LEFT_OUT.keys() == set(SQLModel.metadata.tables)
    assert not exported_tables & (IN_LINES | LEFT_OUT.keys())
    assert all(left_out().values())


def test_no_column_of_the_export_is_named_like_a_secret() -> None:
    secret = re.compile("secret|password|token|hash|credential|network")
    found = {
        f"{name}.{column.name}"
        for name, table in TABLES.items()
        for column in inspect(table.row).local_table.columns
        if secret.search(column.name) and column.name not in table.without
    }
    assert found == {"audit.network"}


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=st.lists(tickets(), max_size=20, unique_by=lambda one: one.ticket.number))
async def test_exported_tickets_are_the_same_at_an_empty_desk(made: Sequence[Imported]) -> None:
    made = [replace(one, ticket=replace(one.ticket, awaiting_since=None)) for one in made]
    with TemporaryDirectory() as folder:
        place = Path(folder)
        async with desk(place / "one") as (storage, chosen):
            await storage.write(lambda tx: SqlImports().add(tx, "test", made, NOW))
            for field in FIELDS:
                await storage.write(partial(SqlCustomFields().put_field, field=field))
            if made:
                await storage.write(lambda tx: chat_rows.add(tx, [(made[0].ticket.number, CHAT)]))
            before = await exported(storage, chosen, place / "first")
        assert [line["number"] for line in before] == sorted(one.ticket.number for one in made)
        async with desk(place / "two") as (storage, chosen):
            report = Report()
            hours = load_hours(HOURS)
            for _ in range(2):
                await import_tickets(storage, chosen, hours, place / "first", ImportMap(), report, lambda: NOW)
            assert (report.counts["imported"], report.counts["there already"], report.faulty) == (
                len(made),
                len(made),
                0,
            )
            assert await exported(storage, chosen, place / "second") == before
            assert await storage.read(SqlCustomFields().custom_fields) == list(FIELDS)
