"""`INSERT … ON CONFLICT` for both databases."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from storage.ports import Dialect, Tx


def insert_into(tx: Tx, table: type[SQLModel]) -> sqlite.Insert | postgresql.Insert:
    """An insert statement with the methods `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return insert_for(tx.dialect, table)


def insert_for(dialect: Dialect, table: type[SQLModel]) -> sqlite.Insert | postgresql.Insert:
    """Like `insert_into`, but needs no transaction. Use it for statements that are built once and used often."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
