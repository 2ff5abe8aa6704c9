"""Blocks count what they refuse."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0082"
down_revision = "0081"


def upgrade() -> None:
    """From 0081 to 0082."""
    op.add_column("bans", sa.Column("refused", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("bans", sa.Column("refused_at", sa.BigInteger(), nullable=True))
