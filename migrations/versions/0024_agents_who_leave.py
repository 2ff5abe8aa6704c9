"""Agents who go offline once they hold no chat."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """From 0023 to 0024."""
    op.add_column("agents", sa.Column("leaving", sa.Boolean(), nullable=False, server_default=sa.false()))
