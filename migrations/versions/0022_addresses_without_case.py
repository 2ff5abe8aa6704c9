"""Finds the tickets of an email address in any spelling of its case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """From 0021 to 0022."""
    op.add_column("tickets", sa.Column("requester_address", sa.String(), nullable=True))
    op.execute("UPDATE tickets SET requester_address = lower(requester_email) WHERE requester_email IS NOT NULL")
    op.drop_index("tickets_by_address", "tickets")
    op.create_index("tickets_by_address", "tickets", ["requester_address", "updated_at"])
