"""Group commit for SQLite: units and lane items that queue up at the same time share one transaction.

This transaction is a *group*. It consists of *steps*, in order of arrival. A step is one unit, or a batch of lane
items. Each step has a savepoint of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, cast

from sqlalchemy import Connection, Engine

from storage.connection_sqlite import Handle, outage_of
from storage.ports import StorageUnavailable, Tx
from storage.transaction import Effect, call, raisable, run

GROUP_ITEMS = 500
"""Maximum number of lane items in one group, and so in one call of `apply`."""
GROUP_UNITS = 50
"""Maximum number of units in one group."""


class Group:
    """An open transaction. An SQLAlchemy connection is made only if a unit needs one."""

    def __init__(self, handle: Handle, engine: Engine) -> None:
        self.handle = handle
        self._engine = engine
        self._connection: Connection | None = None

    def connection(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    @contextmanager
    def part(self) -> Iterator[None]:
        """A savepoint for one step. An exception rolls back that step only.

        SQLite may nevertheless roll back the whole transaction, so check `handle.in_transaction` afterwards. Raises
        StorageUnavailable if an outage ended the step.
        """
        self.handle.execute("SAVEPOINT part")
        try:
            yield
        except Exception as error:
            if self.handle.in_transaction:
                self.handle.execute("ROLLBACK TO part")
                self.handle.execute("RELEASE part")
                outage = outage_of(error)
                if outage is not None:
                    raise outage from error
            raise
        self.handle.execute("RELEASE part")

    def end(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class Batch:
    """A step of a group: consecutive items of one lane."""

    durable = True

    def __init__(self, lane: SqliteLane) -> None:
        self._lane = lane
        self.items: list[Any] = []
        self._outcomes: list[tuple[Sequence[Any], Sequence[Any] | Exception]] = []
        self.outage: StorageUnavailable | None = None

    def apply(self, group: Group) -> None:
        self._apply(group, self.items)

    def _apply(self, group: Group, items: Sequence[Any]) -> None:
        try:
            with group.part():
                results = self._lane.apply(group.handle, items)
        except Exception as error:
            if not group.handle.in_transaction:
                raise
            self._refuse(group, items, error)
        else:
            self._outcomes.append((items, results))

    def _refuse(self, group: Group, items: Sequence[Any], error: Exception) -> None:
        # Halve the batch until the bad item is alone, so that its neighbors are stored.
        if isinstance(error, StorageUnavailable):
            self.outage = error
        if len(items) == 1 or self.outage is error:
            self._outcomes.append((items, error))
            return
        middle = len(items) // 2
        self._apply(group, items[:middle])
        self._apply(group, items[middle:])

    def lost(self, outage: StorageUnavailable) -> None:
        self._outcomes = [(self.items, outage)]

    def settle(self, loop: asyncio.AbstractEventLoop) -> None:
        for items, outcome in self._outcomes:
            call(loop, self._lane.deliver, items, outcome)


class Unit:
    """A step of a group: a unit, and the future that the unit's caller awaits."""

    def __init__(self, unit: Callable[[Tx], Any], future: asyncio.Future[Any], *, durable: bool = True) -> None:
        self._unit = unit
        self._future = future
        self.durable = durable
        self._effects: list[Effect] = []
        self._result: Any = None
        self._error: Exception | None = None
        self.outage: StorageUnavailable | None = None

    def apply(self, group: Group) -> None:
        try:
            with group.part(), group.connection().begin():
                self._result = run(group.connection(), "sqlite", self._unit, self._effects)
        except Exception as error:
            if not group.handle.in_transaction:
                raise
            self._fail(error)

    def lost(self, outage: StorageUnavailable) -> None:
        if self._error is None:
            self._fail(outage)

    def _fail(self, error: Exception) -> None:
        self._effects.clear()
        self._error = raisable(error)
        if isinstance(error, StorageUnavailable):
            self.outage = error

    def settle(self, loop: asyncio.AbstractEventLoop) -> None:
        for effect in self._effects:
            call(loop, effect)
        if self._future.done():
            return
        if self._error is None:
            self._future.set_result(self._result)
        else:
            self._future.set_exception(self._error)


class Arrivals:
    """Units and lane items that wait for the writer. Filled on the event loop, emptied on the writer's thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.queue: SimpleQueue[tuple[SqliteLane, Any] | Unit | None] = SimpleQueue()
        """Lane items with their lanes, and units. None makes the writer end."""
        self.closed = False

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.queue.put(None)

    def closed_error(self) -> StorageUnavailable:
        return StorageUnavailable(f"{self._path}: closed, because the server is stopping")

    def take(self) -> tuple[list[Batch | Unit], bool]:
        """Wait for the first entry.

        Returns the steps of the next group, and whether the writer continues after this group.
        """
        steps: list[Batch | Unit] = []
        lane: SqliteLane | None = None
        items: list[Any] = []
        room, units = GROUP_ITEMS, 0
        entry = self.queue.get()
        while entry is not None:
            if type(entry) is tuple:
                if entry[0] is not lane:
                    lane = entry[0]
                    batch = Batch(lane)
                    items = batch.items
                    steps.append(batch)
                items.append(entry[1])
                room -= 1
            else:
                steps.append(cast("Unit", entry))
                lane = None
                units += 1
            if not room or units == GROUP_UNITS:
                return steps, True
            try:
                entry = self.queue.get_nowait()
            except Empty:
                return steps, True
        return steps, False


class SqliteLane:
    """Implements `storage.ports.Lane`."""

    __slots__ = ("_arrivals", "apply", "deliver")

    def __init__(
        self,
        arrivals: Arrivals,
        apply: Callable[[Any, Sequence[Any]], Any],
        deliver: Callable[[Sequence[Any], Sequence[Any] | Exception], None],
    ) -> None:
        self._arrivals = arrivals
        self.apply = apply
        self.deliver = deliver

    def submit(self, item: Any) -> None:
        arrivals = self._arrivals
        if arrivals.closed:
            raise arrivals.closed_error()
        arrivals.queue.put((self, item))


def is_shared(steps: Sequence[Batch | Unit]) -> bool:
    """True if the group of these steps has more than one unit or item in all."""
    return len(steps) > 1 or any(isinstance(step, Batch) and len(step.items) > 1 for step in steps)
