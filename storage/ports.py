"""What the rooms may ask of a database, whichever it is.

Two twins keep this contract, under one suite (`tests/contracts/test_storage.py`):
`storage.writer_sqlite` (one thread owns the only writing connection) and
`storage.writer_postgres` (a pool over asyncpg).

What runs inside a transaction is synchronous and the same for both: a *unit* is a
function of a `Tx`. A unit takes at most about 20 ms or 200 rows. PostgreSQL may run one again from
its start, in a new transaction, when others were in its way: what a unit changes besides the
database it changes by `after_commit`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol, TypeVar

from sqlmodel import Session

T = TypeVar("T")
Item = TypeVar("Item")
Item_contra = TypeVar("Item_contra", contravariant=True)
Result = TypeVar("Result")

Dialect = Literal["sqlite", "postgresql"]

ReadKind = Literal["quick", "heavy", "export"]
"""What a query costs, which decides whose connections it is run on. Kinds never wait for each other.

`quick`: some rows found by a key or an index of few, whatever was asked. Signing in, `hello`, resume, jobs.
`heavy`: lists, searches, counts, whole stories: its cost depends on what is asked, or on how much there is.
`export`: one page of very many, for somebody who has time.
"""


class StorageUnavailable(Exception):
    """Nothing can be stored or read just now (disk full, database away or locked). Nothing was stored;
    only where PostgreSQL did not answer a commit that is not known, and the message says so."""


class TookTooLong(StorageUnavailable):
    """A query was stopped, since it took longer than it may. The database is well."""


class Tx(Protocol):
    """One unit's hold on the database, valid only while the unit runs. Opaque to services.

    `session` is joined to the transaction: its `commit` only flushes, its `rollback` is refused. A part
    that may fail goes into `session.begin_nested()`. What it loaded stays readable after the unit.
    """

    dialect: Dialect
    session: Session

    def after_commit(self, effect: Callable[[], None]) -> None:
        """Run `effect` on the event loop once this unit is committed, in the order of commits (on
        PostgreSQL those of one moment come in either order) and before the unit's own caller goes on;
        never if it is rolled back. It must not block or raise."""
        ...


class Lane(Protocol[Item_contra]):
    """A way in for very many small writes that share a commit."""

    def submit(self, item: Item_contra) -> None:
        """Queue one item from the event loop. No task, no await; the outcome comes by `deliver`."""
        ...


class Storage(Protocol):
    """One database: where units are stored and queries are answered."""

    dialect: Dialect

    async def write(self, unit: Callable[[Tx], T]) -> T:
        """Run `unit` in a transaction; return what it returned, after the commit.

        An exception from the unit rolls back this unit alone and is raised here.
        Raises StorageUnavailable where the database cannot store. Once called it is carried through,
        with its effects, even if the caller is cancelled.
        """
        ...

    async def read(self, query: Callable[[Tx], T], kind: ReadKind = "quick", within_s: float | None = None) -> T:
        """Run `query` on a reading connection: it sees all that was committed before the call, and
        nothing that is committed while it runs.

        Raises TookTooLong where it takes longer than `within_s` seconds (statements of SQL, counted from its start).
        If the caller is cancelled, a query that has not begun is dropped; one under way is stopped, unless it is
        quick.
        """
        ...

    async def check(self) -> None:
        """Return once the database answers, on a connection of its own that nothing else waits for.

        Raises StorageUnavailable where it cannot be read, or is another than the one that was opened. Callers at the
        same time share one look. Unlike `read` it has no bound in time: set one.
        """
        ...

    def lane(
        self,
        apply: Callable[[Any, Sequence[Item]], Any],
        deliver: Callable[[Sequence[Item], Sequence[Result] | Exception], None],
    ) -> Lane[Item]:
        """A lane whose items are applied in batches, at most 500 at a time, in their order.

        SQLite: `apply(connection: sqlite3.Connection, items) -> results` runs on the writer thread,
        inside a savepoint. PostgreSQL: `apply(connection: asyncpg.Connection, items)` is awaited, in a transaction.
        `deliver(items, results)` is called on the event loop once they are committed, results in the
        order of the items; or with the exception, when nothing of these items was stored. A batch that
        `apply` fails on is halved until the bad item is alone: its neighbours are stored and delivered.
        Against units, items keep the order of submission on SQLite only.
        """
        ...

    async def close(self) -> None:
        """Finish what is under way, then let go of the database. Later calls raise StorageUnavailable."""
        ...
