"""Reports show how many of the agents' seats were taken in each hour. The desk counts all past days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"


def upgrade() -> None:
    """From 0064 to 0065."""
    op.create_table(
        "report_seats",
        sa.Column("grain", sa.String(), nullable=False),
        sa.Column("period", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("available_ms", sa.BigInteger(), nullable=False),
        sa.Column("held_ms", sa.BigInteger(), nullable=False),
        sa.Column("seats_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("grain", "period", "hour", "staff"),
    )
