"""How much work a desk does: statements and steps of its database, whatever thread they run on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage import connection_sqlite

STEPS = 100
"""Steps of SQLite's virtual machine between two counts."""


@dataclass
class Work:
    """What was done since the last `begin`."""

    statements: int = 0
    ticks: int = 0

    def begin(self) -> None:
        self.statements = self.ticks = 0

    @property
    def steps(self) -> int:
        """Of the virtual machine; whole hundreds of each statement."""
        return self.ticks * STEPS

    def said(self, statement: str) -> None:
        """SQLite was given one. Savepoints and the like move nothing."""
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            self.statements += 1

    def stepped(self) -> int:
        self.ticks += 1
        return 0


@contextmanager
def counted() -> Iterator[Work]:
    """The work of all databases that are opened meanwhile."""
    work, connect = Work(), connection_sqlite.connect

    def watched(path: Path, *, busy_s: float, writing: bool) -> connection_sqlite.Handle:
        handle = connect(path, busy_s=busy_s, writing=writing)
        handle.set_trace_callback(work.said)
        handle.set_progress_handler(work.stepped, STEPS)
        return handle

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection_sqlite, "connect", watched)
        yield work
