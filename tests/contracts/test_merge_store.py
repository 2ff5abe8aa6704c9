"""Merged customers on both databases."""

from __future__ import annotations

from functools import partial

from identity.adapters import merge_store
from identity.merging import Merge
from storage.ports import Storage, Tx

PAIRS = (("b", "a"), ("c", "b"), ("e", "d"))
"""b into a, then c into b: c was merged before b was, or staff merged into b."""


async def merged(storage: Storage) -> None:
    def unit(tx: Tx) -> None:
        merge_store.one_at_a_time(tx)
        for at, (person, into) in enumerate(PAIRS):
            merge_store.add(tx, Merge(person, into, "priya", at))

    await storage.write(unit)


async def test_every_entry_of_a_person_is_found_from_any_of_them(storage: Storage) -> None:
    await merged(storage)
    for person in ("a", "b", "c"):
        assert await storage.read(partial(merge_store.root_of, person=person)) == "a"
        assert await storage.read(partial(merge_store.together, people=[person])) == {"a", "b", "c"}
    assert await storage.read(lambda tx: merge_store.together(tx, ["c", "e", "x"])) == {"a", "b", "c", "d", "e", "x"}
    assert await storage.read(lambda tx: merge_store.together(tx, [])) == set()


async def test_merges_into_a_person_are_listed_through_others(storage: Storage) -> None:
    await merged(storage)
    found = await storage.read(lambda tx: merge_store.merged_into(tx, ["a"]))
    assert found == [Merge("b", "a", "priya", 0), Merge("c", "b", "priya", 1)]


async def test_removed_merge_parts_what_came_through_it(storage: Storage) -> None:
    await merged(storage)
    await storage.write(lambda tx: merge_store.remove(tx, "b"))
    assert await storage.read(lambda tx: merge_store.merge_of(tx, "b")) is None
    assert await storage.read(lambda tx: merge_store.together(tx, ["a"])) == {"a"}
    assert await storage.read(lambda tx: merge_store.together(tx, ["b"])) == {"b", "c"}
