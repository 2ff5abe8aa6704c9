"""Copies SQLite's write-ahead log into the database file, on a separate thread.

A checkpoint made by the writer would block every write. The separate thread makes many small checkpoints instead,
because a small flush hardly delays commits.
"""

from __future__ import annotations

import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from storage import connection_sqlite
from storage.connection_sqlite import Handle

CHECKPOINT_AFTER_GROUPS = 64
"""Number of groups that are written to the log before a checkpoint."""
RESTART_AFTER_CHECKPOINTS = 4
"""Number of checkpoints after which the writer copies the rest itself, so that the log restarts at its beginning."""


class Checkpoints:
    """Counts commits and starts checkpoints. Call it on the writer's thread."""

    def __init__(self, path: Path, busy_s: float) -> None:
        self._handle = connection_sqlite.connect(path, busy_s=busy_s, writing=True)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-checkpoint")
        self._groups = 0
        self._made = 0
        self._running: Future[None] | None = None

    def committed(self) -> None:
        """Count one more committed group. Starts a checkpoint after enough groups, if none is running."""
        self._groups += 1
        if self._groups >= CHECKPOINT_AFTER_GROUPS and (self._running is None or self._running.done()):
            self._groups = 0
            self._running = self._thread.submit(checkpoint, self._handle)

    def writer_is_due(self) -> bool:
        """True if the writer should make a checkpoint now.

        This is true once per RESTART_AFTER_CHECKPOINTS checkpoints.
        """
        if self._running is None or not self._running.done():
            return False
        self._running = None
        self._made = (self._made + 1) % RESTART_AFTER_CHECKPOINTS
        return self._made == 0

    def close(self) -> None:
        self._thread.shutdown()
        self._handle.close()


def checkpoint(handle: Handle) -> None:
    # Pages that cannot be copied stay in the log, where they are as safe. The writer reports a full or broken disk.
    with suppress(sqlite3.Error):
        handle.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
