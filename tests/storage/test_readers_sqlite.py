"""What the connections of a process share, and how a query leaves its connection."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import ClassVar

import pytest
from sqlalchemy import literal, select
from sqlalchemy.engine import Engine

from storage.ports import Tx
from storage.readers_sqlite import Readers, engine_over


def test_statement_is_compiled_once_for_all_connections() -> None:
    with closing(sqlite3.connect(":memory:")) as one, closing(sqlite3.connect(":memory:")) as other:
        first, again = compiled_on(engine_over(one), 1), compiled_on(engine_over(other), 2)
    assert first[0] is again[0]
    assert (first[1], again[1]) == (1, 2)


def compiled_on(engine: Engine, value: int) -> tuple[object, int]:
    """The compiled statement, and what it returned."""
    with engine.connect() as connection:
        found = connection.execute(select(literal(value)))
        compiled = found.context.compiled
        number: int = found.scalar_one()
    engine.dispose()
    return compiled, number


class Interrupted(sqlite3.Connection):
    """A connection on which interrupts stop the statements of `stopped`, each once. A stopped BEGIN leaves a
    transaction, and a stopped ROLLBACK ends none."""

    stopped: ClassVar[list[str]] = []

    def execute(self, sql: str, parameters: object = (), /) -> sqlite3.Cursor:
        assert parameters == (), "SQLAlchemy has cursors of its own"
        if sql not in self.stopped:
            return super().execute(sql)
        self.stopped.remove(sql)
        if sql == "BEGIN":
            super().execute(sql)
        raise sqlite3.OperationalError("interrupted")


async def test_connection_whose_begin_was_interrupted_reads_again() -> None:
    handle = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False, factory=Interrupted)
    readers = Readers(lambda: handle, 1, "test", asyncio.get_running_loop())
    Interrupted.stopped = ["BEGIN", "ROLLBACK"]
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        await readers.run(three)
    assert Interrupted.stopped == []
    assert not handle.in_transaction
    assert await readers.run(three) == 3
    readers.close()


def three(tx: Tx) -> int:
    number: int = tx.session.connection().execute(select(literal(3))).scalar_one()
    return number
