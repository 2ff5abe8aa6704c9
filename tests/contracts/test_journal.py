from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from msgspec import json, structs

from chat.adapters import archive
from chat.adapters.journal import TransactionalJournal
from chat.adapters.journal_postgres import PostgresJournal
from chat.adapters.journal_sqlite import SqliteJournal
from chat.adapters.tables import ChatRow
from chat.events import Logged
from chat.frames.durable import ChatClosed, Message, NoteRedacted
from chat.frames.people import About, Sender
from chat.numbering import Append, Duplicate, Outcome
from chat.ports import ChatChanges, Committed, Held, Opened, Stamp
from chat.size import SIZE_MAX
from clock import rfc3339
from identity.actor import Actor
from refusals import Refused
from storage.ports import Storage, Tx

CUSTOMER = Actor(kind="customer", id="v1", name="Danielle")
AGENT = Actor(kind="staff", id="a1", name="Priya", role="agent", teams=frozenset({"media"}))
NOW = 1_764_000_000_000


def said(chat: str, command: str, actor: Actor = CUSTOMER, text: str = "Hi", *, note: bool = False) -> Append:
    body = json.encode({"type": "note" if note else "message", "text": text}).decode()
    return Append(chat, actor, command, note, NOW, rfc3339(NOW), body, None, None)


def no_about(tx: Tx, rows: Sequence[ChatRow]) -> Sequence[About]:
    raise AssertionError("nothing here tells staff of a chat")


def held_in(journal: TransactionalJournal, tx: Tx, chat: str) -> Held:
    held = journal.hold(tx, chat)
    assert held is not None
    return held


class Journaled:
    """A storage with the lane of its dialect."""

    def __init__(self, storage: Storage, size_max: int = SIZE_MAX) -> None:
        self.storage = storage
        journal: Any = SqliteJournal if storage.dialect == "sqlite" else PostgresJournal
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._lane = storage.lane(journal(lambda team: 900_000, size_max).apply, self._deliver)
        self.batches: list[int] = []

    def _deliver(self, appends: Sequence[Append], outcomes: Sequence[Outcome] | Exception) -> None:
        self.batches.append(len(appends))
        for index, append in enumerate(appends):
            outcome = outcomes if isinstance(outcomes, Exception) else outcomes[index]
            self._waiting.pop(id(append)).set_result(outcome)

    async def append(self, *appends: Append) -> list[Any]:
        """Submit them all at once; their outcomes, in their order."""
        futures = []
        for append in appends:
            future = self._waiting[id(append)] = asyncio.get_running_loop().create_future()
            futures.append(future)
            self._lane.submit(append)
        return list(await asyncio.gather(*futures))

    async def chat(self, id_: str, state: str = "active", customer: str = "v1", ticket: int | None = None) -> str:
        row = ChatRow(
            id=id_, team="media", state=state, customer=customer, agent="a1", ticket=ticket,
            started_at=NOW, queued_at=NOW, waiting_since=NOW, last_at=NOW,
        )  # fmt: skip
        await self.storage.write(lambda tx: tx.session.add(row))
        return id_

    async def log(self, chat: str) -> list[Logged]:
        return await self.storage.read(lambda tx: archive.after(tx, chat, 0, 1000))


@pytest.fixture
async def journal(storage: Storage) -> Journaled:
    return Journaled(storage)


async def test_outcomes_equal_the_stored_log(journal: Journaled) -> None:
    chat = await journal.chat("c1")
    outcomes = await journal.append(
        said(chat, "1"), said(chat, "2", AGENT, note=True), said(chat, "3", AGENT), said(chat, "4")
    )
    assert [(o.seq, o.public_prev, o.staff_only) for o in outcomes] == [
        (1, 0, False), (2, 1, True), (3, 1, False), (4, 3, False),
    ]  # fmt: skip
    assert await journal.log(chat) == outcomes
    row = await journal.storage.read(lambda tx: archive.chat_row(tx, chat))
    assert row is not None and (row.last_seq, row.last_public_seq) == (4, 4)
    assert (row.reply_owed_since, row.first_reply_at, row.silent_due_at) == (NOW, NOW, None)
    assert row.agent_reply_at == NOW


async def test_wrote_since_counts_messages_but_not_notes(journal: Journaled) -> None:
    chat = await journal.chat("c1")
    later = structs.replace(said(chat, "3", AGENT, note=True), moment=NOW + 1)
    await journal.append(said(chat, "1"), said(chat, "2", AGENT), later)

    async def wrote(person: str, since: int) -> bool:
        return await journal.storage.read(lambda tx: archive.wrote_since(tx, chat, person, since))

    assert [await wrote("a1", since) for since in (0, NOW, NOW + 1)] == [True, True, False]
    assert [await wrote("v1", since) for since in (NOW, NOW + 1)] == [True, False]
    assert not await wrote("a2", 0)


async def test_repeated_command_gets_the_stored_answer(journal: Journaled) -> None:
    chat, other = await journal.chat("c1"), await journal.chat("c2", customer="v2")
    (first,) = await journal.append(said(chat, "1", text="First"))
    again = await journal.append(said(chat, "0"), said(chat, "1", text="Other"), said(other, "1", CUSTOMER))
    assert again[1] == again[2] == Duplicate(first)
    assert [event.seq for event in await journal.log(chat)] == [1, 2]

    await journal.storage.write(lambda tx: _close(tx, chat))
    (late,) = await journal.append(said(chat, "1"))
    (refused,) = await journal.append(said(chat, "9"))
    assert late == Duplicate(first)
    assert isinstance(refused, Refused) and refused.code == "chat_closed" and refused.facts == {"ticket": 7}


def _close(tx: Tx, chat: str) -> None:
    row = archive.chat_row(tx, chat)
    assert row is not None
    row.state, row.ticket = "closed", 7
    tx.session.add(row)


async def test_devices_of_an_account_write_in_its_chat(journal: Journaled) -> None:
    """Each with its own command ids. An unverified visitor is refused."""
    chat = await journal.chat("c1", customer="acc")
    one, other = (Actor(kind="customer", id=id_, account="acc") for id_ in ("v1", "v2"))
    outcomes = await journal.append(said(chat, "1", one), said(chat, "1", other), said(chat, "2"))
    assert [o.code if isinstance(o, Refused) else o.person for o in outcomes] == ["v1", "v2", "not_found"]


def opened(id_: str, customer: str, *others: str) -> Opened:
    return Opened(
        id=id_, team="media", customer=customer, customer_ids=(customer, *others), name=None, email=None,
        verified=False, product=None, subject=None, first_line=None, page=None, referrer=None, locale=None,
        timezone=None, user_agent=None, at=NOW,
    )  # fmt: skip


def _open(journal: TransactionalJournal, opened: Opened, tx: Tx) -> None:
    journal.open(tx, opened)


async def test_person_has_one_open_chat_under_any_id(journal: Journaled) -> None:
    """A visitor who is chatting cannot start another chat as the account they proved meanwhile, nor on another of its
    devices."""
    transactional = TransactionalJournal(lambda news: None, no_about)
    await journal.storage.write(lambda tx: transactional.open(tx, opened("c1", "v1")))
    await journal.storage.write(lambda tx: transactional.open(tx, opened("c2", "acc", "v2")))
    for ids in (("v1",), ("acc", "v1"), ("acc", "v3"), ("other", "v1")):
        with pytest.raises(Refused) as refused:
            await journal.storage.write(partial(_open, transactional, opened("c3", *ids)))
        assert refused.value.code == "already_chatting"
    await journal.storage.write(lambda tx: transactional.open(tx, opened("c4", "v2")))


async def test_same_command_twice_in_one_batch_is_stored_once(journal: Journaled) -> None:
    chat = await journal.chat("c1")
    first, second = await journal.append(said(chat, "1", text="First"), said(chat, "1", text="Second"))
    assert second == Duplicate(first)
    assert len(await journal.log(chat)) == 1


async def test_one_bad_row_does_not_fail_its_batch(journal: Journaled) -> None:
    chat, closed = await journal.chat("c1"), await journal.chat("c2", "closed", "v2", 9)
    outcomes = await journal.append(
        said(chat, "1"), said("nowhere", "2"), said(closed, "3", Actor(kind="customer", id="v2")),
        said(chat, "4", Actor(kind="customer", id="stranger")), said(chat, "5"),
    )  # fmt: skip
    assert [o.code if isinstance(o, Refused) else o.seq for o in outcomes] == [
        1, "not_found", "chat_closed", "not_found", 2,
    ]  # fmt: skip


async def test_command_stored_by_a_transaction_is_known_to_the_lane(journal: Journaled) -> None:
    """And vice versa: a person's command ids share one space."""
    heard: list[Any] = []
    transactional = TransactionalJournal(heard.append, no_about)

    def start(tx: Tx) -> Logged:
        held = transactional.open(tx, opened("c1", "v1"))
        event = Message(at=rfc3339(NOW), from_=Sender("customer", "v1", None), text="Hi", files=[])
        return held.write([event], NOW, stamp=Stamp("v1", "start"), answer={"position": 1})[-1]

    started = await journal.storage.write(start)
    (again,) = await journal.append(said("c1", "start"))
    assert again == Duplicate(started) and json.decode(again.event.answer) == {"position": 1}
    (stored,) = await journal.append(said("c1", "said"))
    assert await journal.storage.read(lambda tx: archive.known(tx, "v1", "said")) == stored
    assert [news.chat.id for news in heard] == ["c1"] and heard[0].logged == (started,)


async def test_lane_and_transactions_share_one_sequence(journal: Journaled) -> None:
    chat = await journal.chat("c1")
    transactional = TransactionalJournal(lambda news: None, no_about)
    sender = Sender("system", None, None)
    rated = Message(at=rfc3339(NOW), from_=sender, text="From a transaction", files=[])

    def write(tx: Tx) -> None:
        held_in(transactional, tx, chat).write([rated], NOW)

    lane = [journal.append(*(said(chat, f"{n}-{m}") for m in range(5))) for n in range(20)]
    units = [journal.storage.write(write) for _ in range(20)]
    await asyncio.gather(*lane, *units)
    log = await journal.log(chat)
    assert [event.seq for event in log] == list(range(1, 121))
    assert [event.public_prev for event in log] == list(range(120))


async def test_rewritten_event_keeps_its_place(journal: Journaled) -> None:
    """A new body for an event in the middle, with a new event at the end. Both are reported, and the rest is
    unchanged."""
    chat = await journal.chat("c1")
    first, second, third = await journal.append(said(chat, "1"), said(chat, "2", AGENT, note=True), said(chat, "3"))
    heard: list[Any] = []
    transactional = TransactionalJournal(heard.append, no_about)
    emptied = structs.replace(second, body='{"type":"note","text":null}')
    event = NoteRedacted(at=rfc3339(NOW), from_=Sender("staff", "a1", "Priya"), of=2)

    def redact(tx: Tx) -> Logged:
        held = held_in(transactional, tx, chat)
        assert held.event(2) == second and held.event(9) is None
        return held.write([event], NOW, stamp=Stamp("a1", "4"), rewritten=[emptied])[-1]

    redacted = await journal.storage.write(redact)
    assert await journal.log(chat) == [first, emptied, third, redacted]
    assert (redacted.staff_only, redacted.public_prev) == (True, 3)
    assert (heard[0].rewritten, heard[0].logged) == ((emptied,), (redacted,))
    (again,) = await journal.append(said(chat, "2", AGENT, "Other", note=True))
    assert again == Duplicate(emptied)


async def size_of(journal: Journaled, chat: str) -> tuple[int, int]:
    row = await journal.storage.read(lambda tx: archive.chat_row(tx, chat))
    assert row is not None
    return row.size, sum(len(event.body.encode()) for event in await journal.log(chat))


async def test_chat_size_is_kept_up_to_date(journal: Journaled) -> None:
    chat = await journal.chat("c1")
    _, second, _ = await journal.append(said(chat, "1"), said(chat, "2", text="\ufdfa" * 100), said(chat, "3", AGENT))
    await journal.append(said(chat, "2"))
    before, real = await size_of(journal, chat)
    assert before == real > 300
    transactional = TransactionalJournal(lambda news: None, no_about)
    emptied = structs.replace(second, body='{"type":"message","text":null}')
    event = Message(at=rfc3339(NOW), from_=Sender("customer", "v1", None), text="\u00e9", files=[])
    await journal.storage.write(lambda tx: _write(transactional, tx, chat, event, emptied))
    after, real = await size_of(journal, chat)
    assert after == real < before
    await journal.append(said(chat, "4"))
    assert len(set(await size_of(journal, chat))) == 1


def _write(journal: TransactionalJournal, tx: Tx, chat: str, event: Message, rewritten: Logged) -> None:
    assert len(held_in(journal, tx, chat).write([event], NOW, rewritten=[rewritten])) == 1


async def test_full_chat_refuses_customer_messages(storage: Storage) -> None:
    """Staff can still write, stored commands get their answer, and other chats are unaffected."""
    journal = Journaled(storage, size_max=100)
    chat, other = await journal.chat("c1"), await journal.chat("c2", customer="v2")
    (first,) = await journal.append(said(chat, "1", text="x" * 100))
    outcomes = await journal.append(
        said(chat, "2"), said(chat, "3", AGENT), said(chat, "1"), said(other, "4", Actor(kind="customer", id="v2"))
    )
    assert isinstance(outcomes[0], Refused) and outcomes[0].code == "too_large"
    assert (outcomes[1].seq, outcomes[2], outcomes[3].seq) == (2, Duplicate(first), 1)
    assert [event.command for event in await journal.log(chat)] == ["1", "3"]
    size, real = await size_of(journal, chat)
    assert size == real


async def test_a_refused_transaction_leaves_no_trace(journal: Journaled) -> None:
    chat = await journal.chat("c1")
    heard: list[Any] = []
    transactional = TransactionalJournal(heard.append, no_about)
    sender = Sender("system", None, None)

    def write_and_refuse(tx: Tx) -> None:
        closed = ChatClosed(
            at=rfc3339(NOW), from_=sender, ticket=1, status="open", resolution=None, reason="ended", by=sender
        )
        held_in(transactional, tx, chat).write([closed], NOW, ChatChanges(state="closed"))
        raise Refused("invalid", "No.")

    with pytest.raises(Refused):
        await journal.storage.write(write_and_refuse)
    row = await journal.storage.read(lambda tx: archive.chat_row(tx, chat))
    assert row is not None and (row.state, row.last_seq) == ("active", 0)
    assert not heard and not await journal.log(chat)


@pytest.mark.parametrize("many", [1, 400, 1_200])
async def test_concurrent_appends_share_commits(journal: Journaled, many: int) -> None:
    chats = [await journal.chat(f"c{n}", customer=f"v{n}") for n in range(4)]
    people = [Actor(kind="customer", id=f"v{n}") for n in range(4)]
    outcomes = await journal.append(*(said(chats[n % 4], str(n), people[n % 4]) for n in range(many)))
    assert [o.seq for o in outcomes] == [n // 4 + 1 for n in range(many)]
    assert len(journal.batches) <= max(1, many // 50)


def system_said(text: str) -> Message:
    return Message(at=rfc3339(NOW), from_=Sender("system", None, None), text=text, files=[])


async def test_chats_held_together_are_stored_together_each_with_its_own_log(journal: Journaled) -> None:
    """Unknown chats are left out. Each chat shows its own changes at once, and is reported after the commit."""
    chats = [await journal.chat(f"c{n}", customer=f"v{n}") for n in range(3)]
    (first,) = await journal.append(said(chats[0], "1", Actor(kind="customer", id="v0")))
    heard: list[Committed] = []
    transactional = TransactionalJournal(heard.append, no_about)
    written: list[list[Logged]] = []

    def unit(tx: Tx) -> set[str]:
        with transactional.hold_all(tx, [*reversed(chats), "nowhere"]) as held:
            written.append(held["c0"].write([system_said("one"), system_said("two")], NOW))
            written.append(held["c1"].write([system_said("one")], NOW, ChatChanges(agent="bo")))
            held["c2"].change(ChatChanges(priority=3))
            assert (held["c1"].chat.agent, held["c2"].chat.priority) == ("bo", 3)
            return {*held}

    assert await journal.storage.write(unit) == {*chats}
    assert [await journal.log(chat) for chat in chats] == [[first, *written[0]], written[1], []]
    assert [news.chat.id for news in heard] == chats
    assert [[*news.logged] for news in heard] == [*written, []]
    rows = [await journal.storage.read(partial(archive.chat_row, chat=chat)) for chat in chats]
    changed = [(row.last_seq, row.agent, row.priority) for row in rows if row is not None]
    assert changed == [(3, "a1", 0), (1, "bo", 0), (0, "a1", 3)]
    (later,) = await journal.append(said(chats[0], "2", Actor(kind="customer", id="v0")))
    assert (later.seq, later.public_prev) == (4, 3)


async def test_refused_block_stores_nothing_of_the_chats_held_together(journal: Journaled) -> None:
    chat = await journal.chat("c1")
    heard: list[Committed] = []
    transactional = TransactionalJournal(heard.append, no_about)

    def unit(tx: Tx) -> None:
        with transactional.hold_all(tx, [chat]) as held:
            held[chat].write([system_said("one")], NOW, ChatChanges(agent="bo"))
            raise Refused("conflict", "No")

    with pytest.raises(Refused):
        await journal.storage.write(unit)
    row = await journal.storage.read(lambda tx: archive.chat_row(tx, chat))
    assert (await journal.log(chat), heard, row is not None and row.agent) == ([], [], "a1")
