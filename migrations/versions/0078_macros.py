"""A canned reply may change the ticket too, as a macro."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0078"
down_revision = "0077"


def upgrade() -> None:
    """From 0077 to 0078."""
    op.add_column("canned_replies", sa.Column("actions", sa.Text(), nullable=True))
