from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from msgspec import UNSET, Raw
from sqlmodel import select

from clock import from_rfc3339, rfc3339
from identity.actor import SYSTEM, Actor
from refusals import Refused
from storage.ports import Storage, Tx
from tests.ticketing.paces import awaiting
from tests.ticketing.people import Colleagues, KnownClient
from tests.ticketing.table import TEAMS
from ticketing.adapters import tags
from ticketing.adapters.index import SqlIndex
from ticketing.adapters.read_marks import SqlReadMarks
from ticketing.adapters.store import SqlStore
from ticketing.adapters.tables import TicketRow
from ticketing.chat_times import Turn
from ticketing.errors import NotFound, Stale
from ticketing.indexing import Indexing, indexed
from ticketing.last_words import Talk
from ticketing.listing import NOBODY, Counts, Facets, Filters, Sort
from ticketing.ports import OWN, Text
from ticketing.service import Tickets
from ticketing.ticket import Requester
from ticketing.views import TicketView
from ticketing.wanted import Opening, Wanted

NOW = from_rfc3339("2026-11-24T15:00:00.000Z")
MAYA = Actor("staff", "u1", "Maya", role="agent", teams=frozenset({"media"}))
PRIYA = Actor("staff", "u2", "Priya", role="agent", teams=frozenset({"finance"}))
HEAD = Actor("staff", "u3", "Hannah", role="supervisor")
ANA = Actor("customer", "v1", "Ana", "ana@northlake.example")
STAFF = {person.id: person for person in (MAYA, PRIYA, HEAD)}


class ChatLogs:
    """`ticketing.ports.ChatLogs` with one message a chat, and a note for staff."""

    def chats(self, tx: Tx, number: int, until: int | None = None) -> list[str]:
        chat = tx.session.exec(select(TicketRow.chat).where(TicketRow.number == number)).first()
        return [chat] if chat is not None else []

    def size(self, tx: Tx, number: int) -> int:
        return 100 * len(self.chats(tx, number))

    def of(self, tx: Tx, chats: Sequence[str], *, for_staff: bool) -> list[Raw]:
        told = [Raw(b'{"type":"message","text":"Flights"}') for _ in chats]
        return [*told, Raw(b'{"type":"note","text":"Escalated"}')] if for_staff else told

    def talks(self, tx: Tx, numbers: Collection[int]) -> dict[int, Talk]:
        return {}

    def live(self, tx: Tx, numbers: Collection[int], customer: Collection[str]) -> dict[int, str]:
        return {}

    def turns(self, tx: Tx, numbers: Collection[int]) -> dict[int, list[Turn]]:
        return {}

    def text_at(self, tx: Tx, chat: str, seq: int) -> Text | None:
        return None

    def said(self, tx: Tx, chat: str, position: int, limit: int, size: int) -> tuple[list[Text], int | None]:
        return [Text(2, True, ("Escalated",)), Text(1, False, ("Flights",))], None


PEOPLE = Colleagues(STAFF, clients={"c1": KnownClient("Northlake")})
TICKETS = Tickets(
    SqlStore(), SqlReadMarks(), SqlIndex(), PEOPLE, ChatLogs(), lambda: TEAMS, lambda: "Mediaocean", awaiting()
)


def opening(chat: str | None = None, **facts: Any) -> Opening:
    return Opening(
        **{
            "channel": "chat" if chat else "staff", "team": "media", "by": MAYA, "at": NOW, "created_at": NOW,
            "requester": Requester("v1", "Ana", "ana@northlake.example"), "chat": chat, "product": "Spectra OX",
            **facts,
        }
    )  # fmt: skip


async def index_all(storage: Storage) -> None:
    indexing = Indexing(SqlIndex(), SqlStore(), ChatLogs())
    while pieces := await storage.read(indexing.next):
        words = [indexed(piece) for piece in pieces]
        await storage.write(partial(indexing.keep, indexed=words))


async def made(storage: Storage, **facts: Any) -> int:
    return (await storage.write(lambda tx: TICKETS.open(tx, opening(**facts)))).number


async def patched(
    storage: Storage, number: int, wanted: Wanted, actor: Actor = MAYA, if_match: Collection[int] | None = None
) -> TicketView:
    return await storage.write(lambda tx: TICKETS.patch(tx, actor, number, wanted, if_match, NOW + 1))


async def got(storage: Storage, number: int, actor: Actor = MAYA) -> TicketView:
    return await storage.read(lambda tx: TICKETS.get(tx, actor, number, NOW))


async def test_second_ticket_of_a_chat_is_a_conflict(storage: Storage) -> None:
    number = await made(storage, chat="c1")
    with pytest.raises(Refused, match=f"already ticket #{number}") as refused:
        await made(storage, chat="c1")
    assert refused.value.code == "conflict"


async def test_refused_opening_stores_nothing(storage: Storage) -> None:
    with pytest.raises(Refused):
        await made(storage, chat="c1", wanted=Wanted(status="solved"))
    page = await storage.read(lambda tx: TICKETS.lists.page(tx, HEAD, Filters(), NOW))
    assert page.tickets == []


SILENT = opening("c1", wanted=Wanted(status="awaiting_reply"), by=SYSTEM, product=None)


@pytest.mark.parametrize(
    ("ended", "stands"),
    [
        pytest.param(replace(SILENT, assignee="u2"), ("media", "Spectra OX", None), id="agent on another team"),
        pytest.param(replace(SILENT, assignee="u9"), ("media", "Spectra OX", None), id="agent who is gone"),
        pytest.param(replace(SILENT, team="old", assignee="u1"), ("media", "Spectra OX", "u1"), id="team retired"),
        pytest.param(
            replace(SILENT, team="gone", product="Scarves"), ("media", "Spectra OX", None), id="team and product gone"
        ),
        pytest.param(replace(SILENT, team="finance", assignee="u2"), ("finance", "Spectra OX", "u2"), id="all taken"),
    ],
)
async def test_automatic_end_drops_values_that_the_ticket_cannot_have(
    storage: Storage, ended: Opening, stands: tuple[str, str, str | None]
) -> None:
    """When a chat about a ticket ends by itself, invalid values are left out. An agent who sends them is refused."""
    number = await made(storage)
    await storage.write(lambda tx: TICKETS.ended(tx, ended, number))
    ticket = await got(storage, number, HEAD)
    assert ticket.status == "awaiting_reply"
    assert (ticket.team, ticket.product, ticket.assignee.id if ticket.assignee else None) == stands
    if stands[0] == "media":
        by_agent = replace(ended, by=MAYA, chat="c2")
        with pytest.raises(Refused):
            await storage.write(lambda tx: TICKETS.ended(tx, by_agent, number))


async def test_automatic_end_keeps_the_assignee_over_a_disallowed_agent(storage: Storage) -> None:
    number = await made(storage, assignee="u1")
    facts = replace(SILENT, assignee="u2")
    await storage.write(lambda tx: TICKETS.ended(tx, facts, number))
    ticket = await got(storage, number)
    assert ticket.assignee is not None and ticket.assignee.id == "u1"


async def test_staff_see_the_whole_ticket(storage: Storage) -> None:
    number = await made(storage, chat="c1", assignee="u1", subject="Dates")
    await patched(storage, number, Wanted(assignee="u3", status="solved", resolution="set_up"))
    view = await got(storage, number)
    assert view.assignee is not None and view.assignee.name == "Hannah"
    assert view.transcript is not UNSET and len(view.transcript) == 2
    assert view.history is not UNSET
    lines = [(line.field, line.from_, line.to) for line in view.history]
    assert lines[:2] == [("status", None, "open"), ("assignee", None, view.history[1].to)]
    assert ("status", "open", "solved") in lines and ("resolution", None, "set_up") in lines
    moved = next(line for line in view.history[2:] if line.field == "assignee")
    assert (moved.from_.name, moved.to.name, moved.by.name) == ("Maya", "Hannah", "Maya")
    assert (view.version, view.updated_at) == (2, "2026-11-24T15:00:00.001Z")


async def test_closed_at_is_null_until_the_ticket_closes_for_good(storage: Storage) -> None:
    """`closed_at` is the end of the time to reopen, for everybody, also in lists and exports. Until then it is null."""
    number = await made(storage)
    until = from_rfc3339("2026-12-23T05:00:00.000Z") - 1
    solved = await patched(storage, number, Wanted(status="solved", resolution="set_up"))
    assert (solved.reopen_until, solved.closed_at) == (rfc3339(until), None)
    for now, closed in ((until, None), (until + 1, rfc3339(until))):
        for actor in (MAYA, ANA):
            views = [
                await storage.read(partial(TICKETS.get, actor=actor, number=number, now=now)),
                *(await storage.read(partial(TICKETS.lists.page, actor=actor, filters=Filters(), now=now))).tickets,
                *await storage.read(partial(TICKETS.lists.export, actor=actor, filters=Filters(), after=0, now=now)),
            ]
            assert [view.closed_at for view in views] == [closed] * 3


async def test_customer_sees_no_internal_fields(storage: Storage) -> None:
    """Their own ticket has no notes, history, `with`, reference, flags or number of a foreign survivor."""
    foreign = await made(storage, requester=Requester("v2", None, None))
    number = await made(storage, chat="c1")
    await patched(storage, number, Wanted(external_ref="X-1"))
    view = await got(storage, number, ANA)
    assert (view.with_, view.external_ref, view.history, view.flags) == (UNSET, UNSET, UNSET, [])
    assert view.transcript is not UNSET and len(view.transcript) == 1
    duplicate = Wanted(status="solved", resolution="duplicate", duplicate_of=foreign)
    assert (await patched(storage, number, duplicate)).duplicate_of == foreign
    assert (await got(storage, number, ANA)).duplicate_of is None
    own = await made(storage)
    await patched(storage, number, Wanted(duplicate_of=own))
    assert (await got(storage, number, ANA)).duplicate_of == own


async def test_foreign_and_missing_tickets_answer_alike(storage: Storage) -> None:
    number = await made(storage)
    said = set()
    for actor, asked in ((PRIYA, number), (MAYA, 999), (Actor("customer", "v2"), number)):
        for call in (got(storage, asked, actor), patched(storage, asked, Wanted(subject="x"), actor)):
            with pytest.raises(NotFound) as refused:
                await call
            said.add((refused.value.code, refused.value.message))
    assert len(said) == 1


async def test_foreign_survivor_answers_like_a_missing_one(storage: Storage) -> None:
    """Staff need access to both tickets. Without it they learn nothing about the other."""
    number = await made(storage)
    foreign = await made(storage, team="finance", by=SYSTEM)
    said = set()
    for survivor in (foreign, 999):
        with pytest.raises(Refused) as refused:
            await patched(storage, number, Wanted(status="solved", resolution="duplicate", duplicate_of=survivor))
        said.add(refused.value.message.replace(str(survivor), "N"))
    assert said == {"Ticket #N doesn't exist, or you can't see it."}
    assert (
        await patched(storage, number, Wanted(status="solved", resolution="duplicate", duplicate_of=foreign), HEAD)
    ).duplicate_of == foreign


async def test_duplicate_ring_through_other_tickets_is_refused(storage: Storage) -> None:
    """With 1 → 2 → 3 stored, 3 → 1 is refused, and so is 3 → 3."""
    one, two, three = [await made(storage) for _ in range(3)]
    for number, survivor in ((one, two), (two, three)):
        await patched(storage, number, Wanted(status="solved", resolution="duplicate", duplicate_of=survivor))
    for survivor in (one, three):
        with pytest.raises(Refused) as refused:
            await patched(storage, three, Wanted(status="solved", resolution="duplicate", duplicate_of=survivor))
        assert set(refused.value.fields or {}) == {"duplicate_of"}


async def test_two_simultaneous_duplicates_make_no_ring(storage: Storage) -> None:
    one, two = [await made(storage) for _ in range(2)]
    outcomes = await asyncio.gather(
        *(
            patched(storage, number, Wanted(status="solved", resolution="duplicate", duplicate_of=survivor))
            for number, survivor in ((one, two), (two, one))
        ),
        return_exceptions=True,
    )
    assert sorted(type(came).__name__ for came in outcomes) == ["Refused", "TicketView"]


async def test_if_match_refuses_a_change_on_an_old_version(storage: Storage) -> None:
    number = await made(storage)
    assert (await patched(storage, number, Wanted(subject="First"), if_match={1})).version == 2
    with pytest.raises(Stale, match="at version 2"):
        await patched(storage, number, Wanted(subject="Second"), if_match={1})
    assert (await got(storage, number)).subject == "First"


async def test_rating_and_redacted_subject_make_new_versions(storage: Storage) -> None:
    """The version tells clients that the ticket changed. The same rating again changes nothing."""
    number = await made(storage, chat="c1", subject="My password is hunter2")
    for score in (4, 5, 5):
        await storage.write(partial(TICKETS.rated, number=number, score=score, comment=None, now=NOW + score))
    rated = await got(storage, number)
    assert (rated.rating, rated.version, rated.updated_at) == (5, 3, rfc3339(NOW + 5))
    await storage.write(lambda tx: TICKETS.text_removed(tx, number, OWN, 1, "A reply", NOW + 7))
    assert await got(storage, number) == rated
    await storage.write(lambda tx: TICKETS.text_removed(tx, number, "c1", 1, "Something else", NOW + 8))
    other = await got(storage, number)
    assert (other.subject, other.version, other.updated_at) == ("My password is hunter2", 4, rfc3339(NOW + 5))
    await storage.write(lambda tx: TICKETS.text_removed(tx, number, "c1", 2, "My password is hunter2", NOW + 9))
    emptied = await got(storage, number)
    assert (emptied.subject, emptied.version, emptied.updated_at) == (None, 5, rfc3339(NOW + 9))


async def test_change_to_the_same_values_makes_no_new_version(storage: Storage) -> None:
    number = await made(storage)
    before = await got(storage, number)
    assert await patched(storage, number, Wanted(status="open")) == before


async def test_pages_are_stable_when_values_tie(storage: Storage) -> None:
    numbers = [await made(storage) for _ in range(7)]
    orders: dict[Sort, list[int]] = {"-updated_at": numbers[::-1], "created_at": numbers, "-number": numbers[::-1]}
    for sort, order in orders.items():
        seen: list[int] = []
        cursor: str | None = None
        while True:
            page = await storage.read(
                partial(TICKETS.lists.page, actor=MAYA, filters=Filters(), now=NOW, sort=sort, limit=2, cursor=cursor)
            )
            seen += [ticket.number for ticket in page.tickets]
            cursor = page.next
            if cursor is None:
                break
        assert seen == order


async def test_page_continues_at_its_cursor_while_tickets_change(storage: Storage) -> None:
    """A ticket created or changed meanwhile moves to the front and is not repeated behind the cursor."""
    numbers = [await made(storage) for _ in range(4)]
    first = await storage.read(lambda tx: TICKETS.lists.page(tx, MAYA, Filters(), NOW, limit=2))
    await made(storage, at=NOW + 5)
    second = await storage.read(lambda tx: TICKETS.lists.page(tx, MAYA, Filters(), NOW, limit=2, cursor=first.next))
    seen = [ticket.number for ticket in (*first.tickets, *second.tickets)]
    assert seen == numbers[::-1] and second.next is None


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(status=("solved",)), {"b"}),
        (Filters(status=("solved", "open"), product=("Lumina",)), {"c"}),
        (Filters(team=("finance",)), {"d"}),
        (Filters(team=("nowhere",)), set()),
        (Filters(resolution=("set_up",)), {"b"}),
        (Filters(channel=("chat",)), {"a"}),
        (Filters(assignee=("u1",)), {"a"}),
        (Filters(requester=("v2",)), {"d"}),
        (Filters(email=("ben@Northlake.example",)), {"d"}),
        (Filters(email=("ben@northlake.example", "ana@northlake.example")), {"a", "b", "c", "d"}),
        (Filters(client=("Northlake",)), {"c"}),
        (Filters(client=("Nobody’s",)), set()),
        (Filters(without=Facets(status=("solved",))), {"a", "c", "d"}),
        (Filters(without=Facets(resolution=("set_up", "code_fix"))), {"a", "c", "d"}),
        (Filters(without=Facets(product=("Lumina",), team=("finance",))), {"a", "b"}),
        (Filters(without=Facets(assignee=("u1",))), {"b", "c", "d"}),
        (Filters(without=Facets(assignee=(NOBODY,))), {"a"}),
        (Filters(without=Facets(assignee=("u1", NOBODY))), set()),
        (Filters(without=Facets(email=("BEN@northlake.example",))), {"a", "b", "c"}),
        (Filters(without=Facets(client=("Northlake",))), {"a", "b", "d"}),
        (Filters(status=("open",), without=Facets(channel=("chat",))), {"c", "d"}),
        (Filters(from_=NOW, to=NOW + 10), {"a", "b", "c"}),
        (Filters(to=NOW), set()),
        (Filters(updated_from=NOW + 10), {"d"}),
        (Filters(updated_from=NOW, updated_to=NOW + 10), {"a", "b", "c"}),
        (Filters(q="100%"), {"a"}),
        (Filters(q="DAT"), {"b"}),
        (Filters(q="ben@"), {"d"}),
    ],
)
async def test_each_filter_keeps_only_matching_tickets(storage: Storage, filters: Filters, found: set[str]) -> None:
    """Date ranges exclude their end. Wildcards in a search are plain characters."""
    made_of = {
        "a": opening("c1", assignee="u1", subject="100% off"),
        "b": opening(wanted=Wanted(status="solved", resolution="set_up"), subject="Dates and 1000 more"),
        "c": opening(product="Lumina", client="c1"),
        "d": opening(team="finance", by=SYSTEM, requester=Requester("v2", "Ben", "Ben@northlake.example")),
    }
    made_of["d"] = replace(made_of["d"], at=NOW + 10, created_at=NOW + 10)
    numbers = {}
    for name, each in made_of.items():
        numbers[(await storage.write(partial(TICKETS.open, opening=each))).number] = name
    await index_all(storage)
    page = await storage.read(lambda tx: TICKETS.lists.page(tx, HEAD, filters, NOW))
    assert {numbers[ticket.number] for ticket in page.tickets} == found


async def test_list_is_scoped_and_has_no_transcripts(storage: Storage) -> None:
    media, finance = (
        await made(storage),
        await made(storage, team="finance", by=SYSTEM, requester=Requester("v2", None, None)),
    )
    admin = Actor("staff", "u9", "Root", role="admin", teams=frozenset({"media"}))
    for actor, theirs in (
        (MAYA, [media]), (PRIYA, [finance]), (HEAD, [finance, media]), (ANA, [media]), (admin, []),
    ):  # fmt: skip
        page = await storage.read(
            partial(TICKETS.lists.page, actor=actor, filters=Filters(team=("media", "finance")), now=NOW)
        )
        assert [ticket.number for ticket in page.tickets] == theirs
        assert all(ticket.transcript is UNSET and ticket.history is UNSET for ticket in page.tickets)


async def test_open_work_is_counted_within_the_scope(storage: Storage) -> None:
    """Unsolved tickets by status, unassigned, assigned to the reader, and by flag."""
    number = await made(storage)
    await made(storage, assignee=None)
    await made(storage, assignee=None, requester=Requester("v3", "Cy", None))
    await made(storage, team="finance", by=SYSTEM)
    await made(storage, wanted=Wanted(status="solved", resolution="set_up"))
    await patched(storage, number, Wanted(status="awaiting_reply", assignee=MAYA.id))
    counts = await storage.read(lambda tx: TICKETS.lists.counts(tx, MAYA, (), NOW))
    assert counts == Counts(open=2, awaiting_reply=1, unassigned=2, mine=1, no_address=1)
    assert await storage.read(lambda tx: TICKETS.lists.counts(tx, MAYA, ("finance",), NOW)) == Counts()


async def test_lists_filter_and_sort_by_priority_and_tags(storage: Storage) -> None:
    plain = await made(storage)
    urgent = await made(storage, wanted=Wanted(priority="urgent", tags=["Month end", "pdf"]))
    low = await made(storage, wanted=Wanted(priority="low", tags=["pdf"]))

    async def found(filters: Filters, sort: Sort = "number") -> list[int]:
        page = await storage.read(lambda tx: TICKETS.lists.page(tx, HEAD, filters, NOW, sort))
        return [ticket.number for ticket in page.tickets]

    assert await found(Filters(priority=("urgent", "low"))) == [urgent, low]
    assert await found(Filters(priority=("normal", "low"))) == [plain, low]
    assert await found(Filters(without=Facets(priority=("urgent",)))) == [plain, low]
    assert await found(Filters(tag=("pdf",))) == [urgent, low]
    assert await found(Filters(tag=("month-end", "none"))) == [urgent]
    assert await found(Filters(without=Facets(tag=("month-end",)))) == [plain, low]
    assert await found(Filters(), "-priority") == [urgent, plain, low]
    first = await storage.read(lambda tx: TICKETS.lists.page(tx, HEAD, Filters(), NOW, "-priority", 1))
    rest = await storage.read(lambda tx: TICKETS.lists.page(tx, HEAD, Filters(), NOW, "-priority", 5, first.next))
    assert [ticket.number for ticket in rest.tickets] == [plain, low]
    await patched(storage, urgent, Wanted(remove_tags=["pdf"], add_tags=["new"]))
    assert (await found(Filters(tag=("pdf",))), await found(Filters(tag=("new",)))) == ([low], [urgent])


async def test_tags_are_suggested_to_the_teams_that_use_them(storage: Storage) -> None:
    await made(storage, wanted=Wanted(tags=["pdf", "month-end"]))
    moved = await made(storage, wanted=Wanted(tags=["pdf", "moved"]))

    async def suggested(actor: Actor, start: str = "") -> list[str]:
        return await storage.read(lambda tx: TICKETS.lists.tags(tx, actor, start))

    assert (await suggested(MAYA), await suggested(PRIYA)) == (["month-end", "moved", "pdf"], [])
    assert (await suggested(MAYA, "mo"), await suggested(MAYA, "%")) == (["month-end", "moved"], [])
    await patched(storage, moved, Wanted(team="finance"), HEAD)
    assert (await suggested(PRIYA), await suggested(HEAD, "p")) == (["moved", "pdf"], ["pdf"])


async def test_tag_of_many_tickets_is_looked_up_at_each(storage: Storage) -> None:
    """The same list, whether the numbers of the tagged tickets or their tags are looked up."""
    numbers = [await made(storage, wanted=Wanted(tags=["pdf"])) for _ in range(3)]

    def listed(tx: Tx, *, few: bool) -> list[int]:
        condition = tags.TAGS.having_fast(tx, ["pdf"], {("tag", "pdf"): few})
        return [number or 0 for number in tx.session.exec(select(TicketRow.number).where(condition))]

    for few in (False, True):
        assert sorted(await storage.read(partial(listed, few=few))) == numbers
