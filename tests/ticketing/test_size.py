from __future__ import annotations

from dataclasses import dataclass

import pytest

from clock import from_rfc3339
from identity.actor import Actor
from refusals import Refused
from storage.ports import Storage, Tx
from tests.ticketing.paces import awaiting
from tests.ticketing.people import Colleagues
from tests.ticketing.table import TEAMS
from tests.ticketing.test_indexing import Chats, NoFiles
from ticketing.adapters.index import SqlIndex
from ticketing.adapters.read_marks import SqlReadMarks
from ticketing.adapters.store import SqlStore
from ticketing.correspondence import SINCE_MAX, Correspondence, Outcome
from ticketing.requests import NewRedaction, NewReply, NewTicket
from ticketing.service import Tickets
from ticketing.size import SIZE_MAX, check_room, size_of
from ticketing.ticket import Ticket
from ticketing.wanted import Wanted

NOW = from_rfc3339("2026-11-24T15:00:00.000Z")
DAY_MS = 86_400_000
MAYA = Actor("staff", "u1", "Maya", role="agent", teams=frozenset({"media"}))
HEAD = Actor("staff", "u3", "Hannah", role="supervisor")
ANA = Actor("customer", "v1", "Ana", "ana@northlake.example")
FULL = 1_000


@dataclass
class SizedChats(Chats):
    """`ticketing.ports.ChatLogs` of chats with that many bytes."""

    bytes: int = 0

    def size(self, tx: Tx, number: int) -> int:
        return self.bytes


class Desk:
    """Tickets that take so many bytes of customers, and whoever writes in them."""

    def __init__(self, storage: Storage) -> None:
        people = Colleagues({person.id: person for person in (MAYA, HEAD)})
        self.storage = storage
        self.chats = SizedChats()
        self.tickets = Tickets(
            SqlStore(), SqlReadMarks(), SqlIndex(), people, self.chats, lambda: TEAMS, lambda: "Desk", awaiting(), FULL
        )
        self.correspondence = Correspondence(self.tickets, SqlStore(), people, NoFiles(), lambda: TEAMS)

    async def asked(self, text: str = "Hello") -> int:
        request = NewTicket(team="media", text=text)
        made = await self.storage.write(lambda tx: self.correspondence.create(tx, ANA, request, "/", None, NOW))
        return made.number

    async def reply(
        self, number: int, text: str, actor: Actor = ANA, *, public: bool = True, key: str | None = None, at: int = NOW
    ) -> Outcome:
        said = NewReply(text=text, public=public)
        return await self.storage.write(lambda tx: self.correspondence.reply(tx, actor, number, said, "/", key, at))

    async def change(self, number: int, wanted: Wanted) -> None:
        await self.storage.write(lambda tx: self.tickets.patch(tx, MAYA, number, wanted, None, NOW))

    async def find(self, number: int) -> Ticket:
        ticket = await self.storage.read(lambda tx: SqlStore().find(tx, number))
        assert ticket is not None
        return ticket

    async def sizes(self, number: int) -> tuple[int, int]:
        kept = await self.storage.read(lambda tx: SqlStore().size(tx, number))
        events = await self.storage.read(lambda tx: SqlStore().events(tx, number))
        return kept, sum(len(event.body.encode()) for event in events)


@pytest.fixture
async def desk(storage: Storage) -> Desk:
    return Desk(storage)


def test_transcript_is_full_at_its_size_limit() -> None:
    assert size_of("\ufdfa!") == 4
    check_room(SIZE_MAX - 1, SIZE_MAX)
    with pytest.raises(Refused, match="Submit a new request and mention this number") as full:
        check_room(SIZE_MAX, SIZE_MAX)
    assert full.value.code == "too_large"


async def test_ticket_tracks_the_size_of_its_own_events(desk: Desk) -> None:
    number = await desk.asked()
    await desk.reply(number, "\ufdfa" * 100)
    await desk.reply(number, "Escalated", MAYA, public=False)
    before, real = await desk.sizes(number)
    assert before == real > 500
    redaction = NewRedaction(of=2, reason="Secret")
    await desk.storage.write(lambda tx: desk.correspondence.redact(tx, HEAD, number, redaction, NOW))
    after, real = await desk.sizes(number)
    assert after == real < before


async def test_full_ticket_accepts_text_only_from_staff(desk: Desk) -> None:
    """A refused reply stores nothing, and a repeated request gets its stored answer. With less text there is space
    again."""
    number = await desk.asked()
    assert await desk.reply(number, "x" * FULL, key="one") == Outcome(number, made=False)
    before, full = await desk.find(number), await desk.sizes(number)
    with pytest.raises(Refused) as refused:
        await desk.reply(number, "More", key="two")
    assert refused.value.code == "too_large"
    assert (await desk.find(number), await desk.sizes(number)) == (before, full)
    assert await desk.reply(number, "x" * FULL, key="one") == Outcome(number, made=False)
    await desk.reply(number, "Answered", MAYA)
    redaction = NewRedaction(of=2, reason="Too much")
    await desk.storage.write(lambda tx: desk.correspondence.redact(tx, HEAD, number, redaction, NOW))
    assert await desk.reply(number, "More", key="two") == Outcome(number, made=False)


async def test_chats_count_toward_the_size_of_a_ticket(desk: Desk) -> None:
    number = await desk.asked()
    await desk.storage.write(lambda tx: desk.tickets.check_may_take_up(tx, ANA, number, NOW))
    desk.chats.bytes = FULL
    with pytest.raises(Refused) as reply:
        await desk.reply(number, "More")
    with pytest.raises(Refused) as chat:
        await desk.storage.write(lambda tx: desk.tickets.check_may_take_up(tx, ANA, number, NOW))
    assert (reply.value.code, chat.value.code) == ("too_large", "too_large")


async def test_full_ticket_closed_for_good_gets_a_follow_up(desk: Desk) -> None:
    """The reply begins a new ticket with its own size limit."""
    number = await desk.asked("x" * FULL)
    await desk.change(number, Wanted(status="solved", resolution="set_up"))
    with pytest.raises(Refused) as full:
        await desk.reply(number, "It is back")
    assert full.value.code == "too_large"
    later = NOW + 365 * DAY_MS
    followed = await desk.reply(number, "It is back", at=later)
    assert followed.made and followed.number != number
    again = await desk.reply(number, "Still", at=later)
    assert (again.number, again.made) == (followed.number, False)
    await desk.reply(followed.number, "x" * FULL, at=later)
    with pytest.raises(Refused):
        await desk.reply(number, "And again", at=later)


async def test_reply_is_held_however_many_own_texts_lie_between(desk: Desk) -> None:
    number = await desk.asked()
    for at in range(SINCE_MAX):
        await desk.reply(number, f"Note {at}", MAYA, public=False)
    await desk.reply(number, "It is back", HEAD, public=False)
    said = NewReply(text="Solved", seen=1)
    with pytest.raises(Refused) as held:
        await desk.storage.write(lambda tx: desk.correspondence.reply(tx, MAYA, number, said, "/", None, NOW))
    assert held.value.code == "conflict" and len(held.value.facts["since"]) == 1
    seen = NewReply(text="Solved", seen=SINCE_MAX + 2)
    await desk.storage.write(lambda tx: desk.correspondence.reply(tx, MAYA, number, seen, "/", None, NOW))
