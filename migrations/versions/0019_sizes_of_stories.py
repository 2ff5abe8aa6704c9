"""The size of each chat and each ticket, in bytes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

# LIMIT -1 keeps the inner query by itself: else SQLite sorts the texts, not their lengths.
_SQLITE = """
UPDATE {table} SET size = told.size
FROM (SELECT {key}, sum(size) AS size
      FROM (SELECT {key}, length(CAST(body AS BLOB)) AS size FROM {events} LIMIT -1) GROUP BY {key}) AS told
WHERE {table}.{id} = told.{key}
"""
_POSTGRESQL = """
UPDATE {table} SET size = told.size
FROM (SELECT {key}, sum(octet_length(body)) AS size FROM {events} GROUP BY {key}) AS told
WHERE {table}.{id} = told.{key}
"""


def upgrade() -> None:
    """From 0018 to 0019."""
    fill = _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL
    for table, id_, events, key in (
        ("chats", "id", "events", "chat"),
        ("tickets", "number", "ticket_events", "ticket"),
    ):
        op.add_column(table, sa.Column("size", sa.BigInteger(), nullable=False, server_default="0"))
        op.execute(fill.format(table=table, id=id_, events=events, key=key))
