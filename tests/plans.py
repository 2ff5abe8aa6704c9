"""Plans of queries on SQLite. Finds queries that read a whole table that grows, because no index serves them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, event

from storage import connection_sqlite
from storage.ports import Tx
from tests.servers import database

GROWING = frozenset(
    [
        "accounts",
        "agent_states",
        "audit",
        "chats",
        "events",
        "files",
        "handovers",
        "outbox",
        "requests",
        "sessions",
        "ticket_changes",
        "ticket_events",
        "ticket_participants",
        "ticket_passages",
        "tickets",
        "visitors",
    ]
)
"""Tables that grow with each customer. Those of staff and teams are small."""
BY_TESTS = ("chats.id NOT IN", "FROM audit")
"""Parts of statements that only tests send."""
_LITERAL = re.compile(r"'[^']*'|\d+")
"""Simple, since it goes over every statement of every test: a text with a quotation mark counts as two."""
_SCAN = re.compile(r"SCAN (\w+)")

_asked: dict[str, str] = {}
_looked_at: set[str] = set()


def watch() -> None:
    """From now on, remember one of each statement that this process sends to a database of the product."""
    connection_sqlite.on_connect.append(_watch)


@contextmanager
def unwatched() -> Iterator[None]:
    """What is opened meanwhile is not watched: a database that is filled once may be read from end to end."""
    connection_sqlite.on_connect.remove(_watch)
    try:
        yield
    finally:
        watch()


def _watch(handle: connection_sqlite.Handle) -> None:
    handle.set_trace_callback(_note)


def _note(statement: str) -> None:
    kind = _LITERAL.sub("?", statement)
    if kind not in _looked_at:
        _asked.setdefault(kind, statement)


def whole_tables_read() -> list[str]:
    """The statements since the last call that read a growing table from end to end, each with the step of its plan.

    A statement without `WHERE` asks for all of a table, and is left out.
    """
    asked, found = dict(_asked), []
    _asked.clear()
    _looked_at.update(asked)
    for kind, statement in asked.items():
        if " WHERE " not in " ".join(kind.split()) or any(part in statement for part in BY_TESTS):
            continue
        found += [f"{step}: {' '.join(kind.split())}" for step in _plan(statement) if _reads_all(step)]
    return found


def plans_of(tx: Tx, ask: Callable[[Tx], object], table: str) -> list[str]:
    """How SQLite goes about each query of this table that `ask` makes: the steps of its plan, joined."""
    asked: list[tuple[str, tuple[object, ...]]] = []
    connection = tx.session.connection()

    def note(_: Connection, __: object, statement: str, parameters: tuple[object, ...], *___: object) -> None:
        asked.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    ask(tx)
    event.remove(connection, "before_cursor_execute", note)
    steps = (
        connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        for statement, parameters in asked
        if f"FROM {table}" in statement
    )
    return ["; ".join(step.detail for step in plan) for plan in steps]


def _plan(statement: str) -> Iterator[str]:
    # Savepoints and settings have no plan.
    with suppress(sqlite3.Error):
        yield from (step for *_, step in _empty().execute(f"EXPLAIN QUERY PLAN {statement}"))


def _reads_all(step: str) -> bool:
    scan = _SCAN.fullmatch(step)
    return scan is not None and scan[1] in GROWING


@cache
def _empty() -> sqlite3.Connection:
    """A database with all tables and nothing in them, in memory."""
    memory = sqlite3.connect(":memory:", check_same_thread=False)
    with (
        TemporaryDirectory() as folder,
        database("sqlite", Path(folder)),
        closing(sqlite3.connect(Path(folder) / "test.db")) as file,
    ):
        file.backup(memory)
    return memory
