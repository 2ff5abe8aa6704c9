"""Checks that the database file was not deleted or replaced while it is open.

A process keeps writing into a deleted file without an error, and loses those writes when it ends.
"""

from __future__ import annotations

import os
from pathlib import Path

from storage.ports import StorageUnavailable

CHECK_INTERVAL_S = 0.05
"""Minimum seconds between two checks made for commits. A check costs about 10 µs."""


class OwnFile:
    """The database file and its write-ahead log. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self._file = str(path)
        self._log = f"{path}-wal"
        self._file_is = _identity(self._file)
        self._log_is: tuple[int, int] | None = None
        self._missing: str | None = None
        """The missing file, as of the last check."""
        self._checked_at = float("-inf")

    def check(self) -> None:
        """Check both files. Raises StorageUnavailable while one of the files is deleted or replaced."""
        log_is = _identity(self._log)
        if self._log_is is None:
            # SQLite creates the log on the first write and keeps it while the database is open.
            self._log_is = log_is
        if _identity(self._file) != self._file_is:
            self._missing = self._file
        elif log_is != self._log_is:
            self._missing = self._log
        else:
            self._missing = None
        if self._missing is not None:
            raise _missing(self._missing)

    def check_if_due(self, now: float) -> None:
        """Like `check`, but reads the files at most once every CHECK_INTERVAL_S. In between, repeats the last result.
        `now` is in monotonic seconds."""
        if now - self._checked_at >= CHECK_INTERVAL_S:
            self._checked_at = now
            self.check()
        elif self._missing is not None:
            raise _missing(self._missing)


def _missing(path: str) -> StorageUnavailable:
    return StorageUnavailable(
        f"{path} was deleted or replaced while the server was running, so nothing more is stored. "
        "Put the original file back, or stop the server, restore a backup and start it again"
    )


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
