"""The storage that an address names."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from storage.ports import Storage
from storage.writer_sqlite import open_sqlite


async def open_storage(url: str) -> Storage:
    """The storage at `url`: `sqlite:///PATH` (four slashes for an absolute path) or `postgresql://…`.

    Raises ValueError for any other address, StorageUnavailable where the database cannot be reached.
    """
    return await open_sqlite(sqlite_path(url))


def sqlite_path(url: str) -> Path:
    """The file that `sqlite:///PATH` names."""
    try:
        database = make_url(url).database
    except ArgumentError:
        database = None
    if not database or database == ":memory:":
        raise ValueError(f"{url!r} names no file: write sqlite:///PATH")
    return Path(database)
