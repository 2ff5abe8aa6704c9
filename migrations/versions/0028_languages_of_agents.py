"""Languages that agents speak."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """From 0027 to 0028."""
    op.add_column("agents", sa.Column("languages", sa.String(), nullable=False, server_default=""))
