"""The interface to a database, SQLite or PostgreSQL.

The implementations are `storage.writer_sqlite` (one thread owns the only writing connection) and
`storage.writer_postgres` (a pool over asyncpg). The two implementations pass the same test suite,
`tests/contracts/test_storage_*.py`.

Work inside a transaction is synchronous and the same for both databases: a *unit* is a function of a `Tx`. A unit must
take no more than about 20 ms or 200 rows. After a conflict, PostgreSQL may run a unit again from its start, in a new
transaction. So a unit itself must change nothing but the database. Other effects go through `after_commit`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Literal, Protocol, TypeVar

from sqlmodel import Session

T = TypeVar("T")
Item = TypeVar("Item")
Item_contra = TypeVar("Item_contra", contravariant=True)
Result = TypeVar("Result")

Dialect = Literal["sqlite", "postgresql"]

ReadKind = Literal["quick", "heavy", "export"]
"""Queries by cost. Each kind has its own connections and never waits for another kind.

`quick`: a few rows by key or through an index. Sign-in, `hello`, resume, periodic jobs.
`heavy`: lists, searches, counts, whole conversations: the cost grows with the request or with the data.
`export`: one page of a very large result. The caller is not in a hurry.
"""


class StorageUnavailable(Exception):
    """The database cannot store or read right now, for example because the disk is full or the server is down.

    Nothing was stored. The only exception is `CommitUnknown`: then the transaction may have been stored.
    """


class CommitUnknown(StorageUnavailable):
    """The connection broke during a commit: the transaction may be stored or not. PostgreSQL only.

    Do not tell the user that nothing was changed, and do not repeat the write without checking first.
    """


class TookTooLong(StorageUnavailable):
    """A query passed its time limit and was stopped. The database is healthy."""


class Tx(Protocol):
    """A unit's access to the database, valid only while the unit runs. Opaque to services.

    `session` is part of the transaction: its `commit` only flushes and its `rollback` raises. Put a step that
    may fail into `savepoint()`. Loaded rows stay readable after the unit.
    """

    dialect: Dialect
    session: Session

    def after_commit(self, effect: Callable[[], None]) -> None:
        """Run `effect` on the event loop after this unit commits, and before the caller of `write` continues.

        Effects run in the order of the commits. On PostgreSQL, the effects of simultaneous commits run in any order. If
        the unit rolls back, the effect is dropped. The effect must not block or raise.
        """
        ...

    def savepoint(self) -> AbstractContextManager[None]:
        """If the `with` block raises, what it changed is rolled back, and its effects are dropped."""
        ...


class Lane(Protocol[Item_contra]):
    """A queue for many small writes that share commits."""

    def submit(self, item: Item_contra) -> None:
        """Queue `item`. Needs no task and no await. The result arrives through the lane's `deliver`."""
        ...


class Storage(Protocol):
    """One database."""

    dialect: Dialect

    async def write(self, unit: Callable[[Tx], T], *, durable: bool = True) -> T:
        """Run `unit` in a transaction and return its result after the commit.

        With `durable=False`, the commit does not wait for the disk, which is quicker and delays others less. A power
        failure can undo it, but never while a later transaction is kept. Use it for work that would simply be done
        again.

        An exception from the unit rolls back that unit alone and is raised here. Raises StorageUnavailable if the
        database cannot store, CommitUnknown if the database did not answer the commit. The unit and its effects run to
        the end even if the caller is cancelled.
        """
        ...

    async def read(self, query: Callable[[Tx], T], kind: ReadKind = "quick", within_s: float | None = None) -> T:
        """Run `query` on a reading connection, in a snapshot that includes every commit before the call.

        Raises TookTooLong if the query takes longer than `within_s` seconds after its start. If the caller is
        cancelled, a query that has not started is dropped, and a query that has started is stopped. One kind is an
        exception: on PostgreSQL, `quick` queries run to their end.
        """
        ...

    async def check(self) -> None:
        """Check that the database answers. Uses a connection that is reserved for this.

        Raises StorageUnavailable if the database cannot be read or its file was replaced. Simultaneous callers share
        one check. The check has no time limit, so the caller should set one.
        """
        ...

    def lane(
        self,
        apply: Callable[[Any, Sequence[Item]], Any],
        deliver: Callable[[Sequence[Item], Sequence[Result] | Exception], None],
    ) -> Lane[Item]:
        """A lane that applies its items in order, in batches of at most 500.

        - SQLite: `apply(connection: sqlite3.Connection, items) -> results` runs on the writer thread, inside a
          savepoint.
        - PostgreSQL: `apply(connection: asyncpg.Connection, items)` is awaited in a transaction.

        After the commit, `deliver(items, results)` runs on the event loop, with the results in the order of the items.
        If nothing was stored, or if it is unknown whether the items were stored (CommitUnknown), `deliver` gets the
        exception instead of the results. If a batch fails, it is halved until the bad item is alone, so that the other
        items are stored. The order between items and units is kept on SQLite only.
        """
        ...

    async def close(self) -> None:
        """Finish the work in progress and close all connections. Later calls raise StorageUnavailable."""
        ...
