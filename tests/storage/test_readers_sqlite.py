"""What the connections of a process share."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from sqlalchemy import literal, select
from sqlalchemy.engine import Engine

from storage.readers_sqlite import engine_over


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
