"""Customers whom staff merged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """From 0022 to 0023."""
    op.create_table(
        "merged_people",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("into", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_index("merged_into_a_person", "merged_people", ["into"])
