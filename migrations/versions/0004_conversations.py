"""Conversations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_OPEN = sa.text("state <> 'closed'")


def upgrade() -> None:
    """From 0003 to 0004."""
    op.drop_index("one_open_chat_a_visitor", "chats")
    op.alter_column("chats", "visitor", new_column_name="customer")
    _rename_not_null("chats", "visitor", "customer")
    op.create_index(
        "one_open_chat_a_customer", "chats", ["customer"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    for clock in ("closing_at", "closing_due_at"):
        op.add_column("chats", sa.Column(clock, sa.BigInteger(), nullable=True))
    op.add_column("chats", sa.Column("about_ticket", sa.BigInteger(), nullable=True))


def _rename_not_null(table: str, old: str, new: str) -> None:
    """PostgreSQL names such constraints from 18 on, and does not rename them with their column."""
    if op.get_context().dialect.name != "postgresql":
        return
    named = sa.text("SELECT 1 FROM pg_constraint WHERE conname = :name")
    if op.get_bind().execute(named, {"name": f"{table}_{old}_not_null"}).first() is not None:
        op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {table}_{old}_not_null TO {table}_{new}_not_null")
