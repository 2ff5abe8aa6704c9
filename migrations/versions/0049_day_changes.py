"""Capacity and teams that are changed for one day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    """From 0048 to 0049."""
    op.add_column("agents", sa.Column("today_by", sa.String(), nullable=True))
    op.create_table(
        "day_changes",
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("became", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("staff"),
    )
