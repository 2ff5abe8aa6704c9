"""What the desk has about a customer can be exported and erased. The facts of the desk stay."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import delete, inspect
from sqlalchemy import select as sa_select
from sqlmodel import SQLModel, col, select

from chat.adapters.tables import ChatRow, PageRow
from identity.actor import SYSTEM, Actor
from identity.adapters.erasure_tables import ErasureRow
from identity.adapters.store import SqlStore as SqlPeople
from identity.adapters.tables import AuditRow, SessionRow, VisitorRow
from identity.adapters.tables import MergeRow as PersonMergeRow
from knowledge.adapters.tables import ArticleFeedbackRow
from learning.adapters.tables import RegistrationRow
from learning.adapters.tables import SessionRow as LiveSessionRow
from mail.adapters.incoming_tables import IncomingMailRow
from mail.adapters.tables import LetterRow
from mail.incoming.addressing import mail_author
from refusals import Refused
from reviews.adapters.tables import ReviewRow
from search.adapters.tables import SearchMissRow
from server.live.personal_data.conversations import Conversations
from server.live.personal_data.erased_list import NAME
from server.live.personal_data.erasing import Found
from server.live.personal_data.kinds import KINDS, RECORD_KINDS
from server.live.personal_data.old_records import Key, Old, OldRecords
from server.live.personal_data.person import Person
from storage import facts
from storage.ports import StorageUnavailable, Tx
from tests.mail.sink import Sink
from tests.posting import post, written
from tests.running import Client, Frame, RunningDesk, SettableClock, enrol, running
from tests.stories.test_from_chat_to_ticket import begin
from tests.stories.test_redaction import rows_with
from ticketing.adapters.field_store import SqlCustomFields
from ticketing.adapters.merge_tables import MergeRow
from ticketing.adapters.tables import EmptiedTicketRow, TicketRow
from ticketing.custom_fields import CustomField
from webhooks.adapters.tables import WebhookMessageRow

EMAIL = "danielle@northlake.example"
SECRETS = ("hunter2", "Danielle", "danielle@northlake.example")


async def worked(desk: RunningDesk) -> tuple[Client, Client, int]:
    """Danielle has chatted, with a file and a note about her, and written on her solved ticket. Ana has a ticket with
    Danielle as participant. Custom fields of the solved ticket have secrets too."""
    for key, shown in (("secret", True), ("hint", False)):
        field = CustomField(key=key, kind="text", labels={"en": key}, for_customers=shown)
        await desk.desk.storage.write(partial(SqlCustomFields().put_field, field=field))
    customer, agent, chat = await begin(desk, subject="Danielle lost hunter2")
    uploader, works = desk.http(customer.token), desk.http(agent.token)
    file = (await uploader.post("/api/files", files={"file": ("hunter2.txt", b"hunter2")})).json()
    await customer.command("message.send", chat=chat, text="It is hunter2", files=[file["id"]])
    await agent.command("note.add", chat=chat, text="Danielle told me hunter2")
    custom = {"secret": "hunter2", "hint": "She told me hunter2"}
    closed = await agent.command("chat.close", chat=chat, status="solved", resolution="set_up", custom_fields=custom)
    number: int = closed["ticket"]
    await customer.command("chat.rate", chat=chat, score=4, comment="hunter2 works")
    wrote = await works.post(f"/api/tickets/{number}/replies", json={"text": "Hi Danielle, hunter2 is set"})
    assert wrote.is_success, wrote.text
    ana = desk.http((await desk.customer(name="Ana", email="ana@northlake.example")).token)
    other = (await ana.post("/api/tickets", json={"team": "media", "text": "Help me"})).json()["number"]
    shared = await works.patch(f"/api/tickets/{other}", json={"participants": [EMAIL]})
    assert shared.is_success, shared.text
    await desk.desk.delivery.idle()
    return customer, agent, number


def audited(thing: str, thing_id: str, detail: dict[str, str]) -> AuditRow:
    told = json.dumps(detail)
    return AuditRow(at=1, actor_kind="staff", verb="do", thing=thing, thing_id=thing_id, detail=told)


async def test_erasure_removes_texts_names_and_files_and_keeps_the_facts(desk: RunningDesk) -> None:
    customer, agent, number = await worked(desk)
    of, old, visitor = desk.desk.personal_data, "old@northlake.example", customer.greeting["visitor"]

    def remember(tx: Tx) -> None:
        """Staff have merged an entry that is no more than an earlier address, which takes part in Ana's ticket too."""
        tx.session.add(PersonMergeRow(person=f"mailto:{old}", into=visitor, by="m", at=1))
        chat = tx.session.exec(select(ChatRow.id)).one()
        lines = (("customer", f"mailto:{old}", {"into": visitor}), ("customer", "v", {"into": f"mailto:{EMAIL}"}))
        for thing, thing_id, detail in (*lines, ("mail", "1", {"from": EMAIL})):
            tx.session.add(audited(thing, thing_id, detail))
        payload = json.dumps({"data": {"chat": chat, "name": "Danielle"}}, separators=(",", ":"))
        message = WebhookMessageRow(
            name="n", webhook="w", event="chat.started", payload=payload, created_at=1, due_at=1
        )
        message.state = "accepted"
        tx.session.add(message)
        tx.session.add(PageRow(chat=chat, at=1, page="https://planner.example/people/Danielle"))
        tx.session.add(MergeRow(source=number + 7, target=number + 1, at=1, by="m", before="{}", moved=moved))

    moved = json.dumps([old, "ana@northlake.example"])
    await desk.desk.storage.write(remember)
    shared = await desk.http(agent.token).patch(f"/api/tickets/{number + 1}", json={"participants": [EMAIL, old]})
    assert shared.is_success, shared.text
    copies = desk.settings.data / "mail"
    asked = await desk.http(Origin=desk.origin).post("/api/account", json={"email": old, "name": "Danielle"})
    assert asked.status_code == 202
    await desk.desk.delivery.idle()
    assert [copy for copy in copies.rglob("*.eml") if old in copy.read_text()]
    erasure = await of.erasing.erase(SYSTEM, f" {EMAIL.upper()} ")
    for secret in (*SECRETS, old):
        assert await rows_with(desk, secret) == []
    await desk.desk.mailroom.removal.idle()
    assert not [copy for copy in copies.rglob("*.eml") if old in copy.read_text()]
    (merge,) = await rows_with(desk, '["ana@northlake.example"]')
    assert merge.startswith("ticket_merges")
    assert not [path for path in (desk.settings.data / "files").rglob("*") if path.is_file()]
    shown = (await desk.http(agent.token).get(f"/api/tickets/{number}")).json()
    assert (shown["status"], shown["resolution"], shown["rating"]) == ("solved", "set_up", 4)
    assert shown["requester"]["name"] == f"Erased {erasure.id[:6]}"
    assert [event["text"] for event in shown["transcript"] if "text" in event] == [None] * 4
    again = await desk.customer(customer.token)
    assert again.greeting["visitor"] != customer.greeting["visitor"]
    await desk.desk.indexing.idle()
    for query in ("hunter2", "Danielle"):
        assert (await desk.http(agent.token).get("/api/tickets", params={"q": query})).json()["tickets"] == []
    assert len((await desk.http(agent.token).get("/api/tickets", params={"q": "Help"})).json()["tickets"]) == 1

    def audit(tx: Tx) -> list[str]:
        return list(tx.session.exec(select(AuditRow.detail).where(col(AuditRow.verb) == "erase")))

    (detail,) = await desk.desk.storage.read(audit)
    assert json.loads(detail)["tickets"] == 1
    with pytest.raises(Refused, match="nothing of a person"):
        await of.erasing.find(SYSTEM, EMAIL)


@pytest.mark.parametrize("shared", [False, True])
async def test_erasure_finds_tickets_whose_browser_the_retention_forgot(desk: RunningDesk, *, shared: bool) -> None:
    """Somebody else has used the same browser, or not."""
    customer, agent, number = await worked(desk)
    of, visitor = desk.desk.personal_data, customer.greeting["visitor"]
    other = None

    def grow_old(tx: Tx) -> None:
        tx.session.get_one(VisitorRow, visitor).last_seen_at -= 40 * 86_400_000
        if other is not None:
            row = tx.session.get_one(TicketRow, other)
            row.requester_name, row.requester_email, row.requester_address = "Bo", *["bo@northlake.example"] * 2

    if shared:
        opened = await desk.http(customer.token).post("/api/tickets", json={"team": "media", "text": "I am Bo"})
        other = opened.json()["number"]
    before = (await of.erasing.find(SYSTEM, EMAIL)).person
    await desk.desk.storage.write(grow_old)
    await of.retention.change(SYSTEM, {"browsers": 30}, None)
    await of.retention.sweep()
    after = (await of.erasing.find(SYSTEM, EMAIL)).person
    assert (after.tickets, after.chats) == ((number,), before.chats)
    await of.erasing.erase(SYSTEM, EMAIL)
    for secret in ("hunter2", EMAIL):
        assert await rows_with(desk, secret) == []
    assert not [path for path in (desk.settings.data / "files").rglob("*") if path.is_file()]
    if shared:
        shown = (await desk.http(agent.token).get(f"/api/tickets/{other}")).json()
        assert (shown["requester"]["name"], shown["transcript"][-1]["text"]) == ("Bo", "I am Bo")


async def test_erasure_of_a_participant_known_by_mail_removes_replies_and_files(
    posted: tuple[RunningDesk, Sink],
) -> None:
    """Bo has no account and no ticket. He takes part in Ana's ticket and answers by mail, with a file."""
    desk, bo = posted[0], "bo@northlake.example"
    _, token = await enrol(desk.desk.storage, "maya@desk.example", "Maya Lind")
    staff = desk.http(token)
    to = desk.desk.teams.by_key["media"].email
    assert to is not None
    await post(desk, written("Which dates?", Message_ID="<1@x>"), to)
    (await staff.patch("/api/tickets/1", json={"participants": [bo]})).raise_for_status()
    parts = "--b\n\nIt is hunter2\n--b\nContent-Disposition: attachment; filename=hunter2.txt\n\nhunter2\n--b--\n"
    headers = {"Content_Type": "multipart/mixed; boundary=b", "Message_ID": "<2@x>", "In_Reply_To": "<1@x>"}
    await post(desk, written(parts, sender=f"Bo Ek <{bo}>", **headers), to, bo)
    assert await rows_with(desk, "hunter2.txt") != []
    await desk.desk.personal_data.erasing.erase(SYSTEM, bo)
    for secret in ("hunter2", "Bo Ek", bo, mail_author(bo)):
        # The row of a removed file counts toward quotas for a day.
        assert [row for row in await rows_with(desk, secret) if not row.startswith("files:")] == []
    assert not [path for path in (desk.settings.data / "files").rglob("*") if path.is_file()]
    assert await rows_with(desk, "Which dates?") != []
    shown = (await staff.get("/api/tickets/1")).raise_for_status().json()
    assert [event["from"]["id"] for event in shown["transcript"] if event.get("redacted")] == [None]


async def test_erasure_that_fails_stops_no_other_and_is_tried_again(
    desk: RunningDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the customer does meanwhile is erased too, and an unreadable list does not stop the desk."""
    customer, agent, number = await worked(desk)
    erasing, storage, staff = desk.desk.personal_data.erasing, desk.desk.storage, desk.http(agent.token)
    shared = await staff.patch(f"/api/tickets/{number + 1}", json={"participants": [EMAIL, "cy@northlake.example"]})
    assert shared.is_success, shared.text

    def fails(*_: object, **__: object) -> None:
        raise ValueError("a bad row")

    await storage.write(lambda tx: tx.session.add(audited("mail", "1", {"from": "lucy@northlake.example"})))
    with monkeypatch.context() as broken:
        broken.setattr(Conversations, "empty_ticket", fails)
        with pytest.raises(Refused, match="tries again") as refused:
            await erasing.erase(SYSTEM, EMAIL)
        assert refused.value.code == "unavailable"
        signed_out = select(VisitorRow.signed_out_at).where(VisitorRow.id == customer.greeting["visitor"])
        assert await storage.read(lambda tx: tx.session.exec(signed_out).one()) is not None
        await erasing.erase(SYSTEM, "cy@northlake.example")
    # A longer address is somebody else's.
    assert await rows_with(desk, "cy@northlake.example") == await rows_with(desk, "lucy@northlake.example") != []

    ana = desk.http((await desk.customer(name="Ana", email="ana@northlake.example")).token)
    empty, late = erasing._empty, list[int]()

    async def slow(person: Person, name: str) -> None:
        await empty(person, name)
        if not late:
            opened = await ana.post("/api/tickets", json={"team": "media", "text": "Later"})
            late.append(opened.json()["number"])
            (await staff.patch(f"/api/tickets/{late[0]}", json={"participants": [EMAIL]})).raise_for_status()

    monkeypatch.setattr(erasing, "_empty", slow)
    (desk.settings.data / NAME).unlink()
    (desk.settings.data / NAME).mkdir()
    await erasing.again()
    assert late
    for secret in SECRETS:
        assert await rows_with(desk, secret) == []


async def test_erasure_waits_for_open_chats_and_tickets(desk: RunningDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    _, agent, chat = await begin(desk)
    erasing = desk.desk.personal_data.erasing

    async def outdated(by: Actor, email: str) -> Found:
        return Found(Person(addresses=frozenset({email})), "")

    with monkeypatch.context() as before:
        before.setattr(erasing, "find", outdated)
        with pytest.raises(Refused, match="in a chat"):
            await erasing.erase(SYSTEM, EMAIL)
    with pytest.raises(Refused, match="in a chat"):
        await erasing.erase(SYSTEM, EMAIL)
    await agent.command("chat.close", chat=chat, status="open")
    with pytest.raises(Refused, match="Solve their tickets first: #1"):
        await erasing.erase(SYSTEM, EMAIL)
    with pytest.raises(Refused) as refused:
        await erasing.find(SYSTEM, "not an address")
    assert refused.value.code == "invalid"
    with pytest.raises(Refused) as forbidden:
        await erasing.find(Actor("staff", "a", role="supervisor"), EMAIL)
    assert forbidden.value.code == "forbidden"


async def test_restored_backup_is_erased_again_at_the_start(tmp_path: Path) -> None:
    """The database of the backup has the person and knows nothing of the erasure; the list beside it does."""
    data = tmp_path / "data"
    async with running(data) as desk:
        await worked(desk)
    backup = (data / "switchboard.db").read_bytes()
    async with running(data) as desk:
        await desk.desk.personal_data.erasing.erase(SYSTEM, EMAIL)
        listed = (data / NAME).read_text()
        assert not [secret for secret in SECRETS if secret in listed]
    (data / "switchboard.db").write_bytes(backup)
    async with running(data) as desk:
        for secret in SECRETS:
            assert await rows_with(desk, secret) == []
        known = await desk.desk.storage.read(lambda tx: tx.session.exec(select(ErasureRow)).all())
        assert [row.finished_at is not None for row in known] == [True]


async def test_export_has_what_the_customer_could_see(desk: RunningDesk, tmp_path: Path) -> None:
    _, _, number = await worked(desk)
    of, file = desk.desk.personal_data, tmp_path / "person.zip"
    found = await of.erasing.find(SYSTEM, EMAIL)
    await of.exporting.export(SYSTEM, found.person, file)
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        texts = {name: archive.read(name).decode() for name in names}
    ticket = json.loads(texts[f"tickets/{number}.json"])
    assert ticket["custom_fields"] == {"secret": "hunter2"}
    assert ticket["events"][-1]["text"] == "Hi Danielle, hunter2 is set"
    (chat,) = (json.loads(text) for name, text in texts.items() if name.startswith("chats/"))
    assert "It is hunter2" in [event.get("text") for event in chat["events"]]
    assert not any("told me" in text for text in texts.values())
    assert [text for name, text in texts.items() if name.startswith("files/")] == ["hunter2"]
    assert json.loads(texts["profile.json"])["browsers"][0]["email"] == EMAIL
    admin = Actor("staff", "a", role="admin")
    with pytest.raises(Refused, match="supervises all teams"):
        await of.exporting.export(admin, found.person, file)


async def test_retention_empties_tickets_that_were_closed_long_ago(
    desk: RunningDesk, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, agent, number = await worked(desk)
    retention, admin = desk.desk.personal_data.retention, Actor("staff", "a", role="admin")
    closed_at = desk.clock() - 40 * 86_400_000

    def close(tx: Tx) -> None:
        tx.session.get_one(TicketRow, number).closed_at = closed_at
        before = json.dumps({"finding": "hunter2"})
        tx.session.add(MergeRow(source=number, target=number + 1, at=1, by="m", before=before, moved="[]"))

    await desk.desk.storage.write(close)
    await retention.sweep()
    assert await rows_with(desk, "hunter2") != []
    with pytest.raises(Refused, match="30 to"):
        await retention.change(admin, {"conversations": 29}, None)
    assert (await retention.change(admin, {"conversations": 41, "files": 39}, {0})).version == 1
    await retention.sweep()
    assert not [path for path in (desk.settings.data / "files").rglob("*") if path.is_file()]
    assert await rows_with(desk, "told me hunter2") != []
    await retention.change(admin, {"conversations": 39}, {1})

    def fails(*_: object, **__: object) -> None:
        raise ValueError("a bad row")

    with monkeypatch.context() as broken:
        broken.setattr(Conversations, "empty_ticket", fails)
        await retention.sweep()
    await retention.sweep()
    assert await rows_with(desk, "hunter2") == []

    def emptied(tx: Tx) -> int:
        return tx.session.connection().execute(delete(EmptiedTicketRow)).rowcount

    # Each kind rests for a day.
    assert await desk.desk.storage.write(emptied) == 2
    await retention.sweep()
    assert await desk.desk.storage.write(emptied) == 0
    clock.forward(24 * 3_600)
    await retention.sweep()
    assert await desk.desk.storage.write(emptied) == 2
    shown = (await desk.http(agent.token).get(f"/api/tickets/{number}")).json()
    assert (shown["status"], shown["requester"]["name"], shown["requester"]["email"]) == ("solved", None, None)


async def test_days_of_kinds_of_a_newer_version_are_kept(desk: RunningDesk) -> None:
    """This version neither shows nor ends them. It keeps when they were last ended, too."""
    retention, admin = desk.desk.personal_data.retention, Actor("staff", "a", role="admin")
    swept = {"moon": {"at": 1, "days": 40}}

    def store(tx: Tx) -> None:
        facts.put(tx, "retention", json.dumps({"version": 3, "days": {"moon": 40, "mails": 50}}))
        facts.put(tx, "retention_swept", json.dumps(swept))

    await desk.desk.storage.write(store)
    kept = await retention.current(admin)
    assert kept.days == {**dict.fromkeys(KINDS), "mails": 50}
    await retention.change(admin, {"mails": None, "files": 60}, {kept.version})
    await retention.sweep()
    read = desk.desk.storage.read
    days = await read(lambda tx: facts.get(tx, "retention"))
    ended = await read(lambda tx: facts.get(tx, "retention_swept"))
    kinds: dict[str, int | None] = {**dict.fromkeys(KINDS), "files": 60, "moon": 40}
    assert json.loads(days or "") == {"version": 4, "days": kinds}
    assert json.loads(ended or "") == swept | {"files": {"at": desk.clock(), "days": 60}}


def records(at: int, number: int, closed: int) -> list[SQLModel]:
    """One row of each kind of record that was last used at `at`, with ids from `number` on, and letters about an open
    and a `closed` ticket."""
    id_ = f"{number:064}"
    letter: Frame = {
        "kind": "reply",
        "locale": "en",
        "state": "accepted",
        "created_at": at,
        "due_at": at,
        "settled_at": at,
    }
    letters = [
        LetterRow(**letter, token=f"{id_}{n}", message_id=f"{id_}{n}", ticket=ticket, to_address="Z", address="zoe")
        for n, ticket in enumerate((None, 1_000_000, closed))
    ]
    mail: Frame = {"envelope_from": "zoe", "envelope_to": "in", "size": 1, "sender": "zoe", "subject": "zoe"}
    review: Frame = {
        "ticket": 1,
        "day": "2026-01-01",
        "verdict": "right",
        "changed": False,
        "blind": False,
        "scores": "{}",
    }
    plain: Frame = {"locale": "en", "standing": "registered", "turn": 1, "at": at, "zone": "UTC"}
    return [
        *letters,
        IncomingMailRow(**mail, received_at=at, digest=id_, state="done"),
        IncomingMailRow(**mail, received_at=at, digest=f"{id_[1:]}x", state="suspended"),
        VisitorRow(id=id_, name="Zoe", email="zoe", created_at=1, last_seen_at=at),
        AuditRow(at=at, actor_kind="staff", verb="do", thing="file", thing_id=id_, network="192.0.2.1"),
        SessionRow(id=id_, user="u", created_at=1, last_seen_at=1, expires_at=at, network="192.0.2.1", user_agent="z"),
        ReviewRow(
            **review,
            at=at,
            chat=id_,
            reviewer="r",
            reason="zoe",
            feedback="zoe",
            answer="zoe",
        ),
        ArticleFeedbackRow(article=number, person="p", helpful=False, comment="zoe", at=at, network="192.0.2.1"),
        SearchMissRow(words=id_, locale="en", product="", count=1, first_at=at, last_at=at),
        RegistrationRow(**plain, session=number, person="p", name="Zoe", address="zoe", normal="zoe"),
        LiveSessionRow(**SESSION, id=number, source=id_, starts_at=at),
    ]


SESSION: Frame = {
    **dict.fromkeys(("series", "kind", "title", "summary", "platform", "locale", "zone", "link", "place"), "x"),
    **dict.fromkeys(("trainer", "note", "after", "recording", "state"), "x"),
    **dict.fromkeys(("minutes", "capacity", "recording_minutes", "sequence", "told", "turns"), 1),
    **dict.fromkeys(("created_at", "changed_at"), 1),
}


async def test_retention_removes_people_from_old_records_and_leaves_newer_ones(
    desk: RunningDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two runs fail: the first is interrupted, and cannot say what it removed; in the second, one kind fails."""
    _, _, number = await worked(desk)
    retention, admin = desk.desk.personal_data.retention, Actor("staff", "a", role="admin")
    now = desk.clock()

    def add(tx: Tx) -> None:
        tx.session.get_one(TicketRow, number).closed_at = now
        for age, first in ((41, 5_000), (39, 6_000)):
            tx.session.add_all(records(now - age * 86_400_000, first, number))

    await desk.desk.storage.write(add)

    def known(tx: Tx) -> dict[str, list[bool]]:
        """Of each table, whether the older and the newer rows still name anybody."""

        def named(row: type[SQLModel], *columns: object) -> list[bool]:
            keys = inspect(row).primary_key
            rows = tx.session.connection().execute(sa_select(*(col(each) for each in columns)).order_by(*keys))
            return [any(value not in (None, "") for value in found) for found in rows]

        ours = [
            row.network is not None
            for row in tx.session.exec(select(AuditRow).where(AuditRow.verb == "do").order_by(col(AuditRow.id)))
        ]
        visitors = [tx.session.get_one(VisitorRow, f"{first:064}") for first in (5_000, 6_000)]
        return {
            "letters": [
                row.address != ""
                for row in tx.session.exec(
                    select(LetterRow).where(col(LetterRow.token).startswith("0000")).order_by(col(LetterRow.id))
                )
            ],
            "mails": named(IncomingMailRow, IncomingMailRow.sender, IncomingMailRow.subject),
            "browsers": [row.email is not None for row in visitors],
            "audit": ours,
            "reviews": named(ReviewRow, ReviewRow.reason, ReviewRow.feedback, ReviewRow.answer),
            "feedback": named(ArticleFeedbackRow, ArticleFeedbackRow.comment),
            "networks": named(ArticleFeedbackRow, ArticleFeedbackRow.network),
            "searches": [True for _ in tx.session.exec(select(SearchMissRow.words))],
            "training": named(RegistrationRow, RegistrationRow.name, RegistrationRow.address),
        }

    before = await desk.desk.storage.read(known)
    await retention.sweep()
    assert await desk.desk.storage.read(known) == before
    await retention.change(admin, dict.fromkeys(RECORD_KINDS, 40), {0})
    end = OldRecords._end

    def failing(at: type[SQLModel], error: Exception) -> Callable[..., int]:
        def work(of: OldRecords, tx: Tx, *, old: Old, before: int, keys: Sequence[Key]) -> int:
            if old.row is at:
                raise error
            return end(of, tx, old=old, before=before, keys=keys)

        return work

    async def told() -> dict[str, int]:
        ended = await desk.desk.storage.read(lambda tx: tx.session.exec(ENDED).all())
        lines = [json.loads(detail) for detail in ended]
        assert len({detail["kind"] for detail in lines}) == len(lines)
        return {detail["kind"]: detail["records"] for detail in lines}

    def away(*_: object, **__: object) -> None:
        raise StorageUnavailable("The database is away.")

    with monkeypatch.context() as broken:
        broken.setattr(OldRecords, "_end", failing(IncomingMailRow, StorageUnavailable("The database is away.")))
        broken.setattr(SqlPeople, "record", away)
        with pytest.raises(StorageUnavailable):
            await retention.sweep()
    with monkeypatch.context() as broken:
        broken.setattr(OldRecords, "_end", failing(ReviewRow, ValueError("a bad row")))
        await retention.sweep()
    counts = {"mails": 3, "browsers": 1, "networks": 3, "feedback": 2, "training": 1}
    assert await told() == counts
    await retention.sweep()
    after = await desk.desk.storage.read(known)
    assert after.pop("letters") == [False, True, False, True, True, True]
    assert after.pop("mails") == [False, True, True, True]
    assert after.pop("searches") == [True]
    assert all(found == [False, True] for found in after.values()), after
    assert await told() == {**counts, "reviews": 1}
    await retention.sweep()
    assert await told() == {**counts, "reviews": 1}


ENDED = select(AuditRow.detail).where(AuditRow.thing == "records")
