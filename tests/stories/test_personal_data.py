"""What the desk has about a customer can be exported and erased. The facts of the desk stay."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from sqlmodel import col, select

from identity.actor import SYSTEM, Actor
from identity.adapters.erasure_tables import ErasureRow
from identity.adapters.tables import AuditRow
from refusals import Refused
from server.live.personal_data.erased_list import NAME
from storage.ports import Tx
from tests.running import Client, RunningDesk, running
from tests.stories.test_from_chat_to_ticket import begin
from tests.stories.test_redaction import rows_with
from ticketing.adapters.tables import TicketRow

EMAIL = "danielle@northlake.example"
SECRETS = ("hunter2", "Danielle", "danielle@northlake.example")


async def worked(desk: RunningDesk) -> tuple[Client, Client, int]:
    """Danielle has chatted, with a file and a note about her, and written on her solved ticket. Ana has a ticket with
    Danielle as participant."""
    customer, agent, chat = await begin(desk, subject="Danielle lost hunter2")
    uploader, works = desk.http(customer.token), desk.http(agent.token)
    file = (await uploader.post("/api/files", files={"file": ("hunter2.txt", b"hunter2")})).json()
    await customer.command("message.send", chat=chat, text="It is hunter2", files=[file["id"]])
    await agent.command("note.add", chat=chat, text="Danielle told me hunter2")
    closed = await agent.command("chat.close", chat=chat, status="solved", resolution="set_up")
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


async def test_erasure_removes_texts_names_and_files_and_keeps_the_facts(desk: RunningDesk) -> None:
    customer, agent, number = await worked(desk)
    of = desk.desk.personal_data
    erasure = await of.erasing.erase(SYSTEM, f" {EMAIL.upper()} ")
    for secret in SECRETS:
        assert await rows_with(desk, secret) == []
    assert not [path for path in (desk.settings.data / "files").rglob("*") if path.is_file()]
    shown = (await desk.http(agent.token).get(f"/api/tickets/{number}")).json()
    assert (shown["status"], shown["resolution"], shown["rating"]) == ("solved", "set_up", 4)
    assert shown["requester"]["name"] == f"Erased {erasure.id[:6]}"
    assert [event["text"] for event in shown["transcript"] if "text" in event] == [None] * 4
    again = await desk.customer(customer.token)
    assert again.greeting["visitor"] != customer.greeting["visitor"]
    for query in ("hunter2", "Danielle"):
        assert (await desk.http(agent.token).get("/api/tickets", params={"q": query})).json()["tickets"] == []
    assert len((await desk.http(agent.token).get("/api/tickets", params={"q": "Help"})).json()["tickets"]) == 1

    def audit(tx: Tx) -> list[str]:
        return list(tx.session.exec(select(AuditRow.detail).where(col(AuditRow.verb) == "erase")))

    (detail,) = await desk.desk.storage.read(audit)
    assert json.loads(detail)["tickets"] == 1
    with pytest.raises(Refused, match="nothing of a person"):
        await of.erasing.find(SYSTEM, EMAIL)


async def test_erasure_waits_for_open_chats_and_tickets(desk: RunningDesk) -> None:
    _, agent, chat = await begin(desk)
    erasing = desk.desk.personal_data.erasing
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
    assert ticket["events"][-1]["text"] == "Hi Danielle, hunter2 is set"
    (chat,) = (json.loads(text) for name, text in texts.items() if name.startswith("chats/"))
    assert "It is hunter2" in [event.get("text") for event in chat["events"]]
    assert not any("told me" in text for text in texts.values())
    assert [text for name, text in texts.items() if name.startswith("files/")] == ["hunter2"]
    assert json.loads(texts["profile.json"])["browsers"][0]["email"] == EMAIL
    admin = Actor("staff", "a", role="admin")
    with pytest.raises(Refused, match="supervises all teams"):
        await of.exporting.export(admin, found.person, file)


async def test_retention_empties_tickets_that_were_closed_long_ago(desk: RunningDesk) -> None:
    _, agent, number = await worked(desk)
    retention, admin = desk.desk.personal_data.retention, Actor("staff", "a", role="admin")
    closed_at = desk.clock() - 40 * 86_400_000

    def close(tx: Tx) -> None:
        tx.session.get_one(TicketRow, number).closed_at = closed_at

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
    await retention.sweep()
    assert await rows_with(desk, "hunter2") == []
    shown = (await desk.http(agent.token).get(f"/api/tickets/{number}")).json()
    assert (shown["status"], shown["requester"]["name"], shown["requester"]["email"]) == ("solved", None, None)
