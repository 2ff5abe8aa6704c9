"""People can have a private feed of their notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"


def upgrade() -> None:
    """From 0065 to 0066."""
    op.create_table(
        "private_feeds",
        sa.Column("follower", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("feed", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("follower"),
    )
    op.create_index("private_feed_by_id", "private_feeds", ["feed"], unique=True)
