"""Finds the tickets of an email address."""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """From 0020 to 0021."""
    op.create_index("tickets_by_address", "tickets", ["requester_email", "updated_at"])
