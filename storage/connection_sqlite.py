"""Connections to an SQLite file, and what its errors mean."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from storage.ports import StorageUnavailable

BUSY_S = 5.0
"""Seconds to wait for another program that holds the database lock."""

_CHECKPOINT_PAGES = 16_000
"""With this number of pages in the write-ahead log, the writer copies the pages itself, instead of
`storage.checkpoints_sqlite`."""
_WAL_LIMIT = 64 * 1024 * 1024
"""Bytes to which the log file is cut after a checkpoint."""
DURABLE = "PRAGMA synchronous = FULL"
NOT_DURABLE = "PRAGMA synchronous = NORMAL"
"""With it, a power failure can lose the last commits. The file stays intact."""
_OUTAGES = {
    sqlite3.SQLITE_FULL: "free space on its disk",
    sqlite3.SQLITE_BUSY: "another program holds its lock: wait for that program, or stop it",
    sqlite3.SQLITE_LOCKED: "another program holds its lock: wait for that program, or stop it",
    sqlite3.SQLITE_READONLY: "let the server's user write to the file and its folder",
    sqlite3.SQLITE_PERM: "let the server's user write to the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "check that its folder exists and that the server's user may write there",
    sqlite3.SQLITE_IOERR: "check its disk",
    sqlite3.SQLITE_PROTOCOL: "move it to a local disk, because locks do not work here",
    sqlite3.SQLITE_NOMEM: "give the server more memory",
    sqlite3.SQLITE_CORRUPT: "stop the server and restore the file from a backup",
    sqlite3.SQLITE_NOTADB: "stop the server and restore the file from a backup",
}
"""The result codes that mean an outage, each with what the operator can do."""


class Handle(sqlite3.Connection):
    """A connection whose transactions begin and end only through SQL statements.

    SQLAlchemy calls `commit` and `rollback` on its connections. Here these two methods do nothing: SQLAlchemy works
    inside a group (`storage.groups_sqlite`), and only the writer ends a group.
    """

    writing = False

    def commit(self) -> None:
        pass

    def rollback(self) -> None:
        pass


on_connect: list[Callable[[Handle], None]] = []
"""Functions that are called with each new connection, in the thread that opens it. They can trace its statements."""


def connect(path: Path, *, busy_s: float, writing: bool) -> Handle:
    """Open the file `path`. A writing connection creates it if it is missing."""
    handle = sqlite3.connect(
        f"{path.as_uri()}?mode={'rwc' if writing else 'ro'}",
        uri=True,
        timeout=busy_s,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
        factory=Handle,
    )
    try:
        handle.writing = writing
        if writing:
            (mode,) = handle.execute("PRAGMA journal_mode = WAL").fetchone()
            if mode != "wal":
                raise StorageUnavailable(f"{path}: SQLite cannot keep a write-ahead log there; use a local disk")
            handle.execute(DURABLE)
            handle.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
            handle.execute(f"PRAGMA journal_size_limit = {_WAL_LIMIT}")
        # Overwrite deleted content, so that nobody finds it in the file.
        handle.execute("PRAGMA secure_delete = ON")
        handle.execute("PRAGMA foreign_keys = ON")
        for opened in on_connect:
            opened(handle)
    except BaseException:
        handle.close()
        raise
    return handle


def outage_of(error: BaseException) -> StorageUnavailable | None:
    """The outage that caused `error`; None if the statement itself is at fault."""
    root = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(root, "sqlite_errorcode", None)
    if code is None or code & 0xFF not in _OUTAGES:
        return None
    return StorageUnavailable(f"SQLite cannot store or read ({root}): {_OUTAGES[code & 0xFF]}")


def outage_behind(error: BaseException) -> StorageUnavailable:
    """The outage that caused the loss of a whole group.

    `error` may be this outage itself, or an error that the outage caused, for example during the cleanup.
    """
    outage: StorageUnavailable | None = None
    cause: BaseException | None = error
    while outage is None and cause is not None:
        outage = cause if isinstance(cause, StorageUnavailable) else outage_of(cause)
        cause = cause.__cause__ or cause.__context__
    if outage is error:
        return outage
    outage = outage or StorageUnavailable(f"SQLite lost a transaction: {error}")
    outage.__cause__ = error
    return outage
