"""The database of the demo: a file, or a PostgreSQL database that nothing else uses.

The sample is in it as a whole or not at all. A comment on the PostgreSQL database says that it belongs to the demo, so
that the demo never changes a real desk.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, text

from server.operations.lock import CannotServe
from server.settings import Settings
from storage.migrate import transact, upgrade
from storage.opening import is_sqlite, sqlite_path
from storage.own_tables import own_tables

_MADE, _BEGUN = "Switchboard demo", "Switchboard demo, incomplete"
_COMMENT = text("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()")


def is_prepared(settings: Settings) -> bool:
    """True if the sample is complete. Raises CannotServe if the database has something else in it."""
    url = settings.storage_url
    return sqlite_path(url).exists() if is_sqlite(url) else transact(url, _is_made)


@contextmanager
def new_database(settings: Settings) -> Iterator[str]:
    """The URL of a new database with all tables. If the block succeeds, this is the database of the demo."""
    url = settings.storage_url
    if is_sqlite(url):
        with _file(sqlite_path(url)) as draft:
            yield draft
        return
    transact(url, _begin)
    upgrade(url)
    yield url
    transact(url, lambda connection: _comment(connection, _MADE))


@contextmanager
def _file(database: Path) -> Iterator[str]:
    draft = database.with_name("sample.db")
    for left_over in database.parent.glob("sample.db*"):
        left_over.unlink()
    upgrade(f"sqlite:///{draft}")
    yield f"sqlite:///{draft}"
    os.replace(draft, database)


def _is_made(connection: Connection) -> bool:
    comment = connection.execute(_COMMENT).scalar()
    if comment not in (_MADE, _BEGUN) and own_tables(connection):
        raise CannotServe("--database-url: this database has something else in it. Give the demo an empty one.")
    return comment == _MADE


def _begin(connection: Connection) -> None:
    if not _is_made(connection):
        _comment(connection, _BEGUN)
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))


def _comment(connection: Connection, comment: str) -> None:
    connection.execute(
        text(f"DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS ''{comment}''', current_database()); END $$")
    )
