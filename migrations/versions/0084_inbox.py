"""Staff have an inbox, and follow tickets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0084"
down_revision = "0083"


def upgrade() -> None:
    """From 0083 to 0084."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "inbox_entries",
        sa.Column("id", number, nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=True),
        sa.Column("chat", sa.String(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("author", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.Column("letter_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("inbox_of_a_person", "inbox_entries", ["person", "id"])
    for name, columns, condition in (
        ("inbox_unread", ["person", "id"], "read_at IS NULL"),
        ("inbox_letters_due", ["letter_at"], "letter_at IS NOT NULL"),
    ):
        where = sa.text(condition)
        op.create_index(name, "inbox_entries", columns, sqlite_where=where, postgresql_where=where)
    op.create_index("inbox_by_age", "inbox_entries", ["at"])
    op.create_table(
        "inbox_letters",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("mentions", sa.Boolean(), nullable=False),
        sa.Column("follows", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_table(
        "ticket_followers",
        sa.Column("ticket", number, autoincrement=False, nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ticket", "person"),
    )
    op.create_index("tickets_of_a_follower", "ticket_followers", ["person", "ticket"])
