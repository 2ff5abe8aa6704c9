"""Inserts that know what to do where the row is there already: both databases can, each by its own words."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from storage.ports import Tx


def insert_into(tx: Tx, table: type[SQLModel]) -> sqlite.Insert | postgresql.Insert:
    """An `INSERT` into `table` with `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return sqlite.insert(table) if tx.dialect == "sqlite" else postgresql.insert(table)
