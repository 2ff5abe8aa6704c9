"""Which indexes the queries of reports use. SQLite goes by the shape of a query, because there are no statistics."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from reports.adapters import hints, listing, queries, tickets
from reports.asking import Asked
from reports.backlog import AGES, Ageing
from reports.drill import Behind
from reports.periods import Period
from storage.opening import open_storage
from storage.ports import Storage, Tx
from tests.plans import plans_of
from tests.servers import database

YEAR = Period(739_000, 739_365)
ALL = Asked(period=YEAR, teams=None)
SOME = Asked(period=YEAR, teams=("media", "finance"))
ONE = Asked(period=YEAR, teams=None, agent="u1")
EDGES = tuple(range(len(AGES) - 1, 0, -1))
NOW = 1_000
AGEINGS = [Ageing(("media", "prod"), EDGES), Ageing(("finance",), EDGES)]


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    with database("sqlite", tmp_path) as url:
        it = await open_storage(url)
        yield it
        await it.close()


async def plans(storage: Storage, table: str, ask: Callable[[Tx], object]) -> list[str]:
    return await storage.read(lambda tx: plans_of(tx, ask, table))


@pytest.mark.parametrize("asked", [ALL, SOME, ONE])
async def test_backlog_is_counted_in_the_index_of_unsolved_tickets_alone(storage: Storage, asked: Asked) -> None:
    (plan,) = await plans(storage, "tickets", lambda tx: tickets.unsolved(tx, asked, AGEINGS))
    assert plan.startswith("SCAN tickets USING COVERING INDEX tickets_to_work_on")


@pytest.mark.parametrize(
    "behind",
    [
        Behind(metric="backlog"),
        Behind(metric="backlog", status="with_product"),
        Behind(metric="backlog", status="open", age=6),
    ],
)
@pytest.mark.parametrize("asked", [ALL, SOME, ONE])
async def test_list_of_the_backlog_reads_unsolved_tickets_only(storage: Storage, asked: Asked, behind: Behind) -> None:
    found = await plans(storage, "tickets", lambda tx: listing.counted(tx, asked, behind, AGEINGS, NOW))
    assert len(found) == 2
    assert all("COVERING INDEX tickets_to_work_on" in plan for plan in found)


@pytest.mark.parametrize("asked", [ALL, SOME, ONE, Asked(period=YEAR, teams=None, products=("Lumina",))])
async def test_late_tickets_are_counted_and_listed_in_the_index_of_due_times(storage: Storage, asked: Asked) -> None:
    (plan, *_) = await plans(storage, "tickets", lambda tx: tickets.late_now(tx, asked, NOW))
    index = "SEARCH tickets USING COVERING INDEX tickets_by_due (sla_due>? AND sla_due<?)"
    assert plan.startswith(index)
    behind = Behind(metric="late_now")
    found = await plans(storage, "tickets", lambda tx: listing.counted(tx, asked, behind, AGEINGS, NOW))
    assert found == [index, index]


@pytest.mark.parametrize(
    ("metric", "table", "index"),
    [
        ("created", "report_steps", "report_steps_by_day"),
        ("answered", "report_chats", "report_chats_by_day"),
        ("open_time", "report_intervals", "report_intervals_by_day"),
    ],
)
@pytest.mark.parametrize("asked", [ALL, SOME])
async def test_page_of_a_list_is_found_without_sorting_the_list(
    storage: Storage, asked: Asked, metric: str, table: str, index: str
) -> None:
    behind = Behind(metric=metric)
    _, page = await plans(storage, table, lambda tx: listing.counted(tx, asked, behind, AGEINGS, NOW))
    assert f"SEARCH {table} USING INDEX {index} (day>? AND day<?)" in page
    assert "USE TEMP B-TREE FOR LAST" in page


@pytest.mark.parametrize("asked", [ALL, SOME])
async def test_hints_are_counted_in_their_index_alone(storage: Storage, asked: Asked) -> None:
    (plan,) = await plans(storage, "report_steps", lambda tx: hints.hints_of(tx, asked, {}, lambda _: {}))
    assert "USING COVERING INDEX report_steps_of_hints (day>? AND day<?)" in plan


async def test_time_in_status_of_an_agent_is_found_by_the_agent(storage: Storage) -> None:
    (plan,) = await plans(storage, "report_intervals", lambda tx: queries.sums_of(tx, ONE))
    assert "USING INDEX report_intervals_of_an_assignee (holder=? AND day>? AND day<?)" in plan
