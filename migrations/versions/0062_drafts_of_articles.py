"""Drafts of articles, their owners, the files in them, and how often they are read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"


def upgrade() -> None:
    """From 0061 to 0062."""
    op.create_table(
        "article_drafts",
        sa.Column("article", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("of_original", sa.Integer(), nullable=True),
        sa.Column("saves", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("changed", sa.String(), nullable=False),
        sa.Column("tell", sa.Boolean(), nullable=False),
        sa.Column("planned_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("article", "locale"),
    )
    op.create_index("article_drafts_by_due_time", "article_drafts", ["due_at"])
    op.create_table(
        "article_reads",
        sa.Column("article", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("article", "day"),
    )
    op.create_index("article_reads_by_day", "article_reads", ["day"])
    op.add_column("articles", sa.Column("owner", sa.String(), nullable=True))
    op.create_index("articles_by_change", "articles", ["updated_at", "id"])
    op.add_column("article_versions", sa.Column("tell_at", sa.BigInteger(), nullable=True))
    op.add_column("article_feedback", sa.Column("network", sa.String(), nullable=True))
    op.create_index("article_feedback_of_a_network", "article_feedback", ["network", "at"])
