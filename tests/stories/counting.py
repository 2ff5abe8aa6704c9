"""Counts the statements and steps of a desk's database, in whichever thread they run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Engine, event

from storage import connection_sqlite

STEPS = 100
"""Steps of SQLite's virtual machine between two counts."""


@dataclass
class Work:
    """What was done since the last `begin`."""

    statements: int = 0
    ticks: int = 0
    _open: set[int] = field(default_factory=set)
    """The connections in a transaction."""

    def begin(self) -> None:
        self.statements = self.ticks = 0

    @property
    def steps(self) -> int:
        """Of the virtual machine; whole hundreds of each statement."""
        return self.ticks * STEPS

    @property
    def under_way(self) -> bool:
        """True if a transaction has begun and not ended."""
        return bool(self._open)

    def said(self, connection: int, statement: str) -> None:
        """SQLite was given one. Savepoints and the like move nothing."""
        if statement.startswith("BEGIN"):
            self._open.add(connection)
        elif statement in ("COMMIT", "ROLLBACK"):
            self._open.discard(connection)
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            self.statements += 1

    def stepped(self) -> int:
        self.ticks += 1
        return 0


@contextmanager
def counted() -> Iterator[Work]:
    """The work of all databases that are opened meanwhile."""
    work = Work()

    def watch(handle: sqlite3.Connection) -> None:
        handle.set_trace_callback(partial(work.said, id(handle)))
        handle.set_progress_handler(work.stepped, STEPS)

    connection_sqlite.on_connect.append(watch)
    try:
        yield work
    finally:
        connection_sqlite.on_connect.remove(watch)


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is sent to the database meanwhile, except by the lane of messages."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        sent.append(" ".join(statement.split()))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)
