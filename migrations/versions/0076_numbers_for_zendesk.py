"""People, companies and teams get numbers for programs that were written for Zendesk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0075"


def upgrade() -> None:
    """From 0075 to 0076."""
    op.create_table(
        "zendesk_numbers",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "number"),
    )
    op.create_index("zendesk_numbers_of_ids", "zendesk_numbers", ["kind", "id"], unique=True)
