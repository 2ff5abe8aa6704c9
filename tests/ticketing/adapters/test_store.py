from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Self

import pytest
from sqlalchemy import Connection, event

from storage.opening import open_storage
from storage.ports import Storage, Tx
from tests.plans import plans_of
from tests.servers import database
from ticketing.adapters.index import SqlIndex
from ticketing.adapters.list_queries import FEW
from ticketing.adapters.store import SqlStore
from ticketing.adapters.tables import TicketRow
from ticketing.listing import NOBODY, Due, Facets, Filters, Place, Reader, Scope, Sort
from ticketing.ports import Passage
from ticketing.ticket import FLAGS

WORK = ("open", "awaiting_reply", "fixed_pending_rca")
TEAMS = Scope(teams=frozenset({"media", "prod"}))
ALL = Scope(teams=None)
LATER = Place(1_000, 7)


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    """A new database, without statistics: SQLite goes by the shape of a query alone, as it does at a desk."""
    with database("sqlite", tmp_path) as url:
        it = await open_storage(url)
        yield it
        await it.close()


async def plans(storage: Storage, ask: Callable[[Tx], object]) -> list[str]:
    """How SQLite goes about each query of `tickets` that `ask` makes."""
    return await storage.read(lambda tx: plans_of(tx, ask, "tickets"))


async def plan_of_page(
    storage: Storage, scope: Scope, filters: Filters, sort: Sort = "-updated_at", after: Place | None = None
) -> str:
    """That of the query that finds which tickets are on a page."""
    return (await plans(storage, lambda tx: SqlStore().numbers(tx, scope, filters, sort, 51, after)))[0]


@pytest.mark.parametrize("after", [None, LATER])
@pytest.mark.parametrize("scope", [TEAMS, ALL])
@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (Filters(), "tickets_by_change"),
        (Filters(status=("solved",)), "tickets_by_change"),
        (Filters(product=("Lumina",), resolution=("code_fix",), channel=("form",)), "tickets_by_change"),
        (Filters(without=Facets(resolution=("code_fix",), team=("finance",), assignee=("u1",))), "tickets_by_change"),
        (Filters(without=Facets(status=("solved",))), "tickets_to_work_on"),
        (Filters(status=WORK), "tickets_to_work_on"),
        (Filters(status=WORK, assignee=(NOBODY,)), "tickets_to_work_on"),
        (Filters(status=("awaiting_reply",), team=("media",)), "tickets_to_work_on"),
        *((Filters(flags=(flag,)), "tickets_flagged") for flag in FLAGS),
        (Filters(flags=("confirmed", "not_fixed"), team=("media",)), "tickets_flagged"),
        (Filters(status=WORK, snoozed=False), "tickets_to_work_on"),
        (Filters(status=WORK, due=Due("soon", 0)), "tickets_to_work_on"),
        (Filters(status=WORK, snoozed=False, priority=("normal",)), "tickets_to_work_on"),
        (Filters(priority=("high", "urgent"), team=("media",)), "tickets_by_change"),
    ],
)
async def test_page_of_tickets_reads_one_covering_index_in_order(
    storage: Storage, scope: Scope, filters: Filters, index: str, after: Place | None
) -> None:
    """Each staff view, first or later page, reads one index in the order of the list and no table row."""
    plan = await plan_of_page(storage, scope, filters, after=after)
    assert f"tickets USING COVERING INDEX {index}" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize(
    ("sort", "index"),
    [
        ("updated_at", "tickets_by_change"),
        ("created_at", "tickets_by_creation"),
        ("-created_at", "tickets_by_creation"),
        ("number", "tickets_by_number"),
        ("-number", "tickets_by_number"),
        ("-priority", "tickets_by_priority"),
        ("priority", "tickets_by_priority"),
        ("sla_due", "tickets_by_due"),
        ("-sla_due", "tickets_by_due"),
    ],
)
async def test_every_sort_order_has_an_index(storage: Storage, sort: Sort, index: str) -> None:
    plan = await plan_of_page(storage, ALL, Filters(resolution=("code_fix",)), sort, LATER)
    assert f"tickets USING COVERING INDEX {index}" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("scope", [TEAMS, ALL])
@pytest.mark.parametrize("filters", [Filters(due_before=0), Filters(status=WORK, due=Due("soon", 0), snoozed=False)])
async def test_tickets_due_soon_are_read_from_one_index(storage: Storage, scope: Scope, filters: Filters) -> None:
    plan = await plan_of_page(storage, scope, filters, "sla_due", LATER)
    assert "tickets USING COVERING INDEX tickets_by_due" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (Filters(assignee=("u1",)), "tickets_of_an_assignee (assignee=?)"),
        (Filters(status=WORK, assignee=("u1",)), "tickets_of_an_assignee (assignee=?)"),
        (Filters(requester=("v1",)), "tickets_of_a_requester (requester=?)"),
        (Filters(email=("ana@northlake.example",)), "tickets_by_address (requester_address=?)"),
        (Filters(client=("c1",)), "tickets_of_a_client (client=?)"),
    ],
)
async def test_tickets_of_one_person_or_company_use_an_index(storage: Storage, filters: Filters, index: str) -> None:
    plan = await plan_of_page(storage, TEAMS, filters)
    assert f"SEARCH tickets USING INDEX {index}" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("sort", ["-updated_at", "created_at", "number"])
@pytest.mark.parametrize(
    "reader",
    [
        Reader(ids=frozenset({"v1"})),
        Reader(ids=frozenset({"v1", "a1"}), account="a1", address="ana@northlake.example"),
        Reader(ids=frozenset({"v1", "a1"}), account="a1", address="ana@northlake.example", client="c1"),
    ],
)
async def test_customer_list_reads_only_own_tickets(storage: Storage, reader: Reader, sort: Sort) -> None:
    """Whatever makes a ticket the customer's, it is found by that. Other customers' tickets are never read."""
    found = await plans(storage, lambda tx: SqlStore().numbers(tx, Scope(reader=reader), Filters(), sort, 51, None))
    assert all("SEARCH tickets USING" in plan and "SCAN tickets" not in plan for plan in found)


async def test_requests_of_a_company_are_counted_in_indexes_alone(storage: Storage) -> None:
    """A company may have very many requests. Neither count reads tickets, and only the names found are sorted."""
    reader = Reader(ids=frozenset({"v1", "a1"}), account="a1", address="ana@northlake.example", client="c1")
    scope, store = Scope(reader=reader), SqlStore()
    (counts,) = await plans(storage, lambda tx: store.by_status(tx, scope, "company"))
    assert counts == "SEARCH tickets USING COVERING INDEX tickets_of_a_client_by_status (client=?)"
    (people,) = await plans(storage, lambda tx: store.requesters(tx, scope, "company", 200))
    assert people.startswith("SEARCH tickets USING COVERING INDEX requesters_of_a_client (client=?")
    assert "FOR GROUP BY" not in people


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (Filters(whose="company", status=("awaiting_reply",)), "tickets_of_a_client_to_work_on (client=?)"),
        (Filters(whose="company", status=WORK, product=("Lumina",)), "tickets_of_a_client_to_work_on (client=?)"),
        (Filters(whose="company", requester=("v1",)), "tickets_of_a_clients_requester (client=? AND requester=?)"),
        (Filters(whose="company", requester=("v1",), status=("solved",)), "tickets_of_a_clients_requester (client=?"),
    ],
)
async def test_filtered_requests_of_a_company_are_found_without_reading_the_others(
    storage: Storage, filters: Filters, index: str
) -> None:
    reader = Reader(ids=frozenset({"v1", "a1"}), account="a1", address="ana@northlake.example", client="c1")
    assert f"INDEX {index}" in await plan_of_page(storage, Scope(reader=reader), filters)


@pytest.mark.parametrize("q", [None, "flights"])
async def test_coordinator_page_reads_no_further_than_its_end(storage: Storage, q: str | None) -> None:
    """A whole company's tickets, which may be many, are read in list order and not collected first."""
    scope = Scope(reader=Reader(ids=frozenset({"v1"}), client="c1"))
    await storage.write(lambda tx: tx.session.add(ticket("v1", client="c1")))
    found = await plans(storage, lambda tx: SqlStore().numbers(tx, scope, Filters(q=q), "-updated_at", 51, LATER))
    (of_the_company,) = [plan for plan in found if "tickets_of_a_client" in plan and "updated_at" in plan]
    assert "tickets_of_a_client (client=? AND updated_at<?)" in of_the_company


def ticket(requester: str, client: str | None = None) -> TicketRow:
    """A ticket that somebody asked, as it is stored."""
    return TicketRow(
        status="open", team="media", channel="form", requester=requester, client=client, created_at=1, updated_at=1
    )


async def statements(storage: Storage, reader: Reader, q: str) -> list[str]:
    """What is asked of the database for the first page of a customer's search."""

    def heard(tx: Tx) -> list[str]:
        asked: list[str] = []
        connection = tx.session.connection()

        def note(_: Connection, __: object, statement: str, *___: object) -> None:
            asked.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        SqlStore().numbers(tx, Scope(reader=reader), Filters(q=q), "-updated_at", 51, None)
        event.remove(connection, "before_cursor_execute", note)
        return asked

    return await storage.read(heard)


async def test_search_without_own_tickets_reads_neither_index_nor_text(storage: Storage) -> None:
    await storage.write(lambda tx: tx.session.add(ticket("v1")))
    reader = Reader(ids=frozenset({"v2"}), account="a2", address="ben@northlake.example")
    asked = await statements(storage, reader, "the-order the-order the-order")
    assert len(asked) == 3
    assert not any("ticket_index" in one or "instr" in one for one in asked)


async def test_customer_search_with_few_tickets_skips_the_shared_index(storage: Storage) -> None:
    """A few tickets are searched one by one. The index, shared by everybody, is used for many."""
    await storage.write(lambda tx: tx.session.add(ticket("v1")))
    reader = Reader(ids=frozenset({"v1"}))
    assert not any("ticket_index" in one for one in await statements(storage, reader, "the-order"))
    await storage.write(lambda tx: tx.session.add_all(ticket("v1") for _ in range(FEW)))
    assert any("ticket_index" in one for one in await statements(storage, reader, "the-order"))


@pytest.mark.parametrize("teams", [(), ("media",)])
@pytest.mark.parametrize("scope", [TEAMS, ALL])
async def test_counts_read_only_their_own_entries(storage: Storage, scope: Scope, teams: tuple[str, ...]) -> None:
    """Each count reads one range of an index of unsolved tickets, so that it can stop at its limit."""
    await storage.write(lambda tx: tx.session.add(ticket("v1")))
    asked = await plans(storage, lambda tx: SqlStore().counts(tx, scope, teams, "u1", 0))
    steps = [step for plan in asked for step in plan.split("; ") if " tickets " in step]
    found = {step.removeprefix("SEARCH tickets USING COVERING INDEX ").split(" ")[0] for step in steps}
    of_teams = {"tickets_of_a_team_to_work_on", "tickets_of_a_team_by_warning"}
    assert found == {*of_teams, "flagged_tickets_to_work_on", "tickets_snoozed"}


class Steps:
    """The steps of SQLite's virtual machine, counted by hundreds."""

    def __init__(self, tx: Tx) -> None:
        self.hundreds = 0
        handle = tx.session.connection().connection.driver_connection
        assert isinstance(handle, sqlite3.Connection)
        self._handle = handle

    def __enter__(self) -> Self:
        self._handle.set_progress_handler(self._count, 100)
        return self

    def __exit__(self, *_: object) -> None:
        self._handle.set_progress_handler(None, 0)

    def _count(self) -> int:
        self.hundreds += 1
        return 0


async def test_search_of_long_phrases_costs_at_most_twice_two_words(storage: Storage) -> None:
    """At most twice the steps of a search for two words, on a desk where those words are in every ticket."""
    tickets = 300

    def fill(tx: Tx) -> None:
        tx.session.add_all(ticket("v1") for _ in range(tickets))
        for number in range(1, tickets + 1):
            SqlIndex().add(tx, number, "chat", [Passage(1, False, ("the order " * 50).strip())])

    def steps(q: str) -> Callable[[Tx], int]:
        def search(tx: Tx) -> int:
            with Steps(tx) as counted:
                SqlStore().numbers(tx, ALL, Filters(q=q), "-updated_at", 51, None)
            return counted.hundreds

        return search

    await storage.write(fill)
    plain = await storage.read(steps("the order"))
    for phrase in ("-".join(["the-order"] * 90), "the-order-the-order-the-order"):
        assert await storage.read(steps(" ".join([phrase] * 8))) <= 2 * plain
