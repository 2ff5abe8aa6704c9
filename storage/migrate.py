"""Runs the database migrations: alembic, without its configuration file.

Synchronous. Inside a running event loop, call through `asyncio.to_thread`.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Callable
from importlib.resources import files
from typing import Literal, TypeVar

import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from storage.connection_postgres import connect, engine_of
from storage.connection_postgres import outage_of as outage_of_postgres
from storage.connection_sqlite import BUSY_S
from storage.connection_sqlite import outage_of as outage_of_sqlite
from storage.opening import is_sqlite, sqlite_path
from storage.own_tables import own_tables

T = TypeVar("T")

_NAME = re.compile(r"\d{4}_\w+\.py")
"""The name of the file of a migration: its revision, then a title."""
Fit = Literal["same", "older", "newer", "too_new", "foreign"]
"""The version of a database, compared with that of the program. `newer`: the program may still use the database.
`foreign`: its tables are those of another program."""
_LISTED = "oldest_program"
"""The key of a fact about the database: its revision, and the newest revision of the oldest program that may use it.
"""
_OF_EACH_DESK = "meta"
"""A table that databases of all versions have."""
_ONE_AT_A_TIME = 7_204_311_866
"""Key of the PostgreSQL advisory lock held while migrating."""


def upgrade(
    url: str, to: str = "head", check: Callable[[Connection], None] | None = None, *, busy_s: float = BUSY_S
) -> None:
    """Migrate the database at `url` to the revision `to`, in one transaction.

    `check` runs at the end of the transaction. If it raises an exception, everything is rolled back. Processes that
    migrate at the same time wait for each other. Raises ValueError for a bad URL, StorageUnavailable if the database
    cannot be reached.
    """

    def migrate(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(sqlalchemy.select(sqlalchemy.func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
        command.upgrade(_config(connection), to)
        # On SQLite there is no second program: whoever opens the file brings it up to date.
        if to == "head" and connection.dialect.name == "postgresql":
            _list_oldest_program(connection)
        if check is not None:
            check(connection)

    transact(url, migrate, busy_s)


def current(url: str) -> str | None:
    """The migration revision of the database at `url`. None if it was never migrated. Raises the same errors as
    `upgrade`."""
    return transact(url, lambda connection: MigrationContext.configure(connection).get_current_revision())


def fit(url: str) -> Fit:
    """How the database at `url` fits this program. Raises the same errors as `upgrade`."""

    def look(connection: Connection) -> Fit:
        found = MigrationContext.configure(connection).get_current_revision()
        if found == newest():
            return "same"
        if found in revisions():
            return "older"
        # A view of the operator, for monitoring, is no table of another program.
        tables = own_tables(connection, views=False)
        if found is None:
            return "foreign" if tables else "older"
        if _OF_EACH_DESK not in tables:
            return "foreign"
        fact = sqlalchemy.text("SELECT value FROM meta WHERE key = :key")
        listed = str(connection.execute(fact, {"key": _LISTED}).scalar() or "").split()
        return "newer" if len(listed) == 2 and listed[0] == found and listed[1] <= newest() else "too_new"

    return transact(url, look)


def _list_oldest_program(connection: Connection) -> None:
    oldest = files("migrations").joinpath("oldest_program.txt").read_text().strip()
    connection.execute(sqlalchemy.text("DELETE FROM meta WHERE key = :key"), {"key": _LISTED})
    fact = sqlalchemy.text("INSERT INTO meta (key, value) VALUES (:key, :value)")
    connection.execute(fact, {"key": _LISTED, "value": f"{newest()} {oldest}"})


def newest() -> str:
    """The newest revision that this version of the program knows."""
    # By name: alembic would load each migration, and every command asks.
    folder = files("migrations").joinpath("versions")
    found = [file.name.partition("_")[0] for file in folder.iterdir() if _NAME.fullmatch(file.name)]
    if not found:
        raise RuntimeError("migrations/versions is empty: the program was installed without its migrations")
    return max(found)


def revisions() -> frozenset[str]:
    """All revisions that this version of the program knows."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def revise(url: str, revision: str, message: str) -> None:
    """Write a draft of a migration to `revision`, from the differences between the database at `url` and the tables in
    the code.

    Check the draft by hand.
    """
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


def transact(url: str, work: Callable[[Connection], T], busy_s: float = BUSY_S) -> T:
    """Run `work` in one transaction on the database at `url` and return its result. Raises the same errors as
    `upgrade`."""
    try:
        return _on_sqlite(url, work, busy_s) if is_sqlite(url) else asyncio.run(_on_postgres(url, work))
    except (DBAPIError, OSError) as error:
        outage = outage_of_sqlite(error) or outage_of_postgres(error)
        if outage is None:
            raise
        raise outage from error


def _on_sqlite(url: str, work: Callable[[Connection], T], busy_s: float) -> T:
    path = sqlite_path(url)
    # Only the server's user may read conversations, in any folder. SQLite gives its log files the same mode.
    if path.parent.is_dir():
        path.touch(mode=0o600)
    engine = sqlalchemy.create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(path, timeout=busy_s, isolation_level=None),
        poolclass=NullPool,
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as connection:
        return work(connection)


async def _on_postgres(url: str, work: Callable[[Connection], T]) -> T:
    engine = engine_of(lambda: connect(url), poolclass=NullPool)
    async with engine.begin() as connection:
        return await connection.run_sync(work)
