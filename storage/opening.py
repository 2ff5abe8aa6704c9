"""Opens the database that a URL names."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from storage.ports import Storage
from storage.writer_postgres import open_postgres
from storage.writer_sqlite import open_sqlite

_SCHEMES = ("sqlite", "postgresql", "postgres")


async def open_storage(url: str) -> Storage:
    """Open `sqlite:///PATH` (four slashes for an absolute path) or `postgresql://…`.

    Raises ValueError for any other URL, StorageUnavailable if the database cannot be reached.
    """
    if is_sqlite(url):
        return await open_sqlite(sqlite_path(url))
    return await open_postgres(url)


def is_sqlite(url: str) -> bool:
    """True for SQLite, False for PostgreSQL. Raises ValueError for any other URL."""
    return _parsed(url).drivername == "sqlite"


def sqlite_path(url: str) -> Path:
    """The path in a URL `sqlite:///PATH`. Raises ValueError if the URL has no path."""
    database = _parsed(url).database
    if not database or database == ":memory:":
        raise ValueError("the database address names no file: write sqlite:///PATH")
    return Path(database)


def _parsed(url: str) -> URL:
    # The URL may contain a password, so no error shows it.
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.drivername not in _SCHEMES:
        raise ValueError("not a database address: write sqlite:///PATH or postgresql://user:password@host:5432/name")
    return parsed
