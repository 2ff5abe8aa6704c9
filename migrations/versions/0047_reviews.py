"""Reviews of the tickets that chats became."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ROWS = ("Understood the problem", "Answered all of it", "Kept them informed", "Tone")


def upgrade() -> None:
    """From 0046 to 0047."""
    op.create_table(
        "review_days",
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.BigInteger(), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("sampled", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
    _create_entries()
    _create_reviews()
    rows = op.create_table(
        "review_rows",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.bulk_insert(rows, [{"position": at, "text": text, "retired": False} for at, text in enumerate(_ROWS)])
    op.create_table(
        "review_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _create_entries() -> None:
    op.create_table(
        "review_entries",
        sa.Column("ticket", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("ending", sa.String(), nullable=False),
        sa.Column("agent_messages", sa.Integer(), nullable=False),
        sa.Column("customer_messages", sa.Integer(), nullable=False),
        sa.Column("requeues", sa.Integer(), nullable=False),
        sa.Column("words_disagree", sa.Boolean(), nullable=False),
        sa.Column("sampled", sa.Boolean(), nullable=False),
        sa.Column("readers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ticket"),
    )
    op.create_index("review_entries_of_a_day", "review_entries", ["day", "ticket"])


def _create_reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("agent_code", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("original", sa.BigInteger(), nullable=True),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("scores", sa.Text(), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("chat", "reviewer", name="one_review_a_reader"),
        sqlite_autoincrement=True,
    )
    op.create_index("reviews_by_time", "reviews", ["at"])
    op.create_index("reviews_of_an_agent", "reviews", ["agent", "at"])
    op.create_index("reviews_of_a_ticket", "reviews", ["ticket"])
