"""The articles that agents inserted, on both databases: `search.adapters.insertions`."""

from __future__ import annotations

from search.adapters.insertions import SqlInsertions
from search.inserted import STAYS_MS, Judged
from search.ports import Insertion
from storage.ports import Storage

INSERTIONS = SqlInsertions()
ONE = Insertion(7, "ticket:1", 1)


async def due(storage: Storage, now: int, limit: int = 10) -> list[Insertion]:
    return await storage.read(lambda tx: INSERTIONS.due(tx, now, limit))


async def test_insertion_is_due_after_the_time_that_a_ticket_must_stay_solved(storage: Storage) -> None:
    await storage.write(lambda tx: INSERTIONS.note(tx, 7, "ticket:1", "text", 1))
    await storage.write(lambda tx: INSERTIONS.note(tx, 7, "chat:a", "link", 2))
    assert await due(storage, STAYS_MS) == []
    assert await due(storage, STAYS_MS + 2) == [ONE, Insertion(7, "chat:a", 2)]
    assert await due(storage, STAYS_MS + 2, 1) == [ONE]


async def test_settled_insertion_is_not_due_again(storage: Storage) -> None:
    await storage.write(lambda tx: INSERTIONS.note(tx, 7, "ticket:1", "text", 1))
    await storage.write(lambda tx: INSERTIONS.settle(tx, ONE, Judged("waiting", 5 * STAYS_MS)))
    assert await due(storage, 4 * STAYS_MS) == []
    await storage.write(lambda tx: INSERTIONS.settle(tx, ONE, Judged("helped", 5 * STAYS_MS)))
    assert await due(storage, 6 * STAYS_MS) == []


async def test_article_inserted_again_in_one_place_counts_once_and_from_then(storage: Storage) -> None:
    await storage.write(lambda tx: INSERTIONS.note(tx, 7, "ticket:1", "text", 1))
    await storage.write(lambda tx: INSERTIONS.note(tx, 7, "ticket:1", "link", 9))
    await storage.write(lambda tx: INSERTIONS.settle(tx, ONE, Judged("helped", 1)))
    assert await due(storage, 2 * STAYS_MS) == [Insertion(7, "ticket:1", 9)]
