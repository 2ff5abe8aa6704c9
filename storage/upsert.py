"""`INSERT … ON CONFLICT` for both databases."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from storage.ports import Tx


def insert_into(tx: Tx, table: type[SQLModel]) -> sqlite.Insert | postgresql.Insert:
    """An insert with `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return sqlite.insert(table) if tx.dialect == "sqlite" else postgresql.insert(table)
