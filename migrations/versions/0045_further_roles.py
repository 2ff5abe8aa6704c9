"""Several roles of one staff member."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    """From 0044 to 0045."""
    op.add_column("users", sa.Column("also_roles", sa.String(), nullable=False, server_default=""))
