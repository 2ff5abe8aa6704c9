"""An index for the chats that were closed today."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    """From 0042 to 0043."""
    closed = sa.text("state = 'closed'")
    op.create_index("chats_by_closing", "chats", ["closed_at"], sqlite_where=closed, postgresql_where=closed)
