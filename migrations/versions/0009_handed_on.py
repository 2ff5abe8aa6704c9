"""Who handed a chat on, and whether its present agent has written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """From 0008 to 0009."""
    op.add_column("chats", sa.Column("handed_on_by", sa.String(), nullable=True))
    op.add_column("chats", sa.Column("agent_reply_at", sa.BigInteger(), nullable=True))
    columns = ("state", "assigned_at", "reply_owed_since", "agent_reply_at")
    chats = sa.table("chats", *map(sa.column, columns))
    # Until now a first reply was owed where the customer's word was older than the assignment, and nowhere else.
    owed_before = sa.and_(chats.c.reply_owed_since.is_not(None), chats.c.reply_owed_since <= chats.c.assigned_at)
    has_written = sa.and_(chats.c.state == "active", sa.not_(owed_before))
    op.execute(chats.update().where(has_written).values(agent_reply_at=chats.c.assigned_at))
