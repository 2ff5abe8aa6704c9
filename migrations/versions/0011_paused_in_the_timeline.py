"""Which teams an agent had paused, in their timeline."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """From 0010 to 0011."""
    op.add_column("agent_states", sa.Column("paused", sa.Text(), nullable=False, server_default="[]"))
