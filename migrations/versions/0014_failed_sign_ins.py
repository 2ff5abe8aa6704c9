"""Where people sign in from, and how often it failed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """From 0013 to 0014."""
    op.add_column("audit", sa.Column("network", sa.String(), nullable=True))
    op.add_column("sessions", sa.Column("network", sa.String(), nullable=True))
    op.create_index("sessions_from_a_network", "sessions", ["user", "network"])
    op.create_table(
        "failed_sign_ins",
        sa.Column("user", sa.String(), primary_key=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("last_network", sa.String(), nullable=True),
    )
