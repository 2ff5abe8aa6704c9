"""Bring a database to the tables that this version of the program expects: alembic, without a file of settings.

For plain, synchronous code: not from inside a running event loop (there: `asyncio.to_thread`).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from importlib.resources import files
from typing import TypeVar

import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from storage.opening import is_sqlite, sqlite_path
from storage.writer_postgres import engine_of
from storage.writer_postgres import outage_of as outage_of_postgres
from storage.writer_sqlite import BUSY_S
from storage.writer_sqlite import outage_of as outage_of_sqlite

T = TypeVar("T")

_ONE_AT_A_TIME = 7_204_311_866
"""The key of the lock under which one process migrates while others wait."""


def upgrade(url: str, to: str = "head", check: Callable[[Connection], None] | None = None) -> None:
    """All migrations that the database at `url` has not seen yet, up to the revision `to`, in one transaction: all
    or none. What `check` raises undoes them.

    Processes that do so at once wait for each other. Raises ValueError for an address that names no
    database, StorageUnavailable where it cannot be reached.
    """

    def migrate(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(sqlalchemy.select(sqlalchemy.func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
        command.upgrade(_config(connection), to)
        if check is not None:
            check(connection)

    transact(url, migrate)


def current(url: str) -> str | None:
    """The revision that the database at `url` is at; None for one that was never migrated. Raises as `upgrade`."""
    return transact(url, lambda connection: MigrationContext.configure(connection).get_current_revision())


def newest() -> str:
    """The revision that this version of the program expects."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("migrations/versions is empty: the program was installed without its migrations")
    return head


def revisions() -> frozenset[str]:
    """All revisions that this version of the program knows."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def revise(url: str, revision: str, message: str) -> None:
    """Write the migration from the database at `url` to the tables of the code, to be read and put right by hand."""
    transact(
        url,
        lambda connection: command.revision(_config(connection), message, rev_id=revision, autogenerate=True),
    )


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("migrations")).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def transact(url: str, work: Callable[[Connection], T]) -> T:
    """What `work` returns, run in a transaction of its own on the database at `url`. Raises as `upgrade`."""
    try:
        return _on_sqlite(url, work) if is_sqlite(url) else asyncio.run(_on_postgres(url, work))
    except (DBAPIError, OSError) as error:
        outage = outage_of_sqlite(error) or outage_of_postgres(error)
        if outage is None:
            raise
        raise outage from error


def _on_sqlite(url: str, work: Callable[[Connection], T]) -> T:
    path = sqlite_path(url)
    # Conversations are nobody else's to read, whatever folder they are kept in. The log's files get the same mode.
    if path.parent.is_dir():
        path.touch(mode=0o600)
    engine = sqlalchemy.create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(path, timeout=BUSY_S, isolation_level=None),
        poolclass=NullPool,
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as connection:
        return work(connection)


async def _on_postgres(url: str, work: Callable[[Connection], T]) -> T:
    engine = engine_of(url, poolclass=NullPool)
    async with engine.begin() as connection:
        return await connection.run_sync(work)
