"""Tickets have service level targets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0087"
down_revision = "0086"


def upgrade() -> None:
    """From 0086 to 0087."""
    op.create_table(
        "service_policies",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("tickets", sa.Column("service", sa.Text(), nullable=True))
    op.add_column("tickets", sa.Column("sla_due", sa.BigInteger(), nullable=True))
    op.add_column("tickets", sa.Column("sla_warn", sa.BigInteger(), nullable=True))
    filtered = ("team", "status", "product", "channel", "resolution", "assignee", "priority")
    where = sa.text("sla_due IS NOT NULL")
    columns = ["sla_due", "number", *filtered, "created_at", "updated_at", "sla_warn", "snoozed_until"]
    op.create_index("tickets_by_due", "tickets", columns, sqlite_where=where, postgresql_where=where)
