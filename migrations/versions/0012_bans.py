"""Who is blocked, and the networks that chats were started from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """From 0011 to 0012."""
    op.create_table(
        "chat_networks",
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chat"),
    )
    op.create_index("chat_networks_by_time", "chat_networks", ["at"])
    op.create_table(
        "bans",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("chat", sa.String()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "subject"),
    )
    op.create_index("bans_by_end", "bans", ["until"])
