"""Links in letters that acknowledge a hand-over, and how each acknowledgment came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    """From 0041 to 0042."""
    op.add_column("handovers", sa.Column("acknowledged_by", sa.String(), nullable=True))
    op.create_table(
        "handover_links",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("handover", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index("handover_links_by_age", "handover_links", ["created_at"])
