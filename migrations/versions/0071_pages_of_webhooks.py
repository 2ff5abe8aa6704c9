"""Webhooks can be paused and get texts. Their messages say how the latest attempt went."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"

_WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """From 0070 to 0071."""
    op.add_column("webhooks", sa.Column("enabled", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("webhooks", sa.Column("include_texts", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("webhook_messages", sa.Column("answered", sa.Integer(), nullable=True))
    op.add_column("webhook_messages", sa.Column("took_ms", sa.Integer(), nullable=True))
    op.add_column("webhook_messages", sa.Column("lately_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "webhook_messages_due_by_webhook",
        "webhook_messages",
        ["webhook", "due_at", "id"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index("webhook_messages_of_a_webhook", "webhook_messages", ["webhook", "id"])
