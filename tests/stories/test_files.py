"""Files in a conversation: sent once, seen by who may see the message, gone with it."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from uuid_utils import uuid7

from chat.adapters import archive
from chat.adapters.tables import ChatRow
from storage.ports import Tx
from tests.attachments.samples import PDF, picture
from tests.running import Client, RunningDesk, SettableClock, eventually
from tests.stories.test_from_chat_to_ticket import begin

DAY_S = 86_400


async def upload(desk: RunningDesk, who: Client, content: bytes = PDF, name: str = "plan.pdf") -> dict[str, Any]:
    """A file that somebody has just uploaded."""
    answer = await http(desk, who).post("/api/files", files={"file": (name, content)})
    assert answer.status_code == 201, answer.text
    file: dict[str, Any] = answer.json()
    return file


def http(desk: RunningDesk, who: Client) -> httpx2.AsyncClient:
    """HTTP as that person."""
    return desk.http(who.token)


async def content(desk: RunningDesk, who: Client, url: str) -> bytes:
    """What is in a file, as its reader gets it."""
    signed = await http(desk, who).get(url)
    assert signed.status_code == 302, signed.text
    return (await desk.http().get(signed.headers["location"])).content


async def row_of(desk: RunningDesk, chat: str) -> ChatRow:
    """How the chat stands."""
    row = await desk.desk.storage.read(lambda tx: archive.chat_row(tx, chat))
    assert row is not None
    return row


async def test_message_with_files_reaches_every_reader(desk: RunningDesk) -> None:
    """The agent, a watching supervisor and a replay get the file details and addresses. Each can read the content."""
    customer, agent, chat = await begin(desk)
    watcher = await desk.staff("Sam", role="supervisor", teams=())
    await watcher.command("chat.watch", chat=chat, after=0)
    first, second = await upload(desk, customer), await upload(desk, customer, picture(), "screen shot.png")
    ok = await customer.command("message.send", chat=chat, text="Here", files=[first["id"], second["id"]])
    assert ok["seq"] == 4
    expected = [{**file, "url": f"/api/files/{file['id']}"} for file in (first, second)]
    for reader in (agent, watcher):
        event = await reader.event("message", text="Here")
        assert (event["seq"], event["files"]) == (4, expected)
        assert await content(desk, reader, event["files"][0]["url"]) == PDF
    again = await desk.customer(token=customer.token)
    await again.command("chat.resume", chat=chat, after=0)
    assert [event["files"] for event in again.durable(chat) if event["seq"] == 4] == [expected]
    assert await content(desk, again, expected[0]["url"]) == PDF


async def test_message_with_files_needs_no_text(desk: RunningDesk) -> None:
    """Empty text is accepted with files. White space alone is not, and neither is empty text without files."""
    customer, agent, chat = await begin(desk)
    file = await upload(desk, customer)
    await customer.refused("invalid", "message.send", chat=chat, text=" \n", files=[file["id"]])
    await customer.refused("invalid", "message.send", chat=chat, text="", files=[])
    await customer.command("message.send", chat=chat, text="", files=[file["id"]])
    assert (await agent.event("message", text=""))["files"][0]["id"] == file["id"]


async def test_messages_around_one_with_files_keep_their_order(desk: RunningDesk) -> None:
    """Messages sent just before and after it, without waiting for answers, are stored in the order sent."""
    customer, agent, chat = await begin(desk)
    files = [(await upload(desk, customer))["id"] for _ in range(3)]
    ids = []
    for number in range(3):
        ids.append(await customer.send("message.send", chat=chat, text=f"before {number}"))
        ids.append(await customer.send("message.send", chat=chat, text=f"with {number}", files=[files[number]]))
        ids.append(await customer.send("message.send", chat=chat, text=f"behind {number}"))
    assert [(await customer.answer(id_))["seq"] for id_ in ids] == list(range(4, 13))
    await agent.event("message", text="behind 2")
    assert [event["seq"] for event in agent.durable(chat)] == list(range(1, 13))


async def test_repeated_id_with_files_sends_nothing_again(desk: RunningDesk) -> None:
    """Repeated with other files, without files, or right behind the first: the stored `ok`, one message, one file
    used."""
    customer, agent, chat = await begin(desk)
    file, other = await upload(desk, customer), await upload(desk, customer)
    id_ = await customer.send("message.send", chat=chat, text="Here", files=[file["id"]])
    await customer.send("message.send", id=id_, chat=chat, text="Here", files=[file["id"]])
    ok = await customer.answer(id_)
    await eventually(
        lambda: [f.get("dup") for f in customer.heard if f.get("id") == id_] == [None, True], "both answers"
    )
    for files in ([file["id"]], [other["id"]], []):
        again = await customer.again(id_, "message.send", chat=chat, text="Other", files=files)
        assert (again["seq"], again["dup"]) == (ok["seq"], True)
    await customer.command("message.send", chat=chat, text="Also", files=[other["id"]])
    await agent.event("message", text="Also")
    assert [event["seq"] for event in agent.durable(chat)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("text", ["with a text", ""])
async def test_one_bad_file_refuses_the_whole_message(desk: RunningDesk, clock: SettableClock, text: str) -> None:
    """A foreign, used, expired, missing or repeated file is refused. The valid files stay usable."""
    customer, agent, chat = await begin(desk)
    stranger = await desk.customer()
    old = await upload(desk, customer)
    clock.forward(DAY_S)
    good, used = await upload(desk, customer), await upload(desk, customer)
    theirs, agents = await upload(desk, stranger), await upload(desk, agent)
    await customer.command("message.send", chat=chat, text="Used", files=[used["id"]])
    missing = str(uuid7())
    answers = {}
    for bad in (theirs["id"], agents["id"], used["id"], old["id"], missing, good["id"], "../../x"):
        answers[bad] = await customer.refused("invalid", "message.send", chat=chat, text=text, files=[good["id"], bad])
        assert list(answers[bad]["fields"]) == ["files"]
    foreign, none = (answers[id_]["message"].replace(id_, "ID") for id_ in (theirs["id"], missing))
    assert foreign == none
    await customer.refused("too_large", "message.send", chat=chat, text=text, files=[good["id"]] * 11)
    assert (await row_of(desk, chat)).last_seq == 4
    await customer.command("message.send", chat=chat, text=text, files=[good["id"]])
    await stranger.refused("not_found", "message.send", chat=chat, text=text, files=[theirs["id"]])


async def test_files_run_the_clocks_like_text(desk: RunningDesk, clock: SettableClock) -> None:
    """A customer's file is owed a response. An agent's file answers it and starts the silence clock."""
    customer, agent, chat = await begin(desk)
    await agent.command("message.send", chat=chat, text="", files=[(await upload(desk, agent))["id"]])
    row = await row_of(desk, chat)
    assert (row.reply_owed_since, row.first_reply_at, row.agent_reply_at) == (None, clock(), clock())
    assert row.silent_due_at is not None and row.silent_due_at > clock()
    clock.forward(60)
    await customer.command("message.send", chat=chat, text="", files=[(await upload(desk, customer))["id"]])
    row = await row_of(desk, chat)
    assert (row.reply_owed_since, row.silent_due_at, row.last_at) == (clock(), None, clock())


async def test_closed_chat_refuses_files(desk: RunningDesk) -> None:
    """The answer is `chat_closed`, and the file stays usable in another chat."""
    customer, _, chat = await begin(desk)
    file = await upload(desk, customer)
    await customer.command("chat.end", chat=chat)
    await customer.refused("chat_closed", "message.send", chat=chat, text="", files=[file["id"]])
    started = await customer.command("chat.start", team="media", text="Again")
    await customer.command("message.send", chat=started["chat"], text="", files=[file["id"]])


async def test_files_of_a_chat_are_readable_on_its_ticket(desk: RunningDesk) -> None:
    """Also after the end: by the customer, the team, and the team that the ticket moved to."""
    customer, agent, chat = await begin(desk)
    file = await upload(desk, customer)
    await customer.command("message.send", chat=chat, text="", files=[file["id"]])
    finance = await desk.staff("Finn", teams=("finance",))
    await agent.command("chat.close", chat=chat, status="open", team="finance")
    for reader in (customer, agent, finance):
        assert await content(desk, reader, f"/api/files/{file['id']}") == PDF


async def test_files_of_a_note_are_for_staff_alone_and_go_with_it(desk: RunningDesk) -> None:
    """Colleagues read them, during the chat and on its ticket. The customer sees neither note nor file. A supervisor's
    is a whisper. Removing the note removes its files."""
    customer, agent, chat = await begin(desk)
    boss = await desk.staff("Sam", role="supervisor", teams=())
    await boss.command("chat.watch", chat=chat, after=0)
    file, other = await upload(desk, agent), await upload(desk, boss)
    noted = await agent.command("note.add", chat=chat, text="", files=[file["id"]])
    whispered = await boss.command("note.add", chat=chat, text="Like this", files=[other["id"]])
    event = await boss.event("note", text="")
    assert [one["id"] for one in event["files"]] == [file["id"]] and "whisper" not in event
    assert (await agent.event("note", text="Like this"))["whisper"] is True
    assert await content(desk, boss, event["files"][0]["url"]) == PDF
    assert (await http(desk, customer).get(f"/api/files/{file['id']}")).status_code == 404
    said = await agent.command("message.send", chat=chat, text="Hello")
    heard = await customer.event("message", text="Hello")
    assert (heard["seq"], heard["prev"]) == (said["seq"], noted["seq"] - 1)
    await agent.refused("invalid", "note.add", chat=chat, text="", files=[])
    await boss.command("message.redact", chat=chat, of=whispered["seq"], reason="Another client's")
    assert (await http(desk, agent).get(f"/api/files/{other['id']}")).status_code == 404
    await agent.command("chat.close", chat=chat, status="open")
    assert await content(desk, agent, f"/api/files/{file['id']}") == PDF
    assert (await http(desk, customer).get(f"/api/files/{file['id']}")).status_code == 404


async def test_greetings_include_the_upload_limits(desk: RunningDesk) -> None:
    """`limits.files` in both greetings says how many, how large and which types."""
    customer, agent, _ = await begin(desk)
    limits = customer.greeting["limits"]["files"]
    assert limits == agent.greeting["limits"]["files"]
    assert list(limits) == ["count", "size", "types"]
    assert (limits["count"], limits["size"]) == (10, 20 * 1024 * 1024)
    assert {"image/png", "application/pdf", "text/csv"} <= set(limits["types"])
    assert not {"text/html", "image/svg+xml", "application/zip"} & set(limits["types"])


async def test_used_file_is_kept_beyond_a_day(desk: RunningDesk, clock: SettableClock) -> None:
    """Only uploads that no message uses are deleted after a day."""
    customer, agent, chat = await begin(desk)
    file, unused = await upload(desk, customer), await upload(desk, customer)
    await customer.command("message.send", chat=chat, text="", files=[file["id"]])
    clock.forward(2 * DAY_S)
    await desk.desk.files.expire()
    assert await content(desk, agent, f"/api/files/{file['id']}") == PDF
    await customer.refused("invalid", "message.send", chat=chat, text="", files=[unused["id"]])


async def test_rolled_back_removal_keeps_the_file(desk: RunningDesk) -> None:
    """Content and row are removed with the transaction or not at all."""
    customer, agent, chat = await begin(desk)
    file = await upload(desk, customer)
    await customer.command("message.send", chat=chat, text="", files=[file["id"]])

    def fail(tx: Tx) -> None:
        desk.desk.files.remove(tx, [file["id"]])
        raise ValueError("on second thought")

    with pytest.raises(ValueError, match="second thought"):
        await desk.desk.storage.write(fail)
    assert await content(desk, agent, f"/api/files/{file['id']}") == PDF
