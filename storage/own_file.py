"""Is the database under its name still the file that was opened?

A process goes on writing into a file that was deleted or replaced. What it stores there is gone when it ends.
"""

from __future__ import annotations

import os
from pathlib import Path

from storage.ports import StorageUnavailable

LOOKED_AT_AFTER_S = 0.05
"""Who commits often looks no more often than this: two looks cost about 10 µs."""


class OwnFile:
    """The database's file, and the log beside it. Called from any thread."""

    def __init__(self, path: Path) -> None:
        self._file = str(path)
        self._log = f"{path}-wal"
        self._file_is = _identity(self._file)
        self._log_is: tuple[int, int] | None = None
        self._gone: str | None = None
        """Which file, as of the last look."""
        self._looked_at = float("-inf")

    def check(self) -> None:
        """Raises StorageUnavailable where a file is not ours any more. It is again once it is put back."""
        log_is = _identity(self._log)
        if self._log_is is None:
            # SQLite makes it when it is first needed, and keeps it as long as anybody has the database open.
            self._log_is = log_is
        if _identity(self._file) != self._file_is:
            self._gone = self._file
        elif log_is != self._log_is:
            self._gone = self._log
        else:
            self._gone = None
        if self._gone is not None:
            raise _gone(self._gone)

    def check_now_and_then(self, now: float) -> None:
        """The same, as of the last LOOKED_AT_AFTER_S. `now` in seconds, of a clock that only rises."""
        if now - self._looked_at >= LOOKED_AT_AFTER_S:
            self._looked_at = now
            self.check()
        elif self._gone is not None:
            raise _gone(self._gone)


def _gone(path: str) -> StorageUnavailable:
    return StorageUnavailable(
        f"{path} was deleted or replaced while the server was running. Nothing is stored any more. "
        "Put the file back as it was, or stop the server, restore a backup, and start it again"
    )


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
