"""What is said is found: soon after it was acknowledged, whatever happened meanwhile; never once it is taken away."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.running import Client, RunningDesk, SettableClock, eventually, running
from tests.stories.test_from_chat_to_ticket import begin
from ticketing.adapters.tables import PassageRow, ToIndexRow
from ticketing.indexing import TEXTS_MAX


async def found(desk: RunningDesk, client: Client, q: str) -> list[int]:
    answer = await desk.http(client.token).get("/api/tickets", params={"q": q})
    return [ticket["number"] for ticket in answer.json()["tickets"]]


async def rows(desk: RunningDesk, table: type[PassageRow] | type[ToIndexRow]) -> int:
    count = select(func.count()).select_from(table)
    return await desk.desk.storage.read(lambda tx: tx.session.connection().execute(count).scalar_one())


async def test_chat_and_replies_are_searchable_without_a_request(desk: RunningDesk) -> None:
    """Commits wake the indexer. Notes are found only by staff."""
    customer, agent, chat = await begin(desk)
    await agent.command("note.add", chat=chat, text="Whispered about")
    closed = await agent.command("chat.close", chat=chat, status="open")
    number = closed["ticket"]
    await desk.http(customer.token).post(f"/api/tickets/{number}/replies", json={"text": "Afterthought"})
    await desk.desk.indexing.idle()
    for q in ("448210 dates", "whispered", "afterthought", "danielle"):
        assert await found(desk, agent, q) == [number]
    assert await found(desk, customer, "afterthought 448210") == [number]
    assert await found(desk, customer, "whispered") == []


async def test_commit_wakes_the_indexer_at_once(desk: RunningDesk) -> None:
    """The indexer starts without waiting for its next sweep."""
    customer, agent, chat = await begin(desk)
    await agent.command("chat.close", chat=chat, status="open")
    await eventually(lambda: desk.desk.indexing.resting, "all is indexed")
    assert await found(desk, customer, "448210") == [1]


async def test_unindexed_text_is_indexed_after_a_crash(tmp_path: Path, clock: SettableClock) -> None:
    """The server stops right after the commit. The next start indexes the text."""
    async with running(tmp_path / "data", clock) as desk:
        await desk.desk.indexing.stop()
        _, agent, chat = await begin(desk)
        closed = await agent.command("chat.close", chat=chat, status="open")
        assert await found(desk, agent, "448210") == []
        token = agent.token
    async with running(tmp_path / "data", clock) as desk:
        agent = await desk.staff_again(token)
        await desk.desk.indexing.idle()
        assert await found(desk, agent, "448210") == [closed["ticket"]]


async def test_redacted_message_leaves_the_index_with_its_answer(desk: RunningDesk) -> None:
    """In a closed chat, whether its text is indexed already or still pending."""
    customer, agent, chat = await begin(desk)
    supervisor = await desk.staff("Sofia", role="supervisor", teams=("media",))
    said = [await customer.command("message.send", chat=chat, text=text) for text in ("hunter2", "swordfish", "left")]
    await desk.desk.indexing.stop()
    await agent.command("chat.close", chat=chat, status="open")
    await supervisor.command("message.redact", chat=chat, of=said[0]["seq"], reason="Secret")
    await desk.desk.indexing.idle()
    assert await found(desk, agent, "hunter2") == []
    assert await found(desk, agent, "swordfish") == [1]
    await supervisor.command("message.redact", chat=chat, of=said[1]["seq"], reason="Secret")
    assert await found(desk, agent, "swordfish") == []
    assert await found(desk, agent, "left 448210") == [1]


@pytest.mark.parametrize("messages", [600, pytest.param(10_000, marks=pytest.mark.soak)])
async def test_end_of_a_long_chat_writes_no_words(desk: RunningDesk, messages: int) -> None:
    """The closing transaction adds two rows for the indexer, however long the chat is. Each piece has at most 200
    texts."""
    customer, agent, chat = await begin(desk)
    await desk.desk.indexing.stop()
    for number in range(messages):
        await customer.send("message.send", chat=chat, text=f"word{number}")
    await agent.event("message", text=f"word{messages - 1}")
    await agent.command("chat.close", chat=chat, status="open")
    assert await rows(desk, ToIndexRow) == 2
    assert await rows(desk, PassageRow) == 0
    taken = []
    while await desk.desk.indexing.step():
        taken.append(await rows(desk, PassageRow))
    assert taken[-1] == messages + 2
    assert max(after - before for before, after in pairwise([0, *taken])) <= TEXTS_MAX
    assert await found(desk, agent, "word0") == await found(desk, agent, f"word{messages - 1}") == [1]
