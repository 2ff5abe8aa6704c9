from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

from storage import facts
from storage.ports import Storage, Tx
from tests.contracts.stored import LOCK_ROW, Gate, Notes, keep, keys


async def test_lane_keeps_the_order_of_items(storage: Storage, other: Storage) -> None:
    notes = Notes(storage)
    names = [f"{n:04}" for n in range(1_200)]
    for name in names:
        notes.submit(name)
        if name.endswith("00"):
            await asyncio.sleep(0)
    await notes.settled(len(names))
    assert [name for batch in notes.applied for name in batch] == notes.delivered == names
    assert notes.outcomes == {name: f"result of {name}" for name in names}
    assert notes.threads == {threading.get_ident()}
    assert await other.read(keys) == names


async def test_lane_batches_waiting_items(storage: Storage) -> None:
    gate = Gate()
    notes = Notes(storage, gate)
    notes.submit("first")
    await gate.reached()
    notes.submit(*(f"{n:04}" for n in range(1_100)))
    gate.open()
    await notes.settled(1_101)
    assert [len(batch) for batch in notes.applied] == [1, 500, 500, 100]


async def test_delivery_follows_the_commit(storage: Storage, other: Storage) -> None:
    notes = Notes(storage)
    seen: list[asyncio.Task[list[str]]] = []
    notes.on_delivery = lambda items: seen.append(asyncio.create_task(other.read(keys)))
    notes.submit("a")
    await notes.settled(1)
    assert await seen[0] == ["a"]


async def test_bad_item_fails_alone(storage: Storage) -> None:
    gate = Gate()
    notes = Notes(storage, gate)
    notes.submit("first")
    await gate.reached()
    notes.submit("a", "b", "c")
    notes.submit("evil", value="bad")
    notes.submit("d", "e")
    gate.open()
    await notes.settled(7)
    assert isinstance(notes.outcomes.pop("evil"), ValueError)
    assert notes.outcomes == {name: f"result of {name}" for name in ("first", "a", "b", "c", "d", "e")}
    assert notes.delivered == ["first", "a", "b", "c", "evil", "d", "e"]
    assert await storage.read(keys) == ["a", "b", "c", "d", "e", "first"]


async def test_failing_lane_does_not_affect_units_and_other_lanes(storage: Storage) -> None:
    bad, good = Notes(storage), Notes(storage)
    bad.submit("bad 1", "bad 2", value="bad")
    good.submit("good")
    unit = storage.write(keep("unit"))
    bad.submit("bad 3", value="bad")
    assert await unit == "unit"
    await bad.settled(3)
    await good.settled(1)
    assert all(isinstance(outcome, ValueError) for outcome in bad.outcomes.values())
    assert await storage.read(keys) == ["good", "unit"]


async def test_failing_delivery_does_not_stop_the_lane(storage: Storage) -> None:
    told: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["exception"]))
    notes = Notes(storage)

    def fail(items: Sequence[Any]) -> None:
        raise LookupError

    notes.on_delivery = fail
    notes.submit("a")
    await notes.settled(1)
    notes.on_delivery = lambda items: None
    notes.submit("b")
    await notes.settled(2)
    assert [type(error) for error in told] == [LookupError]
    assert await storage.read(keys) == ["a", "b"]


async def test_concurrent_units_and_items_are_all_stored(storage: Storage) -> None:
    notes = Notes(storage)
    await storage.write(keep("count", "0"))

    def add_one(tx: Tx) -> None:
        tx.session.connection().execute(LOCK_ROW)
        facts.put(tx, "count", str(int(facts.get(tx, "count") or 0) + 1))

    async def submit() -> None:
        for n in range(3_000):
            notes.submit(f"item {n}")
            if n % 50 == 0:
                await asyncio.sleep(0)

    await asyncio.gather(submit(), *(storage.write(add_one) for _ in range(300)))
    await notes.settled(3_000)
    assert await storage.read(lambda tx: facts.get(tx, "count")) == "300"
    assert len(await storage.read(keys)) == 3_001
    assert len(notes.applied) < 3_000
