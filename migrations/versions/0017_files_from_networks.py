"""What the unproven uploaded in a day, all together, by an index alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """From 0016 to 0017."""
    op.create_index(
        "files_from_networks",
        "files",
        ["created_at", "size"],
        sqlite_where=sa.text("network IS NOT NULL"),
        postgresql_where=sa.text("network IS NOT NULL"),
    )
