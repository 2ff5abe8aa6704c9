"""`INSERT … ON CONFLICT` for both databases."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from storage.ports import Dialect, Tx


def insert_into(tx: Tx, table: type[SQLModel]) -> sqlite.Insert | postgresql.Insert:
    """An insert with `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return insert_for(tx.dialect, table)


def insert_for(dialect: Dialect, table: type[SQLModel]) -> sqlite.Insert | postgresql.Insert:
    """Like `insert_into`, for a statement that is built once."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
