"""Programs and PostgreSQL databases of different versions, as they meet while a new version is installed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection

from storage.migrate import newest, transact, upgrade
from tests.next_version import migrate_to_next
from tests.server.cli.place import Place
from tests.servers import database

pytestmark = pytest.mark.scaled


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with database("postgresql", tmp_path, migrated=False) as url:
        yield url


@pytest.fixture
def on_postgres(tmp_path: Path, url: str) -> Place:
    place = Place(tmp_path)
    place.env |= {
        "SWITCHBOARD_DATABASE_URL": url,
        "SWITCHBOARD_SECRET": "a secret of the tests, long enough for it",
        "SWITCHBOARD_MAIL_LISTEN": "",
    }
    return place


def test_only_migrate_changes_the_tables(on_postgres: Place, url: str) -> None:
    """Of a new database, and of one that an earlier version made."""
    for revision in (None, "0060"):
        if revision is not None:
            upgrade(url, revision)
        for command in (("serve", "--port", "0"), ("audit",)):
            (line,) = on_postgres.refused(*command)
            assert "`switchboard migrate`" in line
    assert newest() in on_postgres.done("migrate")
    on_postgres.done("audit")


def test_tables_of_another_program_are_refused_unchanged(on_postgres: Place, url: str) -> None:
    """A program without versions, and one that uses alembic too."""
    of_alembic = "CREATE TABLE alembic_version AS SELECT 'ab12' AS version_num"
    for statement in ("CREATE TABLE orders (id int)", of_alembic):
        transact(url, partial(Connection.exec_driver_sql, statement=statement))
        for command in (("serve", "--port", "0"), ("migrate",)):
            (line,) = on_postgres.refused(*command)
            assert line.startswith("The database has tables of another program.")
    assert "another program" in on_postgres.run("doctor").stdout.decode()


@pytest.mark.parametrize(
    "oldest", [newest(), "9999", None], ids=["lists this program", "lists a newer one", "lists none"]
)
def test_tables_of_the_next_version_are_served_if_they_list_this_program(
    on_postgres: Place, url: str, oldest: str | None
) -> None:
    """The next version has added a table, a column and a rule, and this one cannot read the rule."""
    upgrade(url)
    migrate_to_next(url, oldest)
    if oldest != newest():
        (line,) = on_postgres.refused("serve", "--port", "0")
        assert line == "The database was made by a newer version of Switchboard. Update the program first."
        return
    with on_postgres.serving() as served:
        served.until(lambda: served.status("/readyz") == 200, "it is ready")
    assert "the rule of_the_next_version" in on_postgres.run("doctor").stdout.decode()
    on_postgres.add()
    on_postgres.token()
    (line,) = on_postgres.refused("migrate")
    assert "newer version" in line
