"""Copies of an SQLite database that is in use, and a check that a copy is intact."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from storage.connection_sqlite import BUSY_S

PAGES = 1_000
"""Number of pages copied in one step."""
DAMAGES_SHOWN = 5

Progress = Callable[[int, int], None]
"""Called with the number of pages copied so far and the total number of pages."""


def copy_database(source: Path, target: Path, progress: Progress) -> None:
    """Copy a snapshot of the database `source` to the new file `target`.

    The copy has every commit from before the call. Writers are not blocked. Raises sqlite3.Error.
    """
    with (
        closing(sqlite3.connect(_uri(source, "ro"), uri=True, timeout=BUSY_S, isolation_level=None)) as original,
        closing(sqlite3.connect(target)) as copy,
    ):
        # A transaction holds one snapshot. Without it the copy starts again after each commit.
        original.execute("BEGIN")
        original.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        original.backup(copy, pages=PAGES, progress=lambda _, left, pages: progress(pages - left, pages))


def damages(path: Path) -> list[str]:
    """The first few faults of the database at `path`; empty if it is intact. Raises sqlite3.Error."""
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_S)) as database:
            said = [str(row[0]) for row in database.execute(f"PRAGMA integrity_check({DAMAGES_SHOWN})")]
    except sqlite3.DatabaseError as error:
        # Too damaged for the check itself.
        if getattr(error, "sqlite_errorcode", None) not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise
        said = [str(error)]
    return [] if said == ["ok"] else said


def revision_of(path: Path) -> str | None:
    """The migration revision of the database at `path`; None if it is not a Switchboard database.

    Raises sqlite3.Error.
    """
    with closing(sqlite3.connect(_uri(path, "ro"), uri=True, timeout=BUSY_S)) as database:
        there = database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'alembic_version'").fetchone()
        row = database.execute("SELECT version_num FROM alembic_version").fetchone() if there else None
    return None if row is None else str(row[0])


def kept_files(path: Path) -> Iterator[str]:
    """The ids of the uploaded files that have not been removed, from the database at `path`. Raises sqlite3.Error."""
    with closing(sqlite3.connect(_uri(path, "ro"), uri=True, timeout=BUSY_S)) as database:
        if database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'files'").fetchone():
            yield from (str(row[0]) for row in database.execute("SELECT id FROM files WHERE removed_at IS NULL"))


def kept_mails(path: Path) -> Iterator[str]:
    """The digests of the incoming mails whose bytes are still kept, from the database at `path`. Raises
    sqlite3.Error."""
    with closing(sqlite3.connect(_uri(path, "ro"), uri=True, timeout=BUSY_S)) as database:
        if database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'incoming_mails'").fetchone():
            found = database.execute("SELECT DISTINCT digest FROM incoming_mails WHERE state <> 'deleted'")
            yield from (str(row[0]) for row in found)


def _uri(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?mode={mode}"
