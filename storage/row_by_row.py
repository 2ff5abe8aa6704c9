"""Queries that go from row to row, such as along a log."""

from __future__ import annotations

from sqlalchemy import Connection, text

from storage.ports import Tx

INDEXED = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")
"""Settings of PostgreSQL that are turned off for plans that use indexes."""
_SETTINGS = {"plan_cache_mode": "force_custom_plan", **dict.fromkeys(INDEXED, "off")}
_PLANNED_NOW = text(
    "SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in _SETTINGS.items())
)


def row_by_row(tx: Tx) -> Connection:
    """The connection of `tx`, for a query that looks up one row after another.

    PostgreSQL keeps the plan of a query. A plan from the time when the table was small would read the whole table for
    each row, be it along an index. From this call to the end of the transaction, each query is planned for the present
    size of its tables, and with indexes. So do not run queries that read much after it in the same transaction.
    """
    connection = tx.session.connection()
    if tx.dialect == "postgresql":
        connection.execute(_PLANNED_NOW)
    return connection
