from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import pytest
from msgspec import UNSET, Raw
from sqlalchemy import text as sql

from clock import from_rfc3339
from identity.actor import Actor
from storage.ports import Storage, Tx
from tests.ticketing.paces import awaiting
from tests.ticketing.people import Colleagues
from tests.ticketing.statements import statements
from tests.ticketing.table import TEAMS
from ticketing.adapters.index import ID_OF_TICKET, SqlIndex
from ticketing.adapters.read_marks import SqlReadMarks
from ticketing.adapters.search import LIMITS, SearchLimits, mentions
from ticketing.adapters.store import SqlStore
from ticketing.chat_times import Turn
from ticketing.correspondence import Correspondence
from ticketing.events import FileView
from ticketing.indexing import SIZE_MAX, TEXTS_MAX, Indexing, Piece, indexed
from ticketing.last_words import Talk
from ticketing.listing import Filters
from ticketing.ports import IMPORTED, Passage, Text
from ticketing.requests import NewRedaction, NewReply
from ticketing.service import Tickets
from ticketing.ticket import Requester
from ticketing.views import Page
from ticketing.wanted import Opening, Wanted

NOW = from_rfc3339("2026-11-24T15:00:00.000Z")
MAYA = Actor("staff", "u1", "Maya", role="agent", teams=frozenset({"media"}))
HEAD = Actor("staff", "u3", "Hannah", role="supervisor")
ANA = Actor("customer", "v1", "Ana", "ana@northlake.example")


@dataclass
class Chats:
    """`ticketing.ports.ChatLogs` over chats that tests write."""

    texts: dict[str, list[Text]] = field(default_factory=dict)
    of_tickets: dict[int, list[str]] = field(default_factory=dict)

    def chats(self, tx: Tx, number: int, until: int | None = None) -> list[str]:
        return self.of_tickets.get(number, [])

    def size(self, tx: Tx, number: int) -> int:
        return 0

    def of(self, tx: Tx, chats: Sequence[str], *, for_staff: bool) -> list[Raw]:
        return []

    def talks(self, tx: Tx, numbers: Collection[int]) -> dict[int, Talk]:
        return {}

    def live(self, tx: Tx, numbers: Collection[int], customer: Collection[str]) -> dict[int, str]:
        return {}

    def turns(self, tx: Tx, numbers: Collection[int]) -> dict[int, list[Turn]]:
        return {}

    def text_at(self, tx: Tx, chat: str, seq: int) -> Text | None:
        return self.texts[chat][seq - 1]

    def said(self, tx: Tx, chat: str, position: int, limit: int, size: int) -> tuple[list[Text], int | None]:
        newest_first = [text for text in reversed(self.texts[chat]) if not position or text.seq <= position]
        some = newest_first[: min(limit, 100)]
        return some, newest_first[len(some)].seq if len(some) < len(newest_first) else None

    def say(self, chat: str, *texts: str, staff_only: bool = False) -> None:
        said = self.texts.setdefault(chat, [])
        said += [Text(len(said) + place, staff_only, (text,)) for place, text in enumerate(texts, 1)]

    def redact(self, chat: str, seq: int) -> None:
        self.texts[chat][seq - 1] = Text(seq, False, (None,))


class NoFiles:
    def claim(
        self, tx: Tx, ids: Sequence[str], actor: Actor, number: int, *, staff_only: bool, now: int
    ) -> list[FileView]:
        return []

    def remove(self, tx: Tx, ids: Sequence[str]) -> None:
        """None."""


class Place:
    """A desk's tickets, and who indexes them when told to."""

    def __init__(self, storage: Storage, index: SqlIndex | None = None, limits: SearchLimits = LIMITS) -> None:
        self.storage = storage
        self.chats = Chats()
        self.woken = 0
        self.index = index or SqlIndex(self._wake)
        people = Colleagues({person.id: person for person in (MAYA, HEAD)})
        self.tickets = Tickets(
            SqlStore(limits), SqlReadMarks(), self.index, people, self.chats, lambda: TEAMS, lambda: "Desk", awaiting()
        )
        self.correspondence = Correspondence(self.tickets, SqlStore(), people, NoFiles(), lambda: TEAMS)
        self.indexing = Indexing(self.index, SqlStore(), self.chats)

    def _wake(self) -> None:
        self.woken += 1

    async def opened(
        self, subject: str | None = None, external_ref: str | None = None, email: str | None = None
    ) -> int:
        asked = Requester("v1", "Ana", email)
        opening = Opening(channel="staff", team="media", by=MAYA, at=NOW, created_at=NOW, requester=asked)
        opening = replace(opening, subject=subject, wanted=Wanted(external_ref=external_ref))
        return (await self.storage.write(lambda tx: self.tickets.open(tx, opening))).number

    async def ended(self, chat: str, about: int | None = None) -> int:
        asked = Requester("v1", "Ana", None)
        opening = Opening(channel="chat", team="media", by=MAYA, at=NOW, created_at=NOW, requester=asked)
        opening = replace(opening, chat=chat, wanted=Wanted(status="open"))
        number = (await self.storage.write(lambda tx: self.tickets.ended(tx, opening, about))).number
        self.chats.of_tickets.setdefault(number, []).append(chat)
        return number

    async def reply(self, number: int, text: str, actor: Actor = MAYA, *, public: bool = True) -> int:
        """`seq` of the reply."""
        said = NewReply(text=text, public=public)
        await self.storage.write(lambda tx: self.correspondence.reply(tx, actor, number, said, "/", None, NOW))
        return len(await self.storage.read(lambda tx: SqlStore().events(tx, number)))

    async def redact(self, number: int, seq: int) -> None:
        wanted = NewRedaction(of=seq, reason="Secret")
        await self.storage.write(lambda tx: self.correspondence.redact(tx, HEAD, number, wanted, NOW))

    async def pieces(self) -> list[Piece]:
        return list(await self.storage.read(self.indexing.next))

    async def keep(self, pieces: Sequence[Piece]) -> None:
        words = [indexed(piece) for piece in pieces]
        await self.storage.write(lambda tx: self.indexing.keep(tx, words))

    async def index_all(self) -> list[list[Piece]]:
        taken = []
        while pieces := await self.pieces():
            await self.keep(pieces)
            taken.append(pieces)
        return taken

    async def found(self, q: str, actor: Actor = HEAD) -> list[int]:
        page = await self.storage.read(lambda tx: self.tickets.lists.page(tx, actor, Filters(q=q), NOW, "number"))
        return [ticket.number for ticket in page.tickets]

    async def why(self, q: str, actor: Actor = HEAD) -> list[tuple[object, object]]:
        """Where a search found each ticket, and the excerpt."""
        page = await self.storage.read(lambda tx: self.tickets.lists.page(tx, actor, Filters(q=q), NOW, "number"))
        return [(ticket.found_in, ticket.excerpt) for ticket in page.tickets]

    async def passages(self) -> list[tuple[int, str, int, str]]:
        query = sql("SELECT ticket, stream, seq, words FROM ticket_passages ORDER BY id")
        rows = await self.storage.read(lambda tx: tx.session.connection().execute(query).all())
        return [(ticket, stream, seq, words) for ticket, stream, seq, words in rows]

    async def check(self) -> None:
        """SQLite holds the index against its texts. Raises where they differ."""
        if self.storage.dialect == "sqlite":
            whole = sql("INSERT INTO ticket_index (ticket_index, rank) VALUES ('integrity-check', 1)")
            await self.storage.write(lambda tx: tx.session.connection().execute(whole))


@pytest.fixture
async def place(storage: Storage) -> Place:
    return Place(storage)


async def test_indexing_a_reply_costs_its_own_size(place: Place) -> None:
    """Reading, splitting into words and storing concern only that reply, however long the ticket is."""
    number = await place.opened(subject="Flights")
    for word in ("alpha", "beta", "gamma"):
        await place.reply(number, word * 500)
    await place.index_all()
    woken = place.woken
    await place.reply(number, "The invoice is wrong")
    assert place.woken > woken
    assert await place.found("invoice") == []
    ((piece,),) = await place.index_all()
    assert [text.parts for text in piece.texts] == [("The invoice is wrong",)]
    assert await place.found("invoice") == await place.found("flights invoice ana") == [number]
    await place.check()


async def test_staff_only_text_is_not_indexed_for_customers(place: Place) -> None:
    number = await place.opened(external_ref="JIRA-77", email="ana@northlake.example")
    await place.reply(number, "Between us", public=False)
    await place.reply(number, "For all")
    await place.index_all()
    for q, for_customer in (("between", []), ("jira", []), ("all", [number]), ("ana", [number])):
        assert await place.found(q) == [number]
        assert await place.found(q, ANA) == for_customer


async def test_terms_match_across_texts_and_phrases_within_one(place: Place) -> None:
    one, other = await place.opened(subject="Order seven"), await place.opened(subject="Order eight")
    await place.reply(one, "The printer is late")
    await place.reply(other, "The plane is late")
    await place.index_all()
    assert await place.found("order late") == [one, other]
    assert await place.found("late seven") == await place.found("printer sev") == [one]
    assert await place.found("late plane seven") == []
    assert await place.found("seven.the") == []


@pytest.mark.parametrize(
    "limits",
    [
        *(SearchLimits(common=2, together=together) for together in (1, 50)),
        *(SearchLimits(common=0, sampled=1, together=together) for together in (1, 50)),
        SearchLimits(common=0, sampled=1, many=0, dense=0.0),
        SearchLimits(common=0, sampled=1, dense=2.0),
    ],
)
async def test_common_word_is_found_beside_a_rare_one(storage: Storage, limits: SearchLimits) -> None:
    """When a word is in more tickets than the index returns, tickets are searched directly, with the same result."""
    place = Place(storage, limits=limits)
    numbers = [await place.opened(subject=f"Order {name}") for name in ("one", "two", "three", "four")]
    for number in numbers:
        await place.reply(number, "secret order", public=False)
    await place.reply(numbers[1], "late")
    await place.index_all()
    assert await place.found("order") == numbers
    assert await place.found("order secret") == numbers
    assert await place.found("order secret", ANA) == []
    assert await place.found("order late") == await place.found("ord two") == [numbers[1]]
    longer = await place.opened(subject="Ordering five")
    await place.index_all()
    assert await place.found("order") == [*numbers, longer]


async def test_word_of_old_tickets_alone_is_read_from_the_index(storage: Storage) -> None:
    """Lists begin with the newest tickets. To look for an old word there would read the whole desk."""
    limits = SearchLimits(common=50, sampled=3)
    place = Place(storage, limits=limits)
    for subject in [*["Kevin"] * 4, *["Order"] * 40]:
        await place.opened(subject=subject)
    await place.index_all()

    def looks_at_texts(tx: Tx, word: str) -> bool:
        return "instr(" in str(mentions(tx, word, for_staff=True, limits=limits)).lower()

    if storage.dialect == "sqlite":
        assert not await storage.read(lambda tx: looks_at_texts(tx, "kevin"))
        assert await storage.read(lambda tx: looks_at_texts(tx, "order"))
    assert await place.found("kevin") == [1, 2, 3, 4]


async def test_word_in_a_long_ticket_is_also_found_in_later_tickets(storage: Storage) -> None:
    """The first texts that contain a word may all belong to one ticket."""
    place = Place(storage, limits=SearchLimits(common=2, sampled=3, texts=3))
    numbers = [await place.opened(subject=subject) for subject in ("Long", "Short", "Shorter")]
    for _ in range(4):
        await place.reply(numbers[0], "late order")
    for number in numbers[1:]:
        await place.reply(number, "order")
    await place.index_all()
    assert await place.found("order") == await place.found("ord") == numbers
    assert await place.found("late") == [numbers[0]]


async def test_search_on_postgresql_is_planned_for_its_words(place: Place) -> None:
    """A plan for any word reads all texts that contain a common one."""

    def read(tx: Tx) -> str:
        place.tickets.lists.page(tx, HEAD, Filters(q="order"), NOW, "number")
        if tx.dialect != "postgresql":
            return "force_custom_plan"
        mode: str = tx.session.connection().execute(sql("SHOW plan_cache_mode")).scalar_one()
        return mode

    assert await place.storage.read(read) == "force_custom_plan"


async def test_changed_properties_replace_the_indexed_ones(place: Place) -> None:
    number = await place.opened(subject="Before")
    await place.reply(number, "Said")
    await place.index_all()
    await place.storage.write(lambda tx: place.tickets.patch(tx, MAYA, number, Wanted(subject="After"), None, NOW))
    await place.index_all()
    assert await place.found("before") == []
    assert await place.found("after said") == [number]
    await place.check()


async def test_long_chat_is_indexed_in_pieces_outside_its_closing_transaction(place: Place) -> None:
    """The closing transaction adds one row. Each piece has at most 200 texts, and all are found."""
    place.chats.say("c1", *(f"line{seq}" for seq in range(1, 1_001)))
    number = await place.ended("c1")
    waiting = await place.storage.read(lambda tx: place.index.waiting(tx, 10))
    assert [(one.stream, one.position) for one in waiting] == [("properties", 0), ("c1", 0)]
    assert await place.passages() == []
    taken = await place.index_all()
    assert max(sum(len(piece.texts) for piece in pieces) for pieces in taken) <= TEXTS_MAX
    assert await place.found("line1") == await place.found("line500 line1000") == [number]
    assert len({seq for _, stream, seq, _ in await place.passages() if stream == "c1"}) == 1_000


async def test_piece_has_a_bounded_number_of_texts(place: Place) -> None:
    number = await place.opened()
    for _ in range(12):
        await place.reply(number, "word " * 1_600)
    for pieces in await place.index_all():
        assert sum(piece.size for piece in pieces) <= SIZE_MAX + 8_000


async def test_second_chat_of_a_ticket_is_found(place: Place) -> None:
    place.chats.say("c1", "first")
    place.chats.say("c2", "second")
    number = await place.ended("c1")
    assert await place.ended("c2", about=number) == number
    await place.index_all()
    assert await place.found("first second") == [number]


async def test_redacted_text_leaves_the_index_at_once(place: Place) -> None:
    number = await place.opened(subject="hunter2")
    seq = await place.reply(number, "hunter2")
    await place.reply(number, "other words")
    await place.index_all()
    assert await place.found("hunter2") == [number]
    await place.redact(number, seq)
    assert await place.found("hunter2") == []
    assert await place.found("other ana") == [number]
    assert not any("hunter2" in words for *_, words in await place.passages())
    await place.index_all()
    assert await place.found("hunter2") == []
    await place.check()


@pytest.mark.parametrize("read_before", [True, False])
async def test_text_redacted_before_indexing_is_never_indexed(place: Place, read_before: bool) -> None:
    """Whether it is redacted before the indexer reads it or between reading and storing."""
    number = await place.opened()
    seq = await place.reply(number, "hunter2 and more")
    pieces = await place.pieces() if read_before else []
    await place.redact(number, seq)
    await place.keep(pieces)
    await place.index_all()
    assert await place.found("hunter2") == []
    assert await place.found("ana") == [number]


async def test_message_redacted_during_indexing_is_never_indexed(place: Place) -> None:
    """Half of the chat is indexed and the next piece is read when a message of each is redacted."""
    place.chats.say("c1", *(f"line{seq}" for seq in range(1, 301)))
    number = await place.ended("c1")
    await place.keep(await place.pieces())
    pieces = await place.pieces()
    for seq in (300, 150):
        place.chats.redact("c1", seq)
        await place.storage.write(
            partial(place.tickets.text_removed, number=number, stream="c1", seq=seq, line="", now=NOW)
        )
    await place.keep(pieces)
    await place.index_all()
    assert await place.found("line300") == await place.found("line150") == []
    assert await place.found("line299") == await place.found("line151") == await place.found("line1") == [number]
    await place.check()


async def test_piece_indexed_twice_is_stored_once(place: Place) -> None:
    """A crash may leave a piece stored but still queued. Storing it again changes nothing."""
    number = await place.opened()
    await place.reply(number, "once")
    pieces = await place.pieces()
    await place.keep(pieces)
    before = await place.passages()
    await place.keep(pieces)
    await place.storage.write(lambda tx: place.indexing.written(tx, number, 1))
    await place.index_all()
    assert await place.passages() == before


async def test_failed_piece_waits_for_the_next_start(place: Place) -> None:
    number = await place.opened()
    for piece in await place.pieces():
        await place.storage.write(partial(place.indexing.given_up, piece=piece))
    assert await place.pieces() == []
    await place.storage.write(place.indexing.begin)
    await place.index_all()
    assert await place.found("ana") == [number]


async def imported(place: Place) -> int:
    """A ticket as it comes out of the migration from one text a ticket: nothing but its words is indexed."""
    place.chats.say("c1", "hunter2 chatted")
    number = await place.ended("c1")
    await place.reply(number, "replied")
    await place.reply(number, "noted", public=False)
    passages = [Passage(0, False, "ana hunter2 chatted replied"), Passage(1, True, "noted")]

    def as_before(tx: Tx) -> None:
        tx.session.connection().execute(sql("DELETE FROM ticket_to_index"))
        place.index.add(tx, number, IMPORTED, passages)

    await place.storage.write(as_before)
    return number


async def test_text_indexed_before_the_migration_stays_found(place: Place) -> None:
    number = await imported(place)
    await place.reply(number, "later")
    await place.index_all()
    assert await place.found("chatted replied noted later") == [number]
    assert await place.found("noted", ANA) == []


async def test_redaction_of_text_from_before_the_migration_is_immediate(place: Place) -> None:
    """The words of a single text are unknown there, so the redaction removes all and reindexes what remains."""
    number = await imported(place)
    place.chats.redact("c1", 1)
    await place.storage.write(lambda tx: place.tickets.text_removed(tx, number, "c1", 1, "hunter2 chatted", NOW))
    assert await place.found("hunter2") == []
    await place.index_all()
    assert await place.found("hunter2") == await place.found("chatted") == []
    assert await place.found("ana replied noted") == [number]
    await place.check()


async def test_change_to_a_ticket_from_before_the_migration_reindexes_it(place: Place) -> None:
    number = await imported(place)
    await place.storage.write(lambda tx: place.tickets.patch(tx, MAYA, number, Wanted(subject="New"), None, NOW))
    assert await place.found("chatted") == [number]
    await place.index_all()
    assert await place.found("new chatted replied noted") == [number]
    assert {stream for _, stream, _, _ in await place.passages()} == {"properties", "ticket", "c1"}


async def test_index_ids_contain_the_ticket_and_its_audience(place: Place) -> None:
    number = await place.opened(external_ref="ref")
    await place.index_all()
    ids = sql("SELECT id, seq FROM ticket_passages")
    rows = await place.storage.read(lambda tx: tx.session.connection().execute(ids).all())
    assert {(id_ // ID_OF_TICKET, id_ % 2) for id_, _ in rows} == {(number, 0), (number, 1)}


async def test_search_result_names_the_text_that_it_found(storage: Storage) -> None:
    """The text with most of the words; customers are shown nothing of notes."""
    place = Place(storage)
    place.chats.say("c1", "Hello there", "all of Northlake sees last rates")
    place.chats.say("c1", "ask Monterrey", staff_only=True)
    number = await place.ended("c1")
    await place.reply(number, "The export is mended")
    await place.reply(number, "Monterrey export knows", public=False)
    other = await place.opened("Export of Northlake", email="ana@northlake.example")
    await place.index_all()
    assert await place.why("northlake") == [
        ("conversation", "all of Northlake sees last rates"),
        ("subject", "Export of Northlake"),
    ]
    assert await place.why("mended export") == [("conversation", "The export is mended")]
    assert await place.why("monterrey export") == [("note", "Monterrey export knows")]
    assert await place.why("export", ANA) == [
        ("conversation", "The export is mended"),
        ("subject", "Export of Northlake"),
    ]
    assert await place.why("monterrey", ANA) == []
    assert await place.why("ana@northlake") == [("requester", "ana@northlake.example")]
    assert await place.why(f"#{other}") == [(UNSET, UNSET)]


async def test_search_result_of_a_very_long_ticket_is_quoted_from_its_first_texts(storage: Storage) -> None:
    """The ticket is found by any of its texts, with or without an excerpt."""
    place = Place(storage, limits=SearchLimits(quoted=2))
    number = await place.opened("Export")
    for text in ("first words", "later words"):
        await place.reply(number, text)
        await place.index_all()
    assert await place.why("first") == [("conversation", "first words")]
    assert await place.why("later") == [(UNSET, UNSET)]


async def test_search_result_shows_nothing_of_a_redacted_text(storage: Storage) -> None:
    place = Place(storage)
    number = await place.opened("Export")
    seq = await place.reply(number, "secret word of the export")
    await place.index_all()
    assert await place.why("secret export") == [("conversation", "secret word of the export")]
    await place.redact(number, seq)
    assert await place.why("export") == [("subject", "Export")]
    assert await place.why("secret") == []


async def test_search_results_of_many_tickets_take_as_many_statements_as_one(place: Place) -> None:
    async def sent(q: str) -> tuple[int, int]:
        """The number of tickets found, and of the statements for it."""
        found: list[Page] = []

        def search(tx: Tx) -> None:
            found.append(place.tickets.lists.page(tx, HEAD, Filters(q=q), NOW, "number"))

        said = await place.storage.read(lambda tx: statements(tx, partial(search, tx)))
        return len(found[0].tickets), len(said)

    for text in ("lonely export", "common export", "common import", "common order"):
        await place.reply(await place.opened("Rates"), text)
    await place.index_all()
    (one, alone), (many, together) = await sent("lonely"), await sent("common")
    assert (one, many) == (1, 3) and together == alone > 0
