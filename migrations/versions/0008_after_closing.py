"""Who stays past closing, and the seats of chats that are over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_WRAPPED_UP = sa.text("wrap_up_until IS NOT NULL")
_CHOSE = sa.text("closing_at IS NULL AND closing_due_at IS NOT NULL")


def upgrade() -> None:
    """From 0007 to 0008."""
    op.add_column("chats", sa.Column("stays", sa.Boolean(), nullable=False, server_default=sa.false()))
    chats = sa.table("chats", sa.column("stays", sa.Boolean))
    op.execute(chats.update().where(_CHOSE).values(stays=sa.true()))
    op.add_column("chats", sa.Column("wrap_up_until", sa.BigInteger(), nullable=True))
    op.create_index("chats_wrapped_up", "chats", ["agent"], sqlite_where=_WRAPPED_UP, postgresql_where=_WRAPPED_UP)
