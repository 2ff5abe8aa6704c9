"""Since when a chat waits for its present team."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """From 0009 to 0010."""
    # Of who came back to a queue before, it is known no better.
    op.add_column("chats", sa.Column("waiting_since", sa.BigInteger(), nullable=False, server_default="0"))
    chats = sa.table("chats", sa.column("queued_at"), sa.column("waiting_since"))
    op.execute(chats.update().values(waiting_since=chats.c.queued_at))
