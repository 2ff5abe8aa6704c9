"""Is the database under its name still the file that was opened?

A process goes on writing into a file that was deleted or replaced. What it stores there is gone when it ends.
"""

from __future__ import annotations

from pathlib import Path

from storage.ports import StorageUnavailable


class OwnFile:
    """The database's file, and the log beside it. Called from any thread."""

    def __init__(self, path: Path) -> None:
        self._file = path
        self._log = path.with_name(f"{path.name}-wal")
        self._file_is = _identity(path)
        self._log_is: tuple[int, int] | None = None

    def check(self) -> None:
        """Raises StorageUnavailable where a file is not ours any more. It is again once it is put back."""
        log_is = _identity(self._log)
        if self._log_is is None:
            # SQLite makes it when it is first needed, and keeps it as long as anybody has the database open.
            self._log_is = log_is
        if _identity(self._file) != self._file_is:
            raise self._gone(self._file)
        if log_is != self._log_is:
            raise self._gone(self._log)

    def _gone(self, path: Path) -> StorageUnavailable:
        return StorageUnavailable(
            f"{path} was deleted or replaced while the server was running. Nothing is stored any more. "
            "Put the file back as it was, or stop the server, restore a backup, and start it again"
        )


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
