"""Admins define custom fields of tickets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0086"
down_revision = "0085"


def upgrade() -> None:
    """From 0085 to 0086."""
    op.create_table(
        "ticket_fields",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "ticket_field_values",
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("value", "ticket"),
    )
    op.create_index("field_values_of_a_ticket", "ticket_field_values", ["ticket"])
    op.add_column("tickets", sa.Column("custom_fields", sa.Text(), nullable=True))
