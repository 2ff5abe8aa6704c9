"""Imported tickets on both databases."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from storage.ports import Storage, Tx
from ticketing.adapters.imports import SqlImports
from ticketing.adapters.read_marks import SqlReadMarks
from ticketing.adapters.store import SqlStore
from ticketing.events import Author
from ticketing.imported import Imported, renumbered, said
from ticketing.targets import taken_over
from ticketing.ticket import Participant, Requester, Ticket
from ticketing.views import By, HistoryLine

IMPORTS, STORE = SqlImports(), SqlStore()


def ticket(number: int, duplicate_of: int | None = None) -> Imported:
    made = Ticket(
        number=number,
        team="media",
        requester=Requester(None, "Ana", "ana@northlake.example"),
        participants=(Participant("ben@northlake.example", "Ben"),),
        channel="email",
        created_at=1_000,
        updated_at=2_000,
        tags=("vip",),
        priority="high",
        duplicate_of=duplicate_of,
    )
    events = said(Author("customer", None, "Ana"), "Help", [], 1_000, staff_only=False)
    events += said(Author("staff", "p1", "Priya"), "Look", [], 1_500, staff_only=True)
    history = [HistoryLine(2_000, By("system", None, None), "status", "open", "solved")]
    return Imported(str(number), made, events, history)


async def add(storage: Storage, *tickets: Imported, source: str = "zendesk") -> None:
    await storage.write(lambda tx: IMPORTS.add(tx, source, tickets, 5_000))


async def test_imported_ticket_is_whole_known_and_read(storage: Storage) -> None:
    await add(storage, ticket(4711), ticket(12))

    def look(tx: Tx) -> None:
        assert IMPORTS.known(tx, "zendesk", ["4711", "12", "13"]) == {"4711": 4711, "12": 12}
        assert IMPORTS.known(tx, "elsewhere", ["4711"]) == {}
        assert IMPORTS.created(tx, [12, 13]) == {12: 1_000}
        assert STORE.find(tx, 4711) == replace(ticket(4711).ticket, service=taken_over("open", 5_000))
        assert [(event.seq, event.public_prev, event.staff_only) for event in STORE.events(tx, 4711)] == [
            (1, 0, False),
            (2, 1, True),
        ]
        assert STORE.history(tx, 4711) == list(ticket(4711).history)
        assert SqlReadMarks().unread(tx, [4711], ["p1"], for_staff=True) == {}

    await storage.read(look)


async def test_new_tickets_get_numbers_after_the_imported_ones(storage: Storage) -> None:
    await add(storage, ticket(4711))
    await add(storage, ticket(90))
    numbers = await storage.write(lambda tx: IMPORTS.new_numbers(tx, 2))
    assert numbers[0] > 4711
    await add(storage, renumbered(ticket(4711), numbers[0], "Zendesk", 6_000), source="another")
    own = await storage.write(lambda tx: STORE.add(tx, ticket(0).ticket))
    assert own > numbers[0]
    found = await storage.read(lambda tx: STORE.find(tx, numbers[0]))
    assert found is not None and found.external_ref == "#4711 at Zendesk"


async def test_links_follow_a_ticket_that_got_another_number(storage: Storage) -> None:
    await add(storage, ticket(1), ticket(2, duplicate_of=1))
    await storage.write(lambda tx: IMPORTS.relink(tx, "zendesk", {1: 77}))
    found = await storage.read(partial(STORE.find, number=2))
    assert found is not None and found.duplicate_of == 77
