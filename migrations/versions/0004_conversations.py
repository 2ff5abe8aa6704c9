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
    op.create_index(
        "one_open_chat_a_customer", "chats", ["customer"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
    )
