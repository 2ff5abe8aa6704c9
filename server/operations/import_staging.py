"""A database beside the desk's, in which an import keeps the files that its tickets refer to. It holds the users and
comments of an export of any size, and is deleted at the end."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from server.live.personal_data.leftovers import STAGING_PREFIX
from server.operations.json_rows import Row

_AT_ONCE = 500
K = TypeVar("K", int, str)


class Staging:
    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE users (id INTEGER PRIMARY KEY, raw BLOB NOT NULL);"
            "CREATE TABLE comments (id INTEGER PRIMARY KEY, ticket INTEGER NOT NULL, raw BLOB NOT NULL);"
            "CREATE INDEX comments_of_tickets ON comments (ticket);"
            "CREATE TABLE files (id INTEGER PRIMARY KEY, holder TEXT NOT NULL, raw BLOB NOT NULL);"
            "CREATE INDEX files_of_holders ON files (holder);"
            "CREATE TABLE later (id INTEGER PRIMARY KEY, file TEXT NOT NULL, line INTEGER NOT NULL, raw BLOB NOT NULL);"
        )

    def add_users(self, users: Iterable[tuple[int, bytes]]) -> None:
        self._database.executemany("INSERT OR REPLACE INTO users VALUES (?, ?)", users)

    def add_comments(self, comments: Iterable[tuple[int, bytes]]) -> None:
        self._database.executemany("INSERT INTO comments (ticket, raw) VALUES (?, ?)", comments)

    def add_files(self, files: Iterable[tuple[str, bytes]]) -> None:
        self._database.executemany("INSERT INTO files (holder, raw) VALUES (?, ?)", files)

    def files(self, holders: Collection[str]) -> dict[str, list[bytes]]:
        found: dict[str, list[bytes]] = {}
        for holder, raw in self._found("SELECT holder, raw FROM files WHERE holder IN", holders):
            found.setdefault(holder, []).append(raw)
        return found

    def users(self, ids: Collection[int]) -> dict[int, bytes]:
        return dict(self._found("SELECT id, raw FROM users WHERE id IN", ids))

    def comments(self, tickets: Collection[int]) -> dict[int, list[bytes]]:
        found: dict[int, list[bytes]] = {}
        for ticket, raw in self._found("SELECT ticket, raw FROM comments WHERE ticket IN", tickets):
            found.setdefault(ticket, []).append(raw)
        return found

    def all_users(self) -> Iterator[list[bytes]]:
        """All users, some at a time."""
        last = -(2**63)
        query = "SELECT id, raw FROM users WHERE id > ? ORDER BY id LIMIT ?"
        while some := self._database.execute(query, (last, _AT_ONCE)).fetchall():
            last = some[-1][0]
            yield [raw for _, raw in some]

    def put_off(self, rows: Sequence[Row]) -> None:
        """Keep rows for the end of the import."""
        values = [(row.file, row.line, row.raw) for row in rows]
        self._database.executemany("INSERT INTO later (file, line, raw) VALUES (?, ?, ?)", values)

    def put_off_rows(self) -> Iterator[Row]:
        for file, line, raw in self._database.execute("SELECT file, line, raw FROM later ORDER BY id"):
            yield Row(file, line, raw)

    def _found(self, query: str, ids: Collection[K]) -> Iterator[tuple[K, bytes]]:
        wanted = sorted(ids)
        for place in range(0, len(wanted), _AT_ONCE):
            some = wanted[place : place + _AT_ONCE]
            yield from self._database.execute(f"{query} ({', '.join('?' * len(some))})", some)


@contextmanager
def staging(folder: Path) -> Iterator[Staging]:
    with (
        tempfile.TemporaryDirectory(prefix=STAGING_PREFIX, dir=folder) as place,
        closing(sqlite3.connect(Path(place, "staging.db"), isolation_level=None)) as database,
    ):
        yield Staging(database)
