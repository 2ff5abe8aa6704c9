"""Units, queries and lanes over one table, for the contract of `storage.ports.Storage`."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.util import await_only
from sqlmodel import select

from storage.ports import Lane, Storage, Tx
from storage.tables import MetaRow

DEADLINE_S = 60.0
INSERT = {
    "sqlite": "INSERT INTO meta (key, value) VALUES (?, ?)",
    "postgresql": "INSERT INTO meta (key, value) VALUES ($1, $2)",
}
LOCK_ROW = text("UPDATE meta SET value = value WHERE key = 'count'")


class Gate:
    """Blocks work inside a transaction, on either database, until the test opens it."""

    def __init__(self) -> None:
        self._thread = threading.Event()
        self._loop = asyncio.Event()
        self._reached = threading.Event()

    def open(self) -> None:
        self._thread.set()
        self._loop.set()

    def wait(self, tx: Tx) -> None:
        """Inside a unit or query: block until the gate is open."""
        self._reached.set()
        if tx.dialect == "sqlite":
            assert self._thread.wait(DEADLINE_S)
        else:
            await_only(asyncio.wait_for(self._loop.wait(), DEADLINE_S))

    def wait_in_lane(self) -> None:
        self._reached.set()
        assert self._thread.wait(DEADLINE_S)

    async def wait_in_async_lane(self) -> None:
        self._reached.set()
        await asyncio.wait_for(self._loop.wait(), DEADLINE_S)

    async def reached(self) -> None:
        """In the test: wait until somebody is at the gate."""
        async with asyncio.timeout(DEADLINE_S):
            while not self._reached.is_set():
                await asyncio.sleep(0.005)


class Notes:
    """A lane that stores pairs in `meta` and records what was applied and delivered. The value "bad" makes `apply` fail
    after the items before it."""

    def __init__(self, storage: Storage, gate: Gate | None = None) -> None:
        self.applied: list[list[str]] = []
        self.outcomes: dict[str, object] = {}
        self.delivered: list[str] = []
        self.threads: set[int] = set()
        self.on_delivery: Callable[[Sequence[Any]], None] = lambda items: None
        self._gate = gate
        apply = self._apply_here if storage.dialect == "sqlite" else self._apply_there
        self._lane: Lane[tuple[str, str]] = storage.lane(apply, self._deliver)

    def submit(self, *keys: str, value: str = "kept") -> None:
        for key in keys:
            self._lane.submit((key, value))

    async def settled(self, count: int) -> None:
        """Wait for that many outcomes."""
        async with asyncio.timeout(DEADLINE_S):
            while len(self.delivered) < count:
                await asyncio.sleep(0.005)

    def _apply_here(self, connection: Any, items: Sequence[tuple[str, str]]) -> list[str]:
        if self._gate is not None:
            self._gate.wait_in_lane()
        for key, value in items:
            connection.execute(INSERT["sqlite"], (key, value))
            self._check(value)
        return self._note(items)

    async def _apply_there(self, connection: Any, items: Sequence[tuple[str, str]]) -> list[str]:
        if self._gate is not None:
            await self._gate.wait_in_async_lane()
        for key, value in items:
            await connection.execute(INSERT["postgresql"], key, value)
            self._check(value)
        return self._note(items)

    def _check(self, value: str) -> None:
        if value == "bad":
            raise ValueError("a bad item")

    def _note(self, items: Sequence[tuple[str, str]]) -> list[str]:
        self.applied.append([key for key, _ in items])
        return [f"result of {key}" for key, _ in items]

    def _deliver(self, items: Sequence[tuple[str, str]], results: Sequence[str] | Exception) -> None:
        self.threads.add(threading.get_ident())
        outcomes = [results] * len(items) if isinstance(results, Exception) else results
        for (key, _), outcome in zip(items, outcomes, strict=True):
            self.delivered.append(key)
            self.outcomes[key] = outcome
        self.on_delivery(items)


LISTED = "oldest_program"
"""The key of the only row of a new database on PostgreSQL."""


def keep(key: str, value: str = "kept", told: list[str] | None = None) -> Callable[[Tx], str]:
    """A unit that stores one pair and adds the key to `told` after the commit."""

    def unit(tx: Tx) -> str:
        tx.session.add(MetaRow(key=key, value=value))
        if told is not None:
            tx.after_commit(lambda: told.append(key))
        return key

    return unit


def keys(tx: Tx) -> list[str]:
    """What a test stored, without what a new database has."""
    return sorted(tx.session.exec(select(MetaRow.key).where(MetaRow.key != LISTED)))
