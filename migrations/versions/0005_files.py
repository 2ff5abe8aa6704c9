"""Files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """From 0004 to 0005."""
    op.create_table(
        "files",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("uploader", sa.String(), nullable=False),
        sa.Column("network", sa.String()),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String()),
        sa.Column("staff_only", sa.Boolean(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
        sa.Column("removed_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("files_from_a_network", "files", ["network", "created_at"])
    op.create_index(
        "files_not_used",
        "files",
        ["created_at"],
        sqlite_where=sa.text("holder IS NULL"),
        postgresql_where=sa.text("holder IS NULL"),
    )
    op.create_index("files_of_an_uploader", "files", ["uploader", "created_at"])
