"""Queries that go from row to row, such as along a log."""

from __future__ import annotations

from sqlalchemy import Connection, text

from storage.ports import Tx

INDEXED = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")
"""Settings of PostgreSQL that are turned off for plans that use indexes."""
_BY_INDEX = text("SELECT " + ", ".join(f"set_config('{setting}', 'off', true)" for setting in INDEXED))


def row_by_row(tx: Tx) -> Connection:
    """The connection of `tx`, for a query that looks up one row after another.

    PostgreSQL keeps the plan of a query. A plan from the time when the table was small would read the whole table for
    each row. From this call to the end of the transaction, plans use indexes. PostgreSQL may keep these plans too, so
    do not run queries that read much after it in the same transaction.
    """
    connection = tx.session.connection()
    if tx.dialect == "postgresql":
        connection.execute(_BY_INDEX)
    return connection
