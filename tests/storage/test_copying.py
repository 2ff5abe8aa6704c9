from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage import copying

ROWS = 20_000


@pytest.fixture
def source(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A database of a few megabytes with a write-ahead log, and a connection that writes to it."""
    with closing(sqlite3.connect(tmp_path / "source.db", isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE notes (number INTEGER PRIMARY KEY, text TEXT)")
        writer.execute("BEGIN")
        writer.executemany("INSERT INTO notes VALUES (?, ?)", ((number, "x" * 500) for number in range(ROWS)))
        writer.execute("COMMIT")
        yield writer


def test_copy_is_a_snapshot_during_writes(source: sqlite3.Connection, tmp_path: Path) -> None:
    """Each step of the copy sees a commit. The commits succeed at once, are not in the copy, and do not restart it."""
    told: list[tuple[int, int]] = []

    def write(done: int, whole: int) -> None:
        told.append((done, whole))
        source.execute("UPDATE notes SET text = ? WHERE number = 0", (f"later {done}",))
        source.execute("INSERT INTO notes (text) VALUES ('later')")

    copying.copy_database(tmp_path / "source.db", tmp_path / "copy.db", write)
    assert len(told) > 2
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        found = copy.execute("SELECT count(*), max(number), max(text) FROM notes").fetchone()
    assert found == (ROWS, ROWS - 1, "x" * 500)
    assert copying.damages(tmp_path / "copy.db") == []


def test_damages_finds_overwritten_pages(source: sqlite3.Connection, tmp_path: Path) -> None:
    copying.copy_database(tmp_path / "source.db", tmp_path / "copy.db", lambda *_: None)
    content = bytearray((tmp_path / "copy.db").read_bytes())
    content[4096 * 10 : 4096 * 12] = b"\xff" * 8192
    (tmp_path / "copy.db").write_bytes(content)
    assert copying.damages(tmp_path / "copy.db")


def test_foreign_database_has_no_revision_and_no_files(source: sqlite3.Connection, tmp_path: Path) -> None:
    assert copying.revision_of(tmp_path / "source.db") is None
    assert list(copying.kept_files(tmp_path / "source.db")) == []
