"""Rules that run before targets remember each target for which they have run."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0090"


def upgrade() -> None:
    """From 0090 to 0091."""
    op.add_column("automation_handled", sa.Column("targets", sa.Text(), nullable=False, server_default=""))
