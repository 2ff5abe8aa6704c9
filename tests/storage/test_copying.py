"""`storage.copying`: a copy of one moment, and whether it is whole."""

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
    """A database of some megabytes with a log beside it, and whoever writes to it."""
    with closing(sqlite3.connect(tmp_path / "source.db", isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE notes (number INTEGER PRIMARY KEY, text TEXT)")
        writer.execute("BEGIN")
        writer.executemany("INSERT INTO notes VALUES (?, ?)", ((number, "x" * 500) for number in range(ROWS)))
        writer.execute("COMMIT")
        yield writer


def test_a_copy_is_of_one_moment_however_much_is_written_meanwhile(source: sqlite3.Connection, tmp_path: Path) -> None:
    """A commit in each step of the copying: all succeed at once, none is in the copy, all from before are, and the
    copying does not begin again."""
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


def test_damage_is_found(source: sqlite3.Connection, tmp_path: Path) -> None:
    """Pages of a table that were overwritten are said."""
    copying.copy_database(tmp_path / "source.db", tmp_path / "copy.db", lambda *_: None)
    content = bytearray((tmp_path / "copy.db").read_bytes())
    content[4096 * 10 : 4096 * 12] = b"\xff" * 8192
    (tmp_path / "copy.db").write_bytes(content)
    assert copying.damages(tmp_path / "copy.db")


def test_a_database_of_others_has_no_version(source: sqlite3.Connection, tmp_path: Path) -> None:
    """Neither a version nor files are found where there are no tables of ours."""
    assert copying.revision_of(tmp_path / "source.db") is None
    assert list(copying.kept_files(tmp_path / "source.db")) == []
