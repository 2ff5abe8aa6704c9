"""The storage that an address names."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from storage.ports import Storage
from storage.writer_postgres import open_postgres
from storage.writer_sqlite import open_sqlite

_SCHEMES = ("sqlite", "postgresql", "postgres")


async def open_storage(url: str) -> Storage:
    """The storage at `url`: `sqlite:///PATH` (four slashes for an absolute path) or `postgresql://…`.

    Raises ValueError for any other address, StorageUnavailable where the database cannot be reached.
    """
    if is_sqlite(url):
        return await open_sqlite(sqlite_path(url))
    return await open_postgres(url)


def is_sqlite(url: str) -> bool:
    """Is it an address of SQLite? Else it is one of PostgreSQL: ValueError is raised for any other."""
    return _parsed(url).drivername == "sqlite"


def sqlite_path(url: str) -> Path:
    """The file that `sqlite:///PATH` names. Raises ValueError where it names none."""
    database = _parsed(url).database
    if not database or database == ":memory:":
        raise ValueError("the address of the database names no file: write sqlite:///PATH")
    return Path(database)


def _parsed(url: str) -> URL:
    # The address may hold a password: no error shows it.
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.drivername not in _SCHEMES:
        raise ValueError("no address of a database: write sqlite:///PATH or postgresql://user:password@host:5432/name")
    return parsed
