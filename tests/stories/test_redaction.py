"""A text that is taken back is gone: from the store, from what is replayed, and from what still waits to be sent."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from identity.adapters.tables import AuditRow
from server.schema import metadata
from storage.ports import Tx
from tests.running import DEADLINE_S, Client, Frame, RunningDesk, SettableClock, running
from tests.stories.test_from_chat_to_ticket import begin, ticket_of

SECRET = "hunter2-is-my-password"


async def rows_with(desk: RunningDesk, text: str) -> list[str]:
    """Each row of the whole store in which this text stands."""

    def look(tx: Tx) -> list[str]:
        connection = tx.session.connection()
        return [
            f"{table.name}: {row}"
            for table in metadata.sorted_tables
            for row in connection.execute(select(table))
            if text in str(row)
        ]

    return await desk.desk.storage.read(look)


async def replay(desk: RunningDesk, client: Client, chat: str) -> dict[int, dict[str, Any]]:
    """The chat from its beginning, as this person gets it on a new connection; by `seq`."""
    again = await (desk.customer(client.token) if "visitor" in client.greeting else desk.staff_again(client.token))
    await again.command("chat.resume", chat=chat, after=0)
    events = again.durable(chat)
    seen = [event["seq"] for event in events]
    assert [event["prev"] for event in events] == [0, *seen[:-1]]
    await again.close()
    return {event["seq"]: event for event in events}


async def test_author_redacts_own_message_for_everyone(desk: RunningDesk, clock: SettableClock) -> None:
    """The other side is told which message. Every replay keeps its place without the text, and no row of the database
    has it."""
    customer, agent, chat = await begin(desk)
    said = await customer.command("message.send", chat=chat, text=SECRET)
    await agent.event("message", text=SECRET)
    clock.forward(5 * 60)
    ok = await customer.command("message.redact", chat=chat, of=said["seq"], reason="A password")
    assert (ok["seq"], ok["prev"]) == (said["seq"] + 1, said["seq"])
    event = await agent.event("message.redacted")
    assert (event["of"], event["seq"], event["prev"]) == (said["seq"], ok["seq"], said["seq"])
    assert event["from"]["kind"] == "customer"
    for client in (customer, agent):
        emptied = (await replay(desk, client, chat))[said["seq"]]
        assert (emptied["type"], emptied["text"], emptied["redacted"], emptied["files"]) == ("message", None, True, [])
        assert emptied["from"]["name"] == "Danielle"
    assert await rows_with(desk, SECRET) == []
    await customer.command("message.send", chat=chat, text="I changed it")
    await agent.event("message", text="I changed it")


async def test_old_message_is_redacted_only_by_a_supervisor(desk: RunningDesk, clock: SettableClock) -> None:
    """From five minutes on. A supervisor of the team may redact at any time, also in a closed chat. Only the audit has
    who and why."""
    customer, agent, chat = await begin(desk)
    said = await customer.command("message.send", chat=chat, text=SECRET)
    supervisor = await desk.staff("Sofia", role="supervisor", teams=("media",))
    clock.forward(5 * 60 + 0.001)
    late = await customer.refused("forbidden", "message.redact", chat=chat, of=said["seq"], reason="A password")
    assert "supervisor" in late["message"]
    await agent.command("chat.close", chat=chat, status="open")
    clock.forward(20 * 86_400)
    ok = await supervisor.command("message.redact", chat=chat, of=said["seq"], reason="Seen by accident")
    for client in (customer, agent):
        event = await client.event("message.redacted")
        assert (event["of"], event["seq"], event["from"]["id"]) == (said["seq"], ok["seq"], None)
        assert "Sofia" not in json.dumps(client.heard) and "accident" not in json.dumps(client.heard)
        assert (await replay(desk, client, chat))[said["seq"]]["text"] is None

    def audit(tx: Tx) -> list[Any]:
        return list(tx.session.connection().execute(select(AuditRow).where(AuditRow.verb == "message.redact")))  # type: ignore[arg-type]

    (line,) = await desk.desk.storage.read(audit)
    assert (line.actor, line.thing, line.thing_id) == (supervisor.greeting["staff"], "chat", chat)
    assert json.loads(line.detail) == {"of": said["seq"], "reason": "Seen by accident"}


async def test_redacted_note_stays_hidden_from_the_customer(desk: RunningDesk) -> None:
    """Its author redacts it. The customer sees neither event, and their `prev` skips both."""
    customer, agent, chat = await begin(desk)
    noted = await agent.command("note.add", chat=chat, text=SECRET)
    await agent.command("message.redact", chat=chat, of=noted["seq"], reason="Not for here")
    said = await agent.command("message.send", chat=chat, text="Hello")
    event = await customer.event("message", text="Hello")
    assert (event["seq"], event["prev"]) == (said["seq"], noted["seq"] - 1)
    theirs = await replay(desk, customer, chat)
    assert not {"note", "message.redacted"} & {event["type"] for event in theirs.values()}
    staffs = await replay(desk, agent, chat)
    assert (staffs[noted["seq"]]["text"], staffs[noted["seq"]]["redacted"]) == (None, True)
    assert staffs[noted["seq"] + 1]["type"] == "message.redacted"
    assert await rows_with(desk, SECRET) == []


async def test_second_redaction_is_refused_unless_it_repeats_the_id(desk: RunningDesk) -> None:
    """The same id gets its stored answer, another id is told that the message is already redacted. Repeating the
    message's own id returns its answer without the text."""
    customer, agent, chat = await begin(desk)
    id_ = await customer.send("message.send", chat=chat, text=SECRET)
    said = await customer.answer(id_)
    redact = await customer.send("message.redact", chat=chat, of=said["seq"], reason="A password")
    ok = await customer.answer(redact)
    assert await customer.again(redact, "message.redact", chat=chat, of=2, reason="Other") == {**ok, "dup": True}
    await customer.refused("conflict", "message.redact", chat=chat, of=said["seq"], reason="Again")
    assert await customer.again(id_, "message.send", chat=chat, text=SECRET) == {**said, "dup": True}
    await agent.command("message.send", chat=chat, text="Fine")
    log = await replay(desk, agent, chat)
    assert [event["type"] for event in log.values()].count("message.redacted") == 1
    assert log[2]["text"] is not None and await rows_with(desk, SECRET) == []


@pytest.mark.parametrize("subject", [None, SECRET])
@pytest.mark.parametrize("when", ["before the end", "after it"])
async def test_redacted_text_leaves_the_subject_too(desk: RunningDesk, when: str, subject: str | None) -> None:
    """When the first line of the text became the subject of the chat or its ticket, it is removed there too."""
    agent = await desk.staff("Priya", teams=("media",))
    await agent.command("presence.set", status="available")
    customer = await desk.customer(name="Danielle", email="danielle@northlake.example")
    given = {"subject": subject} if subject else {}
    started = await customer.command("chat.start", team="media", text=f"{SECRET}\nPlease help", **given)
    chat = started["chat"]
    await agent.event("chat.assigned")
    if when == "before the end":
        await customer.command("message.redact", chat=chat, of=2, reason="A password")
    ticket = (await customer.command("chat.end", chat=chat))["ticket"]
    if when == "after it":
        assert (await ticket_of(desk, agent, ticket))["subject"] == SECRET
        await customer.command("message.redact", chat=chat, of=2, reason="A password")
    shown = await ticket_of(desk, agent, ticket)
    assert shown["subject"] != SECRET and SECRET not in json.dumps(shown)
    assert shown["transcript"][1]["redacted"] is True
    assert await rows_with(desk, SECRET) == []


async def test_redacted_text_never_reaches_a_slow_reader(desk: RunningDesk) -> None:
    """A message still in the outbox of a slow tab is delivered without the text."""
    customer, agent, chat = await begin(desk)
    slow = await desk.connect("customer", deaf=True, max_queue=1)
    await slow.raw({"type": "hello", "id": "h", "token": customer.token})
    await slow.raw({"type": "chat.resume", "id": "r", "chat": chat, "after": 0})
    for _ in range(8):
        ids = [await agent.send("message.send", chat=chat, text="x" * 7_000) for _ in range(60)]
        await agent.answer(ids[-1])
    said = await agent.command("message.send", chat=chat, text=SECRET)
    ok = await agent.command("message.redact", chat=chat, of=said["seq"], reason="A password")
    told: list[dict[str, Any]] = []
    while not told or told[-1].get("seq") != ok["seq"]:
        told.append(json.loads(await slow.line.recv()))
    assert SECRET not in json.dumps(told)
    assert next(frame for frame in told if frame.get("seq") == said["seq"])["redacted"] is True


async def test_redacted_text_is_not_repeated_over_http(desk: RunningDesk) -> None:
    """Frames that the client has not acknowledged are sent again, but without the redacted text."""
    customer, agent, chat = await begin(desk)
    hello = {"type": "hello", "id": "h", "token": customer.token}
    resume = {"type": "chat.resume", "id": "r", "chat": chat, "after": 0}
    http = desk.http()
    sent = await http.post("/api/wire", json={"side": "customer", "frames": [hello, resume]})
    line = {"Switchboard-Line": sent.json()["line"]}

    async def told(**fields: object) -> list[Frame]:
        """All that was said so far, once there is something with these fields."""
        async with asyncio.timeout(DEADLINE_S):
            while True:
                answer = await http.get("/api/wire", params={"after": 0}, headers=line)
                frames: list[Frame] = answer.json()["frames"]
                if any(all(frame.get(name) == value for name, value in fields.items()) for frame in frames):
                    return frames

    await told(type="ok", id="r")
    said = await agent.command("message.send", chat=chat, text=SECRET)
    await told(type="message", text=SECRET)
    await agent.command("message.redact", chat=chat, of=said["seq"], reason="A password")
    frames = await told(type="message.redacted")
    assert SECRET not in json.dumps(frames)
    (emptied,) = (frame for frame in frames if frame["type"] == "message" and frame["seq"] == said["seq"])
    assert (emptied["text"], emptied["redacted"]) == (None, True)


async def test_redaction_removes_the_files_of_a_message(desk: RunningDesk) -> None:
    """Nobody can read them any more."""
    customer, agent, chat = await begin(desk)
    uploader, reader = desk.http(customer.token), desk.http(agent.token)
    file = (await uploader.post("/api/files", files={"file": ("plan.txt", SECRET.encode())})).json()
    said = await customer.command("message.send", chat=chat, text="", files=[file["id"]])
    assert (await reader.get(f"/api/files/{file['id']}")).status_code == 302
    await customer.command("message.redact", chat=chat, of=said["seq"], reason="The wrong file")
    for http in (uploader, reader):
        assert (await http.get(f"/api/files/{file['id']}")).status_code == 404
    assert (await replay(desk, agent, chat))[said["seq"]]["files"] == []


async def test_redacted_text_is_gone_from_disk_after_shutdown(tmp_path: Path) -> None:
    """Once the server has stopped, no file of the data folder has a byte of the text, short or long."""
    long = SECRET * 400
    async with running(tmp_path / "data") as desk:
        customer, agent, chat = await begin(desk)
        for text in (SECRET, long):
            said = await customer.command("message.send", chat=chat, text=text[:8_000])
            await agent.command("message.send", chat=chat, text="I see")
            await customer.command("message.redact", chat=chat, of=said["seq"], reason="A password")
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert files and not [path for path in files if SECRET.encode() in path.read_bytes()]


async def test_redacted_text_leaves_the_copies_of_letters(desk: RunningDesk) -> None:
    """On a desk without a mail server, letters are files. All letters of the ticket go, those of other tickets stay."""
    supervisor = await desk.staff("Sofia", role="supervisor", teams=("media",))
    assert supervisor.token is not None
    http, folder = desk.http(supervisor.token), desk.settings.data / "mail"
    numbers = []
    for name in ("ana", "bo"):
        visitor, asked = await desk.customer(), {"team": "media", "text": "Help", "email": f"{name}@northlake.example"}
        made = await desk.http(visitor.token).post("/api/tickets", json=asked)
        numbers.append(made.json()["number"])
    said = await http.post(f"/api/tickets/{numbers[0]}/replies", json={"text": SECRET})
    await desk.desk.delivery.idle()
    before = set(folder.glob("*.eml"))
    assert len(before) == 2
    redaction = {"of": said.json()["transcript"][-1]["seq"], "reason": "A password"}
    answered = await http.post(f"/api/tickets/{numbers[0]}/redactions", json=redaction)
    assert answered.is_success, answered.text
    await desk.desk.mailroom.removal.idle()
    (left,) = folder.glob("*.eml")
    assert left in before and f"#{numbers[1]}" in left.read_text()
