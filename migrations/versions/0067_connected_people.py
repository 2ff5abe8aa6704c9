"""Several processes of one desk know who is connected to which of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"


def upgrade() -> None:
    """From 0066 to 0067."""
    op.create_table(
        "connected",
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("staff", sa.Boolean(), nullable=False),
        sa.Column("active_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("process", "id"),
    )
    op.create_index("connected_people", "connected", ["id"])
