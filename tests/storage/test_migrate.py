"""`storage.migrate`: the way from the empty database to the tables of the code."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlmodel import col, select

from server.schema import is_described, metadata
from storage import migrate
from storage.ports import Dialect, StorageUnavailable
from tests.servers import database, postgres
from ticketing.adapters.index import ID_OF_TICKET
from ticketing.adapters.tables import SEARCH_INDEX, PassageRow
from ticketing.ports import IMPORTED

CATALOGUE = {
    "sqlite": "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE '%alembic%' ORDER BY name",
    "postgresql": """
        SELECT table_name, column_name, data_type, is_nullable, column_default, '' FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name <> 'alembic_version'
        UNION ALL
        SELECT tablename, indexname, indexdef, '', '', '' FROM pg_indexes
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
        UNION ALL
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '', '' FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
        ORDER BY 1, 2, 3""",
}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.scaled)])
def dialect(request: pytest.FixtureRequest) -> Dialect:
    dialect: Dialect = request.param
    return dialect


@pytest.fixture
def empty(dialect: Dialect, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    with database(dialect, tmp_path, migrated=False) as url:
        yield url


def catalogue(connection: Connection) -> list[Any]:
    """All that the database itself says of its tables and indexes, however they were made."""
    rows = connection.execute(sqlalchemy.text(CATALOGUE[connection.dialect.name]))
    return sorted(tuple(_plain(value) for value in row) for row in rows)


def _plain(value: object) -> str:
    return " ".join(str(value).replace('"', "").split())


def test_the_migrations_lead_to_the_tables_of_the_code(empty: str) -> None:
    """After all migrations alembic finds nothing that the code has and the database has not, or the other way."""
    migrate.upgrade(empty)
    differences = migrate.transact(
        empty,
        lambda connection: compare_metadata(
            MigrationContext.configure(connection, opts={"include_name": is_described}), metadata
        ),
    )
    assert differences == []


def test_the_migrations_make_what_the_code_would_make(empty: str, dialect: Dialect, tmp_path: Path) -> None:
    """Tables and indexes are the same to the letter: partial indexes and AUTOINCREMENT too."""
    migrate.upgrade(empty)
    migrated = migrate.transact(empty, catalogue)
    (tmp_path / "other").mkdir()
    with database(dialect, tmp_path / "other", migrated=False) as made_at_once:
        migrate.transact(made_at_once, metadata.create_all)
        expected = migrate.transact(made_at_once, catalogue)
    assert migrated == expected
    # A full text index is stored in tables of its own making.
    text = " ".join(str(row) for row in migrated if SEARCH_INDEX not in str(row))
    assert "one_open_chat_a_customer" in text
    assert "WHERE" in text
    if dialect == "sqlite":
        assert "WITHOUT ROWID" not in text
        assert text.count("AUTOINCREMENT") == 4


def test_chats_of_before_wait_since_they_joined(empty: str) -> None:
    """A chat that waits while the program is replaced has waited for its team since it joined, as far as is known."""
    migrate.upgrade(empty, "0009")
    row = "INSERT INTO chats ({}) VALUES ('c', 'media', 'queued', 'v', false, 5, 7, 9, 0, 0, 0, 0)".format(
        "id, team, state, customer, verified, started_at, queued_at, last_at, last_seq, last_public_seq,"
        " read_customer, read_staff"
    )
    migrate.transact(empty, lambda connection: connection.execute(sqlalchemy.text(row)))
    migrate.upgrade(empty)
    since = sqlalchemy.text("SELECT waiting_since FROM chats")
    assert migrate.transact(empty, lambda connection: connection.execute(since).scalar()) == 7


def test_a_database_knows_where_it_is(empty: str) -> None:
    """An empty database is at no revision, a migrated one at the newest, and stays there when migrated again."""
    assert migrate.current(empty) is None
    migrate.upgrade(empty)
    assert migrate.current(empty) == migrate.newest()
    migrate.upgrade(empty)
    assert migrate.current(empty) == migrate.newest()


def test_processes_that_migrate_at_once_wait_for_each_other(empty: str) -> None:
    """Four at the same moment all come back to a database that is migrated once."""
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(migrate.upgrade, [empty] * 4))
    assert migrate.current(empty) == migrate.newest()


def test_a_migration_that_fails_leaves_nothing(empty: str) -> None:
    """Where one table cannot be made none is: the next try begins where this one did."""
    migrate.transact(empty, lambda connection: connection.execute(sqlalchemy.text("CREATE TABLE tickets (x int)")))
    with pytest.raises(sqlalchemy.exc.DBAPIError):
        migrate.upgrade(empty)
    assert migrate.current(empty) is None
    migrate.transact(empty, lambda connection: connection.execute(sqlalchemy.text("DROP TABLE tickets")))
    migrate.upgrade(empty)
    assert migrate.current(empty) == migrate.newest()


def test_nothing_else_has_a_database(tmp_path: Path) -> None:
    """An address that names no database is refused, without showing the password in it."""
    for url in ("mysql://user:hunter2@host/name", "sqlite://", "hunter2"):
        with pytest.raises(ValueError, match="database address") as refused:
            migrate.upgrade(url)
        assert "hunter2" not in str(refused.value)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A file that cannot be made is an outage, said with what to do."""
    with pytest.raises(StorageUnavailable, match="check that its folder exists"):
        migrate.upgrade(f"sqlite:///{tmp_path}/nowhere/test.db")


def test_a_locked_file_is_an_outage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another program writes, migrating says so, and works once that program is done."""
    monkeypatch.setattr(migrate, "BUSY_S", 0.05)
    with database("sqlite", tmp_path) as url:
        with closing(sqlite3.connect(tmp_path / "test.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageUnavailable, match="another program"):
                migrate.upgrade(url)
        migrate.upgrade(url)


@pytest.mark.scaled
def test_a_server_that_is_away_is_an_outage() -> None:
    """Migrating without a server says so, and works once it is back."""
    server = postgres()
    with server.database(migrated=True) as url:
        server.stop()
        with pytest.raises(StorageUnavailable, match="PostgreSQL"):
            migrate.upgrade(url)
        server.start()
        migrate.upgrade(url)


def test_what_was_indexed_before_the_passages_stays_found(empty: str, dialect: Dialect) -> None:
    """One text a ticket becomes two passages, one for everybody and one for staff, with their words in the index; words
    that are too long for PostgreSQL's index are cut there."""
    migrate.upgrade(empty, "0012")
    public, internal = f"ana flights {'x' * 600} 東 京", "between us"

    def as_before(connection: Connection) -> None:
        for number, texts in ((3, (public, internal)), (4, ("flights", ""))):
            connection.execute(
                sqlalchemy.text(
                    "INSERT INTO ticket_texts (ticket, public, internal) VALUES (:number, :public, :internal)"
                ),
                {"number": number, "public": texts[0], "internal": texts[1]},
            )

    migrate.transact(empty, as_before)
    migrate.upgrade(empty)
    passages = migrate.transact(
        empty, lambda connection: connection.execute(select(PassageRow).order_by(col(PassageRow.id))).all()
    )
    assert [(row.id // ID_OF_TICKET, row.id % 2, row.stream, row.seq, row.words) for row in passages] == [
        (3, 0, IMPORTED, 0, public),
        (3, 1, IMPORTED, 1, internal),
        (4, 0, IMPORTED, 0, "flights"),
    ]
    asked = {
        "sqlite": "SELECT rowid FROM ticket_index WHERE ticket_index MATCH '\"{}\"' ORDER BY rowid",
        "postgresql": "SELECT id FROM ticket_index WHERE words @@ '{}'::tsquery ORDER BY id",
    }[dialect]
    ids = [row.id for row in passages]
    for word, found in (("flights", [ids[0], ids[2]]), ("京", ids[:1]), ("between", ids[1:2]), ("nothing", [])):
        assert migrate.transact(empty, partial(_numbers, query=asked.format(word))) == found


def _numbers(connection: Connection, query: str) -> list[int]:
    return list(connection.execute(sqlalchemy.text(query)).scalars())


def test_hosts_of_addresses_are_in_ascii_afterwards(empty: str) -> None:
    """Who had an address with other letters in its host is found by it; what has no such host stays as it is."""
    migrate.upgrade(empty, "0015")
    row = sqlalchemy.text("INSERT INTO ticket_participants (ticket, email, position) VALUES (1, :email, 0)")
    others = ["ana@northlake.example", "анна@bad..рф", "a@straße.example", "a@xn--strae-oqa.example"]
    given = ["jürgen@müller.example", *others]
    migrate.transact(empty, lambda connection: connection.execute(row, [{"email": email} for email in given]))
    migrate.upgrade(empty)
    found = "SELECT email FROM ticket_participants"
    kept = migrate.transact(empty, lambda connection: connection.execute(sqlalchemy.text(found)).scalars().all())
    assert sorted(kept) == sorted(["jürgen@xn--mller-kva.example", *others])
