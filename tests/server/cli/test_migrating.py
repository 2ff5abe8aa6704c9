"""`switchboard migrate`, and databases that no command uses."""

from __future__ import annotations

import fcntl
import sqlite3
from contextlib import closing

from tests.server.cli.place import ROOT, Place


def test_repeated_migrate_changes_nothing(shell: Place, place: Place) -> None:
    first = shell.done("migrate", "--data", "elsewhere")
    assert first.startswith("The database has version ")
    assert place.done("migrate", "--data", "elsewhere") == first
    assert (shell.folder / "elsewhere" / "switchboard.db").exists()
    assert not shell.data.exists()


def test_database_of_another_version_is_refused(place: Place) -> None:
    """A newer version is left alone. While a server uses the folder, the message says to stop it first."""
    place.add()
    place.rows("update alembic_version set version_num = '9999'")
    (line,) = place.refused("token", "create", "--email", "ada@desk.example")
    assert line == "The database was made by a newer version of Switchboard. Update the program first."
    with (place.data / "server.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (line,) = place.refused("token", "create", "--email", "ada@desk.example")
    assert "Stop it first" in line


def test_database_that_matches_no_version_is_refused_unchanged(place: Place) -> None:
    """Its tables differ from its version, or a migration fails. It is neither served nor changed, and there is no
    traceback."""
    place.add()
    path = place.data / "switchboard.db"
    place.rows("alter table accounts rename column coordinator to boss")
    place.rows("drop table handovers")
    for command in (("migrate",), ("serve", "--port", "0")):
        said, advice = place.refused(*command)
        assert said.startswith("The database does not match any released version of Switchboard: ")
        assert "accounts.coordinator is missing" in said and "accounts.boss should not be there" in said
        assert "handovers is missing" in said and "backup" in advice
    released = ROOT / "tests" / "migrations" / "0011" / "sqlite.sql"
    path.unlink()
    with closing(sqlite3.connect(path)) as database:
        database.executescript(released.read_text("utf-8"))
        database.execute("drop table visitors")
        database.commit()
        before = list(database.iterdump())
    said, _ = place.refused("serve", "--port", "0")
    assert "visitors is missing" in said or "no such table: visitors" in said
    with closing(sqlite3.connect(path)) as database:
        assert list(database.iterdump()) == before
        database.execute("drop table ticket_texts")
    said, _ = place.refused("migrate")
    assert "a migration fails" in said and "ticket_texts" in said


def test_file_that_is_no_database_is_refused_unchanged(place: Place) -> None:
    place.data.mkdir()
    (place.data / "switchboard.db").write_text("this is a letter, not a database; " * 100)
    (line,) = place.refused("migrate")
    assert line.startswith("Cannot use the database: ")
    assert (place.data / "switchboard.db").read_text().startswith("this is a letter")
