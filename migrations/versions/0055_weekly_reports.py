"""The people who chose the weekly mail of reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    """From 0054 to 0055."""
    op.create_table(
        "weekly_reports",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("chosen_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_for", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("person"),
    )
