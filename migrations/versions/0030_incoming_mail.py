"""Mail that came in, and senders whom staff trust."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """From 0029 to 0030."""
    op.create_table(
        "incoming_mails",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("envelope_from", sa.String(), nullable=False),
        sa.Column("envelope_to", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("sender", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("matched_by", sa.String(), nullable=True),
        sa.Column("authentication", sa.String(), nullable=True),
        sa.Column("authentication_detail", sa.Text(), nullable=True),
        sa.Column("ticket", sa.BigInteger(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("quoted", sa.Text(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest", "envelope_to"),
        sqlite_autoincrement=True,
    )
    for name, columns, condition in (
        ("incoming_mails_stored", ["id"], "state = 'stored'"),
        ("incoming_mails_suspended", ["received_at", "id"], "state = 'suspended'"),
    ):
        op.create_index(
            name, "incoming_mails", columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition)
        )
    op.create_index("incoming_mails_of_a_ticket", "incoming_mails", ["ticket", "seq"])
    op.create_index("incoming_mails_by_message_id", "incoming_mails", ["message_id"])
    op.create_index("incoming_mails_of_a_sender", "incoming_mails", ["sender", "received_at"])
    op.create_table(
        "trusted_senders",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("address"),
    )
