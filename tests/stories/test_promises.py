"""What is acknowledged is there, once, in order, with no limit on coming back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chat.adapters.replays import PAGE
from tests.running import Client, RunningDesk, SettableClock, eventually, running
from tests.stories.test_from_chat_to_ticket import begin


@pytest.fixture(params=["socket", "http"])
async def desk(
    request: pytest.FixtureRequest, tmp_path: Path, clock: SettableClock, database_url: str | None
) -> AsyncIterator[RunningDesk]:
    """A running desk, whose clients have sockets, or ask again and again."""
    async with running(tmp_path / "data", clock, database_url) as it:
        it.way = request.param
        yield it


async def test_repeated_id_gets_the_stored_answer(desk: RunningDesk) -> None:
    """With other text and on another connection: one event, the first text, the stored `ok` with `dup`."""
    customer, agent, chat = await begin(desk)
    id_ = await customer.send("message.send", chat=chat, text="First")
    first = await customer.answer(id_)
    second = await customer.again(id_, "message.send", chat=chat, text="Second")
    elsewhere = await (await desk.customer(customer.token)).command("message.send", id=id_, chat=chat, text="Third")
    assert second == elsewhere == {**first, "dup": True}
    await customer.command("message.send", chat=chat, text="Next")
    await agent.event("message", text="Next")
    assert [e["text"] for e in agent.durable(chat) if e["type"] == "message"][1:] == ["First", "Next"]


async def test_repeated_start_opens_no_second_chat(desk: RunningDesk) -> None:
    """The stored answer is returned even while the chat is open. A new id is refused with the open chat."""
    customer = await desk.customer()
    id_ = await customer.send("chat.start", team="media", text="Hi")
    first = await customer.answer(id_)
    assert await customer.again(id_, "chat.start", team="media", text="Hi") == {**first, "dup": True}
    assert (await customer.refused("already_chatting", "chat.start", team="media", text="Hi"))["chat"] == first["chat"]


async def test_stored_id_is_answered_where_it_would_be_refused(desk: RunningDesk) -> None:
    """In a closed chat, with fields that are invalid now, and with another type."""
    customer, _agent, chat = await begin(desk)
    id_ = await customer.send("message.send", chat=chat, text="First")
    first = await customer.answer(id_)
    ended_id = await customer.send("chat.end", chat=chat)
    ended = await customer.answer(ended_id)
    assert await customer.again(id_, "message.send", chat=chat, text="First") == {**first, "dup": True}
    assert await customer.again(id_, "message.send", chat=chat, text="   ") == {**first, "dup": True}
    assert await customer.again(id_, "message.send", chat=chat, nonsense=1) == {**first, "dup": True}
    assert await customer.again(ended_id, "chat.end", chat=chat) == {**ended, "dup": True}


async def test_refused_id_may_be_tried_again(desk: RunningDesk) -> None:
    """Only stored commands are remembered."""
    customer, _, chat = await begin(desk)
    id_ = await customer.send("message.send", chat=chat, text=" ")
    assert (await customer.answer(id_))["code"] == "invalid"
    assert (await customer.again(id_, "message.send", chat=chat, text="Now"))["type"] == "ok"


async def test_ids_are_separate_for_each_person(desk: RunningDesk) -> None:
    """Customer and agent may use the same id for different commands."""
    customer, agent, chat = await begin(desk)
    assert "dup" not in await customer.command("message.send", id="1", chat=chat, text="Mine")
    assert "dup" not in await agent.command("message.send", id="1", chat=chat, text="Yours")


async def test_messages_in_flight_from_both_sides_keep_their_order(desk: RunningDesk) -> None:
    """With two hundred messages at once, each side sees one rising sequence without gaps."""
    customer, agent, chat = await begin(desk)
    sent = [
        await client.send("message.send", chat=chat, text=f"{name} {n}")
        for n in range(100)
        for client, name in ((customer, "c"), (agent, "a"))
    ]
    await customer.answer(sent[-2])
    await agent.answer(sent[-1])
    late = await desk.customer(customer.token)
    await late.command("chat.resume", chat=chat, after=0)
    whole = late.durable(chat)
    assert [e["seq"] for e in whole] == list(range(1, 204))
    for name in ("c", "a"):
        told = [e["text"] for e in whole if e["type"] == "message" and e["text"].startswith(name + " ")]
        assert told == [f"{name} {n}" for n in range(100)]
    for client in (customer, agent):
        check_stream(client, chat, start=3)


def check_stream(client: Client, chat: str, start: int) -> None:
    """Answers and events of a chat, as they came: `seq` rises, and each `prev` is what came before."""
    last = start
    for frame in client.heard:
        if frame.get("chat") != chat or "seq" not in frame or frame.get("dup") or "state" in frame:
            continue
        if frame["seq"] <= start:
            continue
        assert frame["seq"] > last, (frame, last)
        if "prev" in frame:
            assert frame["prev"] == last, (frame, last)
        last = frame["seq"]


async def test_commands_of_one_connection_apply_in_order(desk: RunningDesk) -> None:
    """A close sent right after messages takes effect after them."""
    _customer, agent, chat = await begin(desk)
    ids = [await agent.send("message.send", chat=chat, text=str(n)) for n in range(20)]
    close = await agent.send("chat.close", chat=chat, status="solved", resolution="set_up")
    late = await agent.send("message.send", chat=chat, text="too late")
    assert [(await agent.answer(id_))["seq"] for id_ in ids] == list(range(4, 24))
    assert (await agent.answer(close))["seq"] == 24
    assert (await agent.answer(late))["code"] == "chat_closed"


async def test_second_tab_receives_own_messages_and_new_chats(desk: RunningDesk) -> None:
    """The other tab's messages arrive as events with their id, and a chat started there is followed here."""
    agent = await desk.staff("Priya")
    first = await desk.customer()
    second = await desk.customer(first.token)
    assert second.greeting["visitor"] == first.greeting["visitor"]
    start = await first.send("chat.start", team="media", text="Hi")
    chat = (await first.answer(start))["chat"]
    assert (await second.event("chat.started"))["seq"] == 1
    assert (await second.event("message"))["id"] == start
    await agent.command("presence.set", status="available")
    await second.event("chat.assigned")
    said = await second.send("message.send", chat=chat, text="From the second")
    await second.answer(said)
    assert (await first.event("message", text="From the second"))["id"] == said
    assert not [e for e in first.durable(chat) if e["seq"] <= 2]


async def test_resume_sends_missed_events_and_continues_live(desk: RunningDesk) -> None:
    """More than one page of history, then live, without gaps while others write."""
    customer, agent, chat = await begin(desk)
    await customer.close()
    ids = [await agent.send("message.send", chat=chat, text=str(n)) for n in range(PAGE + 20)]
    await agent.answer(ids[-1])
    back = await desk.customer(customer.token)
    resume = await back.send("chat.resume", chat=chat, after=3)
    more = [await agent.send("message.send", chat=chat, text=f"more {n}") for n in range(50)]
    ok = await back.answer(resume)
    await agent.answer(more[-1])
    await back.event("message", text="more 49")
    assert [e["seq"] for e in back.durable(chat)] == list(range(4, 4 + PAGE + 20 + 50))
    place = back.heard.index(ok)
    assert [f for f in back.heard[:place] if f.get("seq") and f["type"] == "message"][-1]["seq"] == ok["seq"]


async def test_two_resumes_at_once_are_both_answered(desk: RunningDesk) -> None:
    """Replays run one at a time, and both complete."""
    customer, agent, chat = await begin(desk)
    ids = [await agent.send("message.send", chat=chat, text=str(n)) for n in range(250)]
    await agent.answer(ids[-1])
    back = await desk.customer(customer.token)
    asked = [await back.send("chat.resume", chat=chat, after=after) for after in (0, 200)]
    for id_ in asked:
        assert (await back.answer(id_))["seq"] == 253
    await agent.command("message.send", chat=chat, text="live")
    await back.event("message", text="live")
    assert len([e for e in back.durable(chat) if e.get("text") == "live"]) == 1


async def test_resume_beyond_the_end_is_refused(desk: RunningDesk) -> None:
    """A client that claims events the server does not have is from another epoch."""
    customer, _, chat = await begin(desk)
    error = await customer.refused("invalid", "chat.resume", chat=chat, after=99)
    assert "after" in error["fields"]


@pytest.mark.parametrize("days", [1, 365])
async def test_open_chat_and_ids_survive_a_restart(
    tmp_path: Path, clock: SettableClock, database_url: str | None, days: int
) -> None:
    """The chat is open and still assigned to its agent, and ids are remembered. After a year the visitor's token has
    expired."""
    async with running(tmp_path / "data", clock, database_url) as desk:
        customer, agent, chat = await begin(desk)
        id_ = await customer.send("message.send", chat=chat, text="Before")
        before = await customer.answer(id_)
        await agent.command("message.send", chat=chat, text="Answer")
        epoch = customer.greeting["epoch"]
    clock.forward(days * 86_400)
    async with running(tmp_path / "data", clock, database_url) as desk:
        back = await desk.customer(customer.token)
        if days > 29:
            assert back.greeting["visitor"] != customer.greeting["visitor"]
            return
        assert back.greeting["epoch"] == epoch and back.greeting["chats"][0]["chat"] == chat
        assert await back.command("message.send", id=id_, chat=chat, text="Other") == {**before, "dup": True}
        await back.command("chat.resume", chat=chat, after=0)
        assert [e["seq"] for e in back.durable(chat)] == [1, 2, 3, 4, 5]
        staff = await desk.staff_again(agent.token)
        assert [about["chat"] for about in staff.greeting["chats"]] == [chat]
        assert desk.desk.open_chats.all()


async def test_slow_reader_delays_nobody(desk: RunningDesk) -> None:
    """A tab never reads, by socket or over HTTP. Others get every message, and the tab gets no more than its outbox
    holds."""
    way, desk.way = desk.way, "socket"
    customer, agent, chat = await begin(desk)
    hub, visitor = desk.desk.hub, customer.greeting["visitor"]
    (first,) = hub.peers_of(visitor)
    desk.way = way
    slow = await desk.connect("customer", deaf=True, max_queue=1)
    await slow.raw({"type": "hello", "id": "h", "token": customer.token})
    await slow.raw({"type": "chat.resume", "id": "r", "chat": chat, "after": 0})

    def place() -> int:
        """Of the slow tab; 0 once it was dropped, as happens after ten seconds."""
        return next((hub.place_of(peer, chat) for peer in hub.peers_of(visitor) if peer is not first), 0)

    await eventually(lambda: place() == 3, "the second tab follows")
    sent = 3
    while place() == sent:
        ids = [await agent.send("message.send", chat=chat, text="x" * 7_000) for _ in range(60)]
        sent = (await agent.answer(ids[-1]))["seq"]
        assert sent < 3_000, "it takes everything"
    await customer.event("message", seq=sent)
    check_stream(customer, chat, start=3)


@pytest.mark.parametrize("command", ["chat.start", "message.send"])
async def test_command_repeated_during_a_replay_is_answered_once(desk: RunningDesk, command: str) -> None:
    """The replay has the stored event once, and there is one `ok` with `dup`."""
    for _ in range(5):
        first = await desk.customer()
        start = await first.send("chat.start", team="media", text="First")
        chat = (await first.answer(start))["chat"]
        id_ = start
        if command == "message.send":
            id_ = await first.send(command, chat=chat, text="First")
            await first.answer(id_)
        await first.close()
        again = await desk.customer(first.token)
        resume = await again.send("chat.resume", chat=chat, after=0)
        fields = {"team": "media"} if command == "chat.start" else {"chat": chat}
        await again.send(command, id=id_, text="Other", **fields)
        await again.answer(resume)
        await again.answer(id_)
        await again.command("chat.end", chat=chat)
        told = [frame for frame in again.heard if frame.get("id") == id_]
        assert sorted(frame["type"] for frame in told) == ["message", "ok"]
        assert [frame["dup"] for frame in told if frame["type"] == "ok"] == [True]
        assert [frame["text"] for frame in told if frame["type"] == "message"] == ["First"]
