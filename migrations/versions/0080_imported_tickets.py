"""Tickets are imported from other desks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0079"


def upgrade() -> None:
    """From 0079 to 0080."""
    op.create_table(
        "imported_tickets",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "ref"),
    )
    op.create_index("imports_of_a_ticket", "imported_tickets", ["ticket"])
