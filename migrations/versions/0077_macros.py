"""A canned reply may change the ticket too, as a macro."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0077"
down_revision = "0076"


def upgrade() -> None:
    """From 0076 to 0077."""
    op.add_column("canned_replies", sa.Column("actions", sa.Text(), nullable=True))
