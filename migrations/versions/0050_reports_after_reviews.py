"""Requests to count tickets again. Void tickets that reviewers have judged leave the times and ratings of reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    """From 0049 to 0050."""
    op.create_table(
        "report_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.execute("INSERT INTO report_requests (ticket) SELECT DISTINCT ticket FROM reviews WHERE code = 'void'")
