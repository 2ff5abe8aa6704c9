"""Facts of chats for further rules of reviews, and the judgement on which two reviewers agreed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"


def upgrade() -> None:
    """From 0059 to 0060."""
    op.add_column("review_entries", sa.Column("longest_wait_s", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("review_entries", sa.Column("no_code", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(
        "review_entries", sa.Column("corrected_before", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("reviews", sa.Column("agreed_by", sa.String(), nullable=True))
    op.add_column("reviews", sa.Column("agreed_at", sa.BigInteger(), nullable=True))
