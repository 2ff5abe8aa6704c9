"""The stored choices of agents."""

from __future__ import annotations

import asyncio
from functools import partial

import asyncpg
from sqlmodel import col, select

from routing.adapters import store
from routing.adapters.tables import AgentStateRow
from routing.agents import Choice, Status
from storage.ports import Storage, Tx

DEADLINE_S = 20.0


async def test_new_agent_is_away(storage: Storage) -> None:
    """An existing one stays unchanged."""
    first = await storage.write(lambda tx: store.enrol(tx, "ada", 100, 7))
    assert first == Choice(staff="ada", status="away", since=100, capacity=7)
    assert await storage.write(lambda tx: store.enrol(tx, "ada", 200, 1)) == first
    assert await storage.read(store.choices) == [first]


async def test_choice_is_stored(storage: Storage) -> None:
    chosen = await storage.write(
        lambda tx: store.set_presence(tx, "ada", "available", None, 3, ["prod", "media", "prod"], 100)
    )
    assert chosen == Choice(staff="ada", status="available", since=100, capacity=3, paused=frozenset({"media", "prod"}))
    assert await storage.read(lambda tx: store.choice_of(tx, "ada")) == chosen
    assert await storage.read(lambda tx: store.choice_of(tx, "bo")) is None


async def test_missing_values_keep_the_stored_ones(storage: Storage) -> None:
    """An empty list clears the paused teams."""
    await storage.write(lambda tx: store.set_presence(tx, "ada", "available", None, 3, ["prod"], 100))
    away = await storage.write(lambda tx: store.set_presence(tx, "ada", "away", "lunch", None, None, 200))
    assert (away.capacity, away.paused) == (3, frozenset({"prod"}))
    back = await storage.write(lambda tx: store.set_presence(tx, "ada", "away", "lunch", 0, [], 300))
    assert (back.capacity, back.paused) == (0, frozenset())


async def test_since_changes_only_with_status_and_reason(storage: Storage) -> None:
    async def since(status: Status, reason: str | None, capacity: int | None, now: int) -> int:
        set_ = partial(store.set_presence, staff="ada", status=status, reason=reason, capacity=capacity, paused=None)
        return (await storage.write(lambda tx: set_(tx, now=now))).since

    assert await since("away", "lunch", None, 100) == 100
    assert await since("away", "lunch", 9, 200) == 100
    assert await since("away", "training", None, 300) == 300
    assert await since("available", None, None, 400) == 400


def timeline(tx: Tx) -> list[tuple[str, int, str, bool, str]]:
    rows = tx.session.exec(select(AgentStateRow).order_by(col(AgentStateRow.id)))
    return [(row.staff, row.at, row.status, row.connected, row.paused) for row in rows]


async def test_pause_is_in_the_timeline(storage: Storage) -> None:
    set_ = partial(store.set_presence, staff="ada", status="available", reason=None, capacity=None)
    for now, paused in ((100, []), (200, ["prod"]), (300, ["prod"]), (400, [])):
        await storage.write(partial(set_, paused=paused, now=now))
    assert await storage.read(timeline) == [
        ("ada", 100, "available", True, "[]"),
        ("ada", 200, "available", True, '["prod"]'),
        ("ada", 400, "available", True, "[]"),
    ]


async def test_all_agents_disconnected_closes_open_timelines(storage: Storage) -> None:
    """A timeline never ends before its last line."""
    await storage.write(lambda tx: [store.enrol(tx, staff, 100) for staff in ("ada", "bo", "cy")])
    for staff, at, connected in (("ada", 100, True), ("bo", 100, True), ("bo", 150, False), ("cy", 300, True)):
        await storage.write(partial(store.came_or_went, staff=staff, now=at, connected=connected))
    before = await storage.read(timeline)
    for _ in range(2):
        await storage.write(lambda tx: store.nobody_is_here(tx, 200))
    assert (await storage.read(timeline))[len(before) :] == [
        ("ada", 200, "away", False, "[]"),
        ("cy", 300, "away", False, "[]"),
    ]


async def test_connection_waits_for_a_status_that_is_changing(storage: Storage, database_url: str) -> None:
    """The line of the connection then has the new status."""
    if storage.dialect == "sqlite":
        # There is one transaction at a time.
        return
    await storage.write(lambda tx: store.enrol(tx, "ada", 100))
    other = await asyncpg.connect(database_url)
    try:
        async with other.transaction():
            await other.execute("UPDATE agents SET status = 'available' WHERE staff = 'ada'")
            coming = asyncio.create_task(
                storage.write(partial(store.came_or_went, staff="ada", now=100, connected=True))
            )
            async with asyncio.timeout(DEADLINE_S):
                while not (coming.done() or await storage.read(_somebody_waits)):
                    await asyncio.sleep(0.01)
        await coming
    finally:
        await other.close()
    assert await storage.read(timeline) == [("ada", 100, "available", True, "[]")]


def _somebody_waits(tx: Tx) -> bool:
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    return bool(tx.session.connection().exec_driver_sql(waiting).scalar())


async def test_took_chat_changes_only_last_chat_at(storage: Storage) -> None:
    before = await storage.write(lambda tx: store.enrol(tx, "ada", 100))
    await storage.write(lambda tx: store.took_chat(tx, "ada", 500))
    after = await storage.read(lambda tx: store.choice_of(tx, "ada"))
    assert after is not None
    assert (before.last_chat_at, after.last_chat_at, after.since) == (0, 500, 100)


async def test_lock_agent_serializes_units(storage: Storage) -> None:
    """None of ten concurrent updates is lost."""
    await storage.write(lambda tx: store.enrol(tx, "ada", 100, 0))

    def one_more(tx: Tx) -> None:
        row = store.lock_agent(tx, "ada")
        assert row is not None
        store.set_presence(tx, "ada", "away", None, row.capacity + 1, None, 100)

    await asyncio.gather(*(storage.write(one_more) for _ in range(10)))
    after = await storage.read(lambda tx: store.choice_of(tx, "ada"))
    assert after is not None
    assert after.capacity == 10


async def test_lock_of_unknown_agent_is_none(storage: Storage) -> None:
    assert await storage.write(lambda tx: store.lock_agent(tx, "nobody")) is None
