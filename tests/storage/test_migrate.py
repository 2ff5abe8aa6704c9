from __future__ import annotations

import sqlite3
import zlib
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

from search.adapters.tables import SEARCH_INDEXES
from server.schema import is_described, metadata
from storage import migrate
from storage.ports import Dialect, StorageUnavailable
from tests.servers import database, postgres
from ticketing.adapters.index import ID_OF_TICKET
from ticketing.adapters.tables import SEARCH_INDEX, PassageRow
from ticketing.ports import IMPORTED

pytestmark = pytest.mark.long

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


@pytest.fixture
def empty(dialect: Dialect, tmp_path: Path) -> Iterator[str]:
    with database(dialect, tmp_path, migrated=False) as url:
        yield url


def catalogue(connection: Connection) -> list[Any]:
    """The database's own description of its tables and indexes."""
    rows = connection.execute(sqlalchemy.text(CATALOGUE[connection.dialect.name]))
    return sorted(tuple(_plain(value) for value in row) for row in rows)


def _plain(value: object) -> str:
    # SQLite keeps the line breaks of the statement, and adds a column in the same line.
    return " ".join(str(value).replace('"', "").split()).replace(" ,", ",").replace(" )", ")")


def test_migrated_database_matches_the_code(empty: str) -> None:
    """Alembic finds no difference in either direction."""
    migrate.upgrade(empty)
    differences = migrate.transact(
        empty,
        lambda connection: compare_metadata(
            MigrationContext.configure(connection, opts={"include_name": is_described}), metadata
        ),
    )
    assert differences == []


def test_migrated_schema_equals_created_schema(empty: str, dialect: Dialect, tmp_path: Path) -> None:
    """Down to partial indexes and AUTOINCREMENT."""
    migrate.upgrade(empty)
    migrated = migrate.transact(empty, catalogue)
    (tmp_path / "other").mkdir()
    with database(dialect, tmp_path / "other", migrated=False) as made_at_once:
        migrate.transact(made_at_once, metadata.create_all)
        expected = migrate.transact(made_at_once, catalogue)
    assert migrated == expected
    # A full text index is stored in tables of its own making.
    text = " ".join(
        str(row) for row in migrated if not any(name in str(row) for name in (SEARCH_INDEX, *SEARCH_INDEXES))
    )
    assert "one_open_chat_a_customer" in text
    assert "WHERE" in text
    if dialect == "sqlite":
        assert "WITHOUT ROWID" not in text
        assert text.count("AUTOINCREMENT") == 22


def test_waiting_chat_gets_waiting_since_from_its_first_queue(empty: str) -> None:
    migrate.upgrade(empty, "0009")
    row = "INSERT INTO chats ({}) VALUES ('c', 'media', 'queued', 'v', false, 5, 7, 9, 0, 0, 0, 0)".format(
        "id, team, state, customer, verified, started_at, queued_at, last_at, last_seq, last_public_seq,"
        " read_customer, read_staff"
    )
    migrate.transact(empty, lambda connection: connection.execute(sqlalchemy.text(row)))
    migrate.upgrade(empty)
    since = sqlalchemy.text("SELECT waiting_since FROM chats")
    assert migrate.transact(empty, lambda connection: connection.execute(since).scalar()) == 7


def test_address_beyond_ascii_gets_lower_case(empty: str) -> None:
    """Its tickets are found by the address in any case."""
    migrate.upgrade(empty, "0021")
    row = (
        "INSERT INTO tickets (status, team, requester_email, requester_verified, channel, created_at, updated_at,"
        " version, solvings, flags, last_seq, last_public_seq)"
        " VALUES ('open', 'media', 'ÉLODIE@x.example', false, 'form', 1, 1, 1, 0, '', 0, 0)"
    )
    migrate.transact(empty, lambda connection: connection.execute(sqlalchemy.text(row)))
    migrate.upgrade(empty)
    address = sqlalchemy.text("SELECT requester_address FROM tickets")
    assert migrate.transact(empty, lambda connection: connection.execute(address).scalar()) == "élodie@x.example"


def test_reports_are_counted_again_after_their_tallies_got_other_counters(empty: str) -> None:
    migrate.upgrade(empty, "0052")
    for row in (
        "INSERT INTO meta (key, value) VALUES ('reports_counted', '5')",
        "INSERT INTO report_tickets (ticket, version) VALUES (1, 1)",
    ):
        run(empty, row)
    migrate.upgrade(empty)
    assert run(empty, "SELECT 1 FROM meta WHERE key = 'reports_counted'") is None
    assert run(empty, "SELECT 1 FROM report_tickets") is None


def test_hours_of_reports_become_one_tally(empty: str) -> None:
    """Its counters are the chats offered and answered in each hour. Tallies of other dimensions stay."""
    migrate.upgrade(empty, "0056")
    row = sqlalchemy.text("INSERT INTO report_cells VALUES (:grain, :dimension, :period, :team, :key, :tally)")
    names = ("grain", "dimension", "period", "team", "key", "tally")
    given = [
        ("day", "hour", 739_000, "media", "9", tally_of(3, 2, 77)),
        ("day", "hour", 739_000, "media", "10", tally_of(1)),
        ("day", "hour", 739_000, "finance", "9", tally_of(0, 0, 5)),
        ("month", "hour", 24_280, "media", "167", tally_of(4, 4)),
        ("day", "team", 739_000, "media", "", tally_of(4, 2)),
    ]
    rows = [dict(zip(names, one, strict=True)) for one in given]
    migrate.transact(empty, lambda connection: connection.execute(row, rows))
    migrate.upgrade(empty)
    every = sqlalchemy.text("SELECT * FROM report_cells ORDER BY grain, dimension")
    found = migrate.transact(empty, lambda connection: connection.execute(every).mappings().all())
    assert [(one["grain"], one["dimension"], one["period"], one["team"], one["key"]) for one in found] == [
        ("day", "hour", 739_000, "media", ""),
        ("day", "team", 739_000, "media", ""),
        ("month", "hour", 24_280, "media", ""),
    ]
    tallies = [int.from_bytes(zlib.decompress(one["tally"]), "little") for one in found]
    assert tallies == [
        (3 << 64 * 18) + (2 << 64 * 19) + (1 << 64 * 20),
        4 + (2 << 64),
        (4 << 64 * 334) + (4 << 64 * 335),
    ]


def tally_of(*counters: int) -> bytes:
    return zlib.compress(b"".join(counter.to_bytes(8, "little") for counter in counters))


def run(url: str, statement: str) -> object:
    """The first value of the first row, if there is one."""

    def execute(connection: Connection) -> object:
        found = connection.execute(sqlalchemy.text(statement))
        return found.scalar() if found.returns_rows else None

    return migrate.transact(url, execute)


def test_current_revision_is_none_then_newest(empty: str) -> None:
    """Migrating again changes nothing."""
    assert migrate.current(empty) is None
    migrate.upgrade(empty)
    assert migrate.current(empty) == migrate.newest()
    migrate.upgrade(empty)
    assert migrate.current(empty) == migrate.newest()


def test_concurrent_upgrades_wait_for_each_other(empty: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        # The last one waits for the whole work of the first, however slow the machine is.
        list(threads.map(partial(migrate.upgrade, busy_s=120.0), [empty] * 4))
    assert migrate.current(empty) == migrate.newest()


def test_failed_migration_leaves_nothing_behind(empty: str) -> None:
    """The next try starts where the failed one did."""
    migrate.transact(empty, lambda connection: connection.execute(sqlalchemy.text("CREATE TABLE tickets (x int)")))
    with pytest.raises(sqlalchemy.exc.DBAPIError):
        migrate.upgrade(empty)
    assert migrate.current(empty) is None
    migrate.transact(empty, lambda connection: connection.execute(sqlalchemy.text("DROP TABLE tickets")))
    migrate.upgrade(empty)
    assert migrate.current(empty) == migrate.newest()


def test_bad_address_is_refused_without_its_password(tmp_path: Path) -> None:
    for url in ("mysql://user:hunter2@host/name", "sqlite://", "hunter2"):
        with pytest.raises(ValueError, match="database address") as refused:
            migrate.upgrade(url)
        assert "hunter2" not in str(refused.value)


def test_missing_folder_is_an_outage(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable, match="check that its folder exists"):
        migrate.upgrade(f"sqlite:///{tmp_path}/nowhere/test.db")


def test_locked_file_is_an_outage(tmp_path: Path) -> None:
    with database("sqlite", tmp_path) as url:
        with closing(sqlite3.connect(tmp_path / "test.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageUnavailable, match="another program"):
                migrate.upgrade(url, busy_s=0.05)
        migrate.upgrade(url)


@pytest.mark.scaled
def test_stopped_server_is_an_outage() -> None:
    server = postgres()
    with server.database(migrated=True) as url:
        server.stop()
        with pytest.raises(StorageUnavailable, match="PostgreSQL"):
            migrate.upgrade(url)
        server.start()
        migrate.upgrade(url)


def test_old_search_texts_become_passages(empty: str, dialect: Dialect) -> None:
    """One text per ticket becomes two passages, public and staff-only. Words too long for the index are cut."""
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


def test_email_hosts_become_ascii(empty: str) -> None:
    migrate.upgrade(empty, "0015")
    row = sqlalchemy.text("INSERT INTO ticket_participants (ticket, email, position) VALUES (1, :email, 0)")
    others = ["ana@northlake.example", "анна@bad..рф", "a@straße.example", "a@xn--strae-oqa.example"]
    given = ["jürgen@müller.example", *others]
    migrate.transact(empty, lambda connection: connection.execute(row, [{"email": email} for email in given]))
    migrate.upgrade(empty)
    found = "SELECT email FROM ticket_participants"
    kept = migrate.transact(empty, lambda connection: connection.execute(sqlalchemy.text(found)).scalars().all())
    assert sorted(kept) == sorted(["jürgen@xn--mller-kva.example", *others])


def test_proven_addresses_get_their_domain(empty: str) -> None:
    migrate.upgrade(empty, "0050")
    row = sqlalchemy.text(
        "INSERT INTO accounts (id, kid, sub, email, email_verified, coordinator, created_at, last_seen_at) "
        "VALUES (:id, '', :id, :email, :proven, false, 1, 1)"
    )
    given = [("a", "ana@Northlake.example", True), ("b", "ben@northlake.example", False), ("c", None, True)]
    rows = [{"id": id_, "email": email, "proven": proven} for id_, email, proven in given]
    migrate.transact(empty, lambda connection: connection.execute(row, rows))
    migrate.upgrade(empty)
    found = sqlalchemy.text("SELECT id, domain FROM accounts ORDER BY id")
    domains = migrate.transact(empty, lambda connection: [tuple(one) for one in connection.execute(found)])
    assert domains == [("a", "northlake.example"), ("b", None), ("c", None)]
