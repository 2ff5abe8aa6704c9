"""Blocks count what they refuse."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision = "0080"


def upgrade() -> None:
    """From 0080 to 0081."""
    op.add_column("bans", sa.Column("refused", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("bans", sa.Column("refused_at", sa.BigInteger(), nullable=True))
