from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable

import pytest
from sqlalchemy.exc import IntegrityError

from storage import facts
from storage.ports import Storage, Tx
from storage.tables import MetaRow
from tests.contracts.stored import DEADLINE_S, LOCK_ROW, Gate, keep, keys


async def test_write_returns_after_the_commit(storage: Storage, other: Storage) -> None:
    assert await storage.write(keep("a")) == "a"
    assert await other.read(keys) == ["a"]


async def test_write_waits_for_the_disk_unless_it_need_not_be_durable(storage: Storage) -> None:
    def setting(tx: Tx) -> str:
        asked = "PRAGMA synchronous" if tx.dialect == "sqlite" else "SHOW synchronous_commit"
        return str(tx.session.connection().exec_driver_sql(asked).scalar_one())

    waits, does_not = ("2", "1") if storage.dialect == "sqlite" else ("on", "off")
    assert await storage.write(setting, durable=False) == does_not
    assert await storage.write(setting) == waits


async def test_read_sees_earlier_commits(storage: Storage) -> None:
    for n in range(50):
        await storage.write(keep(f"{n:02}"))
        assert len(await storage.read(keys)) == n + 1


async def test_read_sees_one_snapshot(storage: Storage) -> None:
    gate = Gate()

    def query(tx: Tx) -> tuple[list[str], list[str]]:
        before = keys(tx)
        gate.wait(tx)
        return before, keys(tx)

    await storage.write(keep("before"))
    reading = asyncio.create_task(storage.read(query))
    await gate.reached()
    await storage.write(keep("meanwhile"))
    gate.open()
    assert await reading == (["before"], ["before"])
    assert await storage.read(keys) == ["before", "meanwhile"]


async def test_loaded_row_stays_readable_after_the_transaction(storage: Storage) -> None:
    await storage.write(keep("a", "loaded"))
    for run in (storage.read, storage.write):
        row = await run(lambda tx: tx.session.get(MetaRow, "a"))
        assert row is not None
        assert row.value == "loaded"


async def test_query_cannot_write(storage: Storage) -> None:
    """It cannot have effects either."""
    with pytest.raises(Exception, match=r"read.?only"):
        await storage.read(keep("a"))
    with pytest.raises(RuntimeError, match=r"storage\.write"):
        await storage.read(lambda tx: tx.after_commit(lambda: None))
    assert await storage.read(keys) == []


async def test_failing_unit_rolls_back_alone(storage: Storage) -> None:
    """Every third of many concurrent units fails with its own error. The others are stored."""

    def unit(n: int) -> Callable[[Tx], int]:
        def work(tx: Tx) -> int:
            tx.session.add(MetaRow(key=f"{n:02}", value=""))
            tx.session.flush()
            if n % 3 == 0:
                raise LookupError(n)
            return n

        return work

    results = await asyncio.gather(*(storage.write(unit(n)) for n in range(30)), return_exceptions=True)
    for n, result in enumerate(results):
        if n % 3 == 0:
            assert isinstance(result, LookupError)
            assert result.args == (n,)
        else:
            assert result == n
    assert await storage.read(keys) == [f"{n:02}" for n in range(30) if n % 3]


async def test_constraint_violation_is_raised_to_its_unit(storage: Storage) -> None:
    await storage.write(keep("a"))
    first, refused, last = await asyncio.gather(
        storage.write(keep("b")), storage.write(keep("a")), storage.write(keep("c")), return_exceptions=True
    )
    assert (first, last) == ("b", "c")
    assert isinstance(refused, IntegrityError)
    assert await storage.read(keys) == ["a", "b", "c"]


async def test_error_shows_no_stored_text(storage: Storage) -> None:
    await storage.write(keep("a"))
    with pytest.raises(IntegrityError) as refused:
        await storage.write(keep("a", "what somebody wrote"))
    assert "somebody wrote" not in str(refused.value)


async def test_nested_transaction_may_fail(storage: Storage) -> None:
    await storage.write(keep("a"))

    def unit(tx: Tx) -> None:
        tx.session.add(MetaRow(key="b", value=""))
        with pytest.raises(IntegrityError), tx.savepoint():
            tx.session.add(MetaRow(key="a", value=""))
        tx.session.add(MetaRow(key="c", value=""))

    await storage.write(unit)
    assert await storage.read(keys) == ["a", "b", "c"]


async def test_unit_cannot_end_its_transaction(storage: Storage) -> None:
    """`commit` only flushes and `rollback` raises."""

    def hasty(tx: Tx) -> None:
        tx.session.add(MetaRow(key="a", value=""))
        tx.session.commit()
        raise LookupError

    def timid(tx: Tx) -> None:
        tx.session.add(MetaRow(key="b", value=""))
        tx.session.flush()
        tx.session.rollback()

    results = await asyncio.gather(
        storage.write(hasty), storage.write(timid), storage.write(keep("c")), return_exceptions=True
    )
    assert isinstance(results[0], LookupError)
    assert isinstance(results[1], RuntimeError)
    assert await storage.read(keys) == ["c"]


async def test_swallowed_error_stores_nothing(storage: Storage) -> None:
    await storage.write(keep("a"))

    def unit(tx: Tx) -> None:
        tx.session.add(MetaRow(key="b", value=""))
        tx.session.flush()
        tx.session.add(MetaRow(key="a", value=""))
        with pytest.raises(IntegrityError):
            tx.session.flush()

    with pytest.raises(Exception, match="rolled back"):
        await storage.write(unit)
    assert await storage.read(keys) == ["a"]


async def test_stop_iteration_reaches_the_caller(storage: Storage) -> None:
    """No coroutine can carry it, but the caller must not hang."""

    def unit(tx: Tx) -> None:
        next(iter(()))

    async with asyncio.timeout(DEADLINE_S):
        with pytest.raises(RuntimeError):
            await storage.write(unit)
        with pytest.raises(RuntimeError):
            await storage.read(unit)
    await storage.write(keep("after"))


async def test_effects_run_after_the_commit_and_before_the_caller(storage: Storage) -> None:
    told: list[str] = []
    threads: set[int] = set()

    def unit(tx: Tx) -> None:
        tx.session.add(MetaRow(key="a", value=""))
        tx.after_commit(lambda: told.append("first"))
        tx.after_commit(lambda: told.append("second"))
        tx.after_commit(lambda: threads.add(threading.get_ident()))
        told.append("unit")

    await storage.write(unit)
    told.append("caller")
    assert told == ["unit", "first", "second", "caller"]
    assert threads == {threading.get_ident()}


async def test_failing_unit_has_no_effects(storage: Storage) -> None:
    told: list[str] = []

    def unit(tx: Tx) -> None:
        tx.after_commit(lambda: told.append("never"))
        raise LookupError

    with pytest.raises(LookupError):
        await storage.write(unit)
    await storage.write(keep("a"))
    assert told == []


async def test_failing_savepoint_has_no_effects_and_the_rest_of_the_unit_has(storage: Storage) -> None:
    told: list[str] = []

    def unit(tx: Tx) -> None:
        tx.after_commit(lambda: told.append("before"))
        with contextlib.suppress(LookupError), tx.savepoint():
            tx.session.add(MetaRow(key="inside", value=""))
            tx.after_commit(lambda: told.append("inside"))
            raise LookupError
        with tx.savepoint():
            tx.after_commit(lambda: told.append("after"))

    await storage.write(unit)
    assert told == ["before", "after"]
    assert await storage.read(lambda tx: facts.get(tx, "inside")) is None


async def test_effects_run_in_commit_order(storage: Storage) -> None:
    told: list[int] = []
    await storage.write(keep("count", "0"))

    def unit(tx: Tx) -> None:
        tx.session.connection().execute(LOCK_ROW)
        number = int(facts.get(tx, "count") or 0) + 1
        facts.put(tx, "count", str(number))
        tx.after_commit(lambda: told.append(number))

    if storage.dialect == "postgresql":
        # Commits of one moment may be answered in either order there: one at a time.
        for _ in range(50):
            await storage.write(unit)
    else:
        await asyncio.gather(*(storage.write(unit) for _ in range(200)))
    assert told == list(range(1, len(told) + 1))


async def test_failing_effect_stops_nothing(storage: Storage) -> None:
    told: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["exception"]))

    def fail() -> None:
        raise LookupError

    def unit(tx: Tx) -> str:
        tx.after_commit(fail)
        tx.after_commit(lambda: told.append("the next"))
        return "stored"

    assert await storage.write(unit) == "stored"
    assert isinstance(told[0], LookupError)
    assert told[1:] == ["the next"]


async def test_cancelled_write_is_stored_with_its_effects(storage: Storage) -> None:
    gate, told = Gate(), asyncio.Event()

    def unit(tx: Tx) -> None:
        gate.wait(tx)
        tx.session.add(MetaRow(key="a", value=""))
        tx.after_commit(told.set)

    caller = asyncio.create_task(storage.write(unit))
    await gate.reached()
    caller.cancel()
    assert isinstance((await asyncio.gather(caller, return_exceptions=True))[0], asyncio.CancelledError)
    gate.open()
    await asyncio.wait_for(told.wait(), DEADLINE_S)
    assert await storage.read(keys) == ["a"]
