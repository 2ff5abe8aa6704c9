"""Letters to send, and the addresses for replies to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """From 0024 to 0025."""
    op.create_table(
        "letters",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("to_address", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("locale", sa.String(), nullable=True),
        sa.Column("bare", sa.Boolean(), nullable=False),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id"),
        sa.UniqueConstraint("token"),
        sqlite_autoincrement=True,
    )
    for name, columns, condition in (
        ("letters_due", ["due_at", "id"], "state = 'waiting'"),
        ("letters_failed", ["due_at", "id"], "state = 'failed'"),
        ("letters_to_unconfirmed", ["address", "due_at"], "bare"),
    ):
        op.create_index(name, "letters", columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))
    op.create_index("letters_of_a_ticket", "letters", ["ticket", "id"])
    op.create_table(
        "reply_addresses",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_index("reply_addresses_of_a_ticket", "reply_addresses", ["ticket", "address"])
