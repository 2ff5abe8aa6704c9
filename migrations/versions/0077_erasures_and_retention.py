"""Erasures of customers, and tickets that were emptied when their retention ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0077"
down_revision = "0076"


def upgrade() -> None:
    """From 0076 to 0077."""
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("people", sa.Text(), nullable=False),
        sa.Column("tickets", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "emptied_tickets",
        sa.Column("ticket", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ticket", "kind"),
    )
    for name, table, column, condition in (
        ("closed_chats_of_a_customer", "chats", "customer", "state = 'closed'"),
        ("files_of_a_holder", "files", "holder", "holder IS NOT NULL"),
    ):
        where = sa.text(condition)
        op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)
    closed = sa.text("closed_at IS NOT NULL")
    op.create_index("tickets_closed", "tickets", ["closed_at", "number"], sqlite_where=closed, postgresql_where=closed)
