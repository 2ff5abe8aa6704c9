"""A database with tables of an extension, as PostGIS creates them, is empty."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from server.demo.database import is_prepared
from server.operations.lock import CannotServe
from server.schema import check
from server.settings import load
from storage.dumping import is_empty
from storage.migrate import fit, transact, upgrade
from tests.servers import database

pytestmark = pytest.mark.scaled

AS_POSTGIS = (
    "CREATE TABLE spatial_ref_sys (srid integer PRIMARY KEY)",
    "CREATE VIEW geometry_columns AS SELECT srid FROM spatial_ref_sys",
)


def test_tables_of_extensions_do_not_count(tmp_path: Path) -> None:
    with database("postgresql", tmp_path, migrated=False) as url:
        demo = load(data=tmp_path, database_url=url, secret="a secret of the tests, long enough for it")

        def run(*statements: str) -> None:
            def all_of(connection: Connection) -> None:
                for statement in statements:
                    connection.execute(text(statement))

            transact(url, all_of)

        run(*AS_POSTGIS)
        assert (fit(url), is_empty(url)) == ("foreign", False)
        # Each database has this extension.
        with pytest.raises(CannotServe):
            is_prepared(demo)
        run("ALTER EXTENSION plpgsql ADD TABLE spatial_ref_sys")
        assert (fit(url), is_empty(url)) == ("older", False)
        run("ALTER EXTENSION plpgsql ADD VIEW geometry_columns")
        assert (fit(url), is_empty(url), is_prepared(demo)) == ("older", True, False)
        upgrade(url, check=check)
        assert (fit(url), is_empty(url)) == ("same", False)
