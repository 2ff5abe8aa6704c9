"""Finds the tables of a database that do not come from an extension, as `spatial_ref_sys` of PostGIS does."""

from __future__ import annotations

import sqlalchemy
from sqlalchemy import Connection

_TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
    AND relkind IN ({}) AND {} EXISTS (
        SELECT FROM pg_depend
        WHERE classid = CAST('pg_class' AS regclass) AND objid = pg_class.oid AND deptype = 'e'
    )
"""
_TABLE = "'r', 'p'"
_ANY = "'r', 'p', 'f', 'v', 'm'"
_OWN = sqlalchemy.text(_TABLES.format(_ANY, "NOT"))
_OWN_WITHOUT_VIEWS = sqlalchemy.text(_TABLES.format(_TABLE, "NOT"))
_OF_EXTENSIONS = sqlalchemy.text(_TABLES.format(_ANY, ""))


def own_tables(connection: Connection, *, views: bool = True) -> frozenset[str]:
    """The tables and, on PostgreSQL, the `views` and foreign tables that somebody created. PostgreSQL: those of the
    current schema."""
    if connection.dialect.name == "sqlite":
        return frozenset(sqlalchemy.inspect(connection).get_table_names())
    return frozenset(connection.execute(_OWN if views else _OWN_WITHOUT_VIEWS).scalars())


def tables_of_extensions(connection: Connection) -> frozenset[str]:
    """The tables and views that extensions created in the current schema. SQLite has none."""
    return (
        frozenset() if connection.dialect.name == "sqlite" else frozenset(connection.execute(_OF_EXTENSIONS).scalars())
    )
